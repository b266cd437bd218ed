/** What a command is, and how its arguments are read. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { reasonOf, SynapseError } from '../signal/index.ts'

export interface Command {
  readonly name: string
  /** After the name. */
  readonly usage: string
  /** One sentence. */
  readonly help: string
  /** One line each: the option and what it does. */
  readonly options: readonly (readonly [string, string])[]
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>
}

/** @throws SynapseError bad-option, naming the command and what it did not understand */
export function readArguments<T extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: T,
) {
  try {
    const given = withNegativeNumbers(args)
    return parseArgs({ args: given, options, allowPositionals: true, strict: true })
  } catch (cause) {
    const reason = reasonOf(cause)
      .split(/\. |\n/)[0]!
      .replace(/\.$/, '')
    throw badOption(command, reason)
  }
}

/** `--shift-days -400` is taken for two options otherwise; none of ours is a number. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const each of args) {
    const last = joined.at(-1)
    const isValue = /^-\d/.test(each) && last !== undefined && /^--[a-z-]+$/.test(last)
    if (isValue) joined[joined.length - 1] = `${last}=${each}`
    else joined.push(each)
  }
  return joined
}

export function badOption(command: string, reason: string): SynapseError {
  return new SynapseError('bad-option', `reading the arguments of ${command}: ${reason}`, {
    remedy: `Run "synapse ${command} --help" for what it takes.`,
  })
}

/** @throws SynapseError bad-option when there is none, or more than one */
export function onePositional(command: string, what: string, positionals: string[]): string {
  const [only, more] = positionals
  if (only === undefined) throw badOption(command, `${what} is missing`)
  if (more !== undefined) throw badOption(command, `"${more}" is one argument too many`)
  return only
}

/** @throws SynapseError bad-option */
export function numberOption(
  command: string,
  name: string,
  text: string | undefined,
  [lowest, highest]: readonly [number, number],
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !(value >= lowest && value <= highest)) {
    throw badOption(command, `--${name} ${text}: not a number from ${lowest} to ${highest}`)
  }
  return value
}

/** @throws SynapseError bad-option */
export function portNumber(command: string, text: string | undefined): number | undefined {
  const port = numberOption(command, 'port', text, [0, 65535])
  if (port === undefined || Number.isInteger(port)) return port
  throw badOption(command, `--port ${text}: not a whole number`)
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
