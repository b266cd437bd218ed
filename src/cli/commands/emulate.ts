/** `synapse emulate`: a board on a pseudo-terminal, over Bluetooth or the network, with its account of what it did to the data. */
import { createInterface } from 'node:readline'
import { emulatorCatalog } from '../../devices/catalog.ts'
import type { EmulatorEvent } from '../../devices/index.ts'
import { hostClock } from '../../main/index.ts'
import { optionsJsonSchema, parseOptions, SynapseError } from '../../signal/index.ts'
import { badOption, type Command, readArguments } from '../command.ts'
import { endRequested } from '../ending.ts'
import { cliOptions, givenOptions, optionLines } from '../option-values.ts'

export const emulate: Command = {
  name: 'emulate',
  usage: 'DEVICE [--link PATH] [--from RECORDING] …',
  help:
    'Puts a byte-exact board on a pseudo-terminal, on a Bluetooth of its own or on this machine’s\n' +
    'network (the variable that it prints tells other programs of it), until it is interrupted.\n' +
    'Lines on its input are commands: lose SHARE, corrupt SHARE, delay SHARE, unplug [SECONDS], plug.',
  options: [...emulatorCatalog.values()].flatMap((emulator) =>
    optionLines(optionsJsonSchema(emulator.options)),
  ),
  async run(args) {
    const id = args[0]
    if (id === undefined || id.startsWith('-')) throw badOption('emulate', 'the device is missing')
    const emulator = emulatorCatalog.get(id)
    if (!emulator) {
      throw new SynapseError('unknown-device', `emulating "${id}": there is no such emulator`, {
        remedy: `Emulators: ${[...emulatorCatalog.keys()].join(', ')}.`,
      })
    }
    const schema = optionsJsonSchema(emulator.options)
    const { values, positionals } = readArguments('emulate', args.slice(1), {
      json: { type: 'boolean', default: false },
      ...cliOptions(schema),
    })
    if (positionals[0]) throw badOption('emulate', `"${positionals[0]}" is one argument too many`)
    const options = parseOptions(`emulator ${id}`, emulator.options, givenOptions(schema, values))
    const print = values.json === true ? printLine : printWords
    const ended = endRequested()
    const running = await emulator.start(options, { clock: hostClock, event: print })
    print({ kind: 'ready', address: running.address, ...running.environment })
    const lines = createInterface({ input: process.stdin })
    lines.on('line', (line) => print({ kind: 'answer', text: running.command(line) }))
    await ended
    lines.close()
    await running.close()
    print({ kind: 'summary', ...running.summary() })
    return 0
  },
}

type Line =
  | EmulatorEvent
  | { readonly kind: 'ready'; readonly address: string; readonly [variable: string]: string }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'summary'; readonly [count: string]: string | number }

function printLine(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function printWords(line: Line): void {
  const { kind, ...rest } = line
  const words = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  process.stdout.write(`${kind}${words.length ? `: ${words.join(', ')}` : ''}\n`)
}
