/** The help texts, made from the commands' own descriptions. */
import { SynapseError } from '../signal/index.ts'
import type { Command } from './command.ts'
import { commands } from './commands/catalog.ts'

export function helpText(name: string | undefined): string {
  if (name === undefined) return overview()
  const command = commands.get(name)
  if (!command) throw new SynapseError('unknown-command', `explaining "${name}": no such command`)
  return commandHelp(command)
}

function overview(): string {
  const lines = table([...commands.values()].map(({ name, help }) => [name, help]))
  return `synapse – acquire, record and replay EEG

Usage: synapse <command> [options]

${lines}

"synapse <command> --help" explains a command. All take --json.
Exit codes: 0 done, 2 bad input, 3 data was damaged and partly recovered.
`
}

function commandHelp({ name, usage, help, options }: Command): string {
  return `synapse ${name} ${usage}

${help}

${table([...options, ['--json', 'machine-readable output on stdout']])}
`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
