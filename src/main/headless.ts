/** The same host without a window: serves the interface to browsers on this machine. */
import { parseArgs } from 'node:util'
import { asSynapseError, SynapseError } from '../signal/index.ts'
import { openHost } from './open-host.ts'
import { serve } from './serve.ts'
import { startTelemetry } from './telemetry.ts'

const defaultPort = 8470

async function main(): Promise<void> {
  const { demo, port } = readArguments(process.argv.slice(2))
  const telemetry = await startTelemetry()
  const host = openHost()
  const serving = await serve(host, port)
  process.stdout.write(`SynapseStream is at ${serving.url}\n`)
  let ending = false
  const end = async () => {
    if (ending) return
    ending = true
    await serving.end()
    await host.end()
    await telemetry.end()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  // The program that started us is gone, even if it was killed.
  process.on('disconnect', end)
  if (demo) await host.open('synthetic', '', {})
}

function readArguments(args: string[]): { demo: boolean; port: number } {
  try {
    const { values } = parseArgs({
      args,
      options: { demo: { type: 'boolean', default: false }, port: { type: 'string' } },
    })
    const port = Number(values.port ?? defaultPort)
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new Error(`--port ${values.port}: not a port number`)
    }
    return { demo: values.demo, port }
  } catch (cause) {
    const { message } = asSynapseError(cause, 'reading the command line')
    throw new SynapseError('bad-option', message, { remedy: 'Known: --demo, --port N.' })
  }
}

main().catch((error) => {
  process.stderr.write(`${asSynapseError(error, 'starting').line}\n`)
  process.exit(2)
})
