/** `synapse impedance`: how well the electrodes of a device touch, one after the other. */
import { type AcquisitionHost, openHost } from '../../main/index.ts'
import {
  contactLevel,
  type ElectrodeKind,
  electrodeKinds,
  impedanceLimits,
} from '../../signal/index.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { readDevice } from '../device-address.ts'

const signs = { good: '●', usable: '▲', poor: '■' } as const

export const impedance: Command = {
  name: 'impedance',
  usage: '--device DEVICE [--input ID …] [--electrodes wet|dry]',
  help: 'Measures the impedance of the electrodes, one after the other, on the raw samples.',
  options: [
    ['--device DEVICE', 'openbci-cyton:/dev/ttyUSB0 …'],
    ['--port PATH', 'the serial port, where the device does not name it'],
    ['--input ID', 'only this input, such as 3N; may be repeated'],
    ['--electrodes KIND', 'wet (good up to 10 kΩ, usable to 50) or dry (750, 2500); default wet'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('impedance', args, {
      json: { type: 'boolean', default: false },
      device: { type: 'string' },
      port: { type: 'string' },
      input: { type: 'string', multiple: true, default: [] },
      electrodes: { type: 'string', default: 'wet' },
    })
    if (positionals[0]) throw badOption('impedance', `"${positionals[0]}" is not understood`)
    const named = values.device ?? values.port
    if (!named) throw badOption('impedance', '--device is missing')
    const kind = electrodeKinds.find((each) => each === values.electrodes)
    if (!kind) throw badOption('impedance', '--electrodes is wet or dry')
    const { driver, address, options } = readDevice(named, values.port)
    const host = openHost()
    try {
      const id = await host.open(driver, address, options)
      const { method } = host.impedanceOf(id).port
      if (!values.json) process.stdout.write(`${method}\n`)
      const found = await measured(host, id, values.input, kind, !values.json)
      if (values.json) printJson({ method, electrodes: kind, limits: impedanceLimits[kind], found })
      return 0
    } finally {
      await host.end()
    }
  },
}

interface Row {
  readonly input: string
  readonly label: string
  /** Null: the electrode is off. */
  readonly kohm: number | null
  readonly uncertaintyKohm: number | null
  readonly contact: keyof typeof signs
}

/** @throws what the device said, where not all could be measured */
async function measured(
  host: AcquisitionHost,
  id: string,
  inputs: readonly string[],
  kind: ElectrodeKind,
  isShown: boolean,
): Promise<Row[]> {
  const check = host.impedanceOf(id)
  const rows: Row[] = []
  const wanted = check.port.inputs.filter((each) => !inputs.length || inputs.includes(each.id))
  const unknown = inputs.find((input) => !wanted.some((each) => each.id === input))
  for (const input of unknown === undefined ? wanted.map((each) => each.id) : [unknown]) {
    await check.run([input])
    const found = check.found.get(input)
    if (!found) {
      throw check.failure ?? badOption('impedance', `no value came for ${input}`)
    }
    const { label, ohms, uncertaintyOhms } = found
    const row: Row = {
      input,
      label,
      kohm: Number.isFinite(ohms) ? ohms / 1000 : null,
      uncertaintyKohm: uncertaintyOhms === null ? null : uncertaintyOhms / 1000,
      contact: contactLevel(ohms, kind),
    }
    rows.push(row)
    if (isShown) process.stdout.write(`${line(row)}\n`)
  }
  return rows
}

function line({ input, label, kohm, uncertaintyKohm, contact }: Row): string {
  const value = kohm === null ? 'off' : `${kohm.toFixed(1)} kΩ`
  const error = uncertaintyKohm === null ? '' : ` ± ${uncertaintyKohm.toFixed(1)}`
  return `${signs[contact]} ${input.padEnd(4)} ${label.padEnd(6)} ${value}${error}  ${contact}`
}
