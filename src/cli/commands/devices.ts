/** `synapse devices`: what can be opened on this machine now, and every driver with its options. */
import { deviceCatalog } from '../../devices/catalog.ts'
import { discoverDevices } from '../../main/index.ts'
import { optionsJsonSchema } from '../../signal/index.ts'
import { type Command, printJson, readArguments } from '../command.ts'
import { optionLines } from '../option-values.ts'

export const devices: Command = {
  name: 'devices',
  usage: '[--port PATH]',
  help: 'Lists what can be opened now, what stands in the way of the rest, and the drivers.',
  options: [['--port PATH', 'a serial port that the system does not list, such as a pty']],
  async run(args) {
    const { values } = readArguments('devices', args, {
      json: { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
    })
    const found = await discoverDevices(values.port)
    const drivers = [...deviceCatalog.values()].map(({ id, title, help, options }) => ({
      id,
      title,
      help,
      options: optionsJsonSchema(options),
    }))
    if (values.json) printJson({ found, drivers })
    else process.stdout.write(asText(found, drivers))
    return 0
  },
}

type Found = Awaited<ReturnType<typeof discoverDevices>>

interface DriverText {
  readonly id: string
  readonly help: string
  readonly options: Record<string, unknown>
}

function asText(found: Found, drivers: readonly DriverText[]): string {
  const open = found.map(({ driver, address, name, detail, problem }) => {
    const where = address ? `${driver}:${address}` : driver
    const line = `  ${where}  ${name}${detail ? `, ${detail}` : ''}`
    return problem ? `${line}\n    ▲ ${problem.message}. ${problem.remedy}` : line
  })
  const known = drivers.map(({ id, help, options }) => {
    const lines = optionLines(options, 'json').map(([name, text]) => `      ${name}: ${text}`)
    return [`  ${id}  ${help}`, ...lines].join('\n')
  })
  return `Found:\n${open.join('\n')}\n\nDrivers:\n${known.join('\n')}\n`
}
