/**
 * A pipeline as data: what a person reads, an editor draws and every host runs alike.
 * `a.b` names port `b` of node `a`; a source or a node with one port needs no `.port`.
 */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { z } from 'zod'
import { SynapseError } from '../signal/index.ts'

const id = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, 'an id starts with a letter; then letters, digits, - and _')
const reference = z
  .string()
  .regex(/^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$/, 'a reference is "node" or "node.port"')

const graphSpecSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /**
   * Streams that the host binds by these names: the one with this id, else the first of this
   * content type that no other source has, else the first that is left.
   */
  sources: z.record(
    id,
    z.strictObject({
      help: z.string().optional(),
      stream: z.string().optional(),
      type: z.string().optional(),
    }),
  ),
  nodes: z.record(
    id,
    z.strictObject({ node: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
  ),
  edges: z.array(z.strictObject({ from: reference, to: reference })),
  /** Streams that the host takes out, by name. */
  outputs: z.record(id, reference),
})

export type GraphSpec = z.infer<typeof graphSpecSchema>

/**
 * Reads a graph's text: JSON, with comments and trailing commas allowed.
 * @param name of the file, for the message
 * @throws SynapseError graph-invalid, naming line or place
 */
export function readGraphText(text: string, name: string): GraphSpec {
  const errors: ParseError[] = []
  const json: unknown = parse(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length
    const what = printParseErrorCode(first.error)
    throw new SynapseError('graph-invalid', `reading ${name}: line ${line}: ${what}`)
  }
  return parseGraphSpec(json)
}

/** @throws SynapseError graph-invalid, naming the place in the JSON */
export function parseGraphSpec(json: unknown): GraphSpec {
  const result = graphSpecSchema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.join('.') || 'graph'
  throw new SynapseError('graph-invalid', `reading a graph: ${path}: ${issue?.message}`)
}
