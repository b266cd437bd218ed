/** Graphs as the command line names them: a file, and values for its parameters. */
import { readFileSync } from 'node:fs'
import { type GraphSpec, readGraphText } from '../graph/index.ts'
import { reasonOf, SynapseError } from '../signal/index.ts'
import { badOption } from './command.ts'

/** @throws SynapseError file-missing, graph-invalid */
export function readGraphFile(path: string): GraphSpec {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SynapseError('file-missing', `reading ${path}: ${reasonOf(cause)}`, { cause })
  }
  return readGraphText(text, path)
}

/**
 * `name=value` pairs; a value takes the type of the parameter's default.
 * @throws SynapseError bad-option
 */
export function parameterOptions(
  command: string,
  spec: GraphSpec,
  pairs: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, text] = /^([^=]+)=(.*)$/.exec(pair) ?? []
      if (name === undefined || text === undefined) {
        throw badOption(command, `--set ${pair}: not NAME=VALUE`)
      }
      const usual = spec.parameters?.[name]?.default
      return [name, typeof usual === 'string' ? text : parsedValue(text)]
    }),
  )
}

function parsedValue(text: string): unknown {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text
}
