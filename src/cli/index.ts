/**
 * The command line: `synapse <command>`. Exit codes: 0 done, 2 bad input, 3 data was damaged and
 * partly recovered, 1 a defect of ours.
 */
import { packageVersion, startTelemetry } from '../main/index.ts'
import { asSynapseError, SynapseError } from '../signal/index.ts'
import { commands } from './commands/catalog.ts'
import { endWithParent } from './ending.ts'
import { helpText } from './help.ts'

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(helpText(rest[0]))
    return 0
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${packageVersion()}\n`)
    return 0
  }
  const command = commands.get(name)
  if (!command) throw new SynapseError('unknown-command', `running "${name}": no such command`)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(helpText(name))
    return 0
  }
  const telemetry = await startTelemetry()
  try {
    return await command.run(rest)
  } finally {
    await telemetry.end()
  }
}

endWithParent()
// A reader that has seen enough (`synapse info … | head`) is no error.
process.stdout.on('error', () => process.exit(0))
run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause) => {
    const error = asSynapseError(cause, 'running the command')
    process.stderr.write(`synapse: ${error.line}\n`)
    if (error.code === 'internal' && error.cause instanceof Error) {
      process.stderr.write(`${error.cause.stack}\n`)
    }
    process.exit(error.code === 'internal' ? 1 : 2)
  },
)
