/** `synapse emulate`: boards on pseudo-terminals, over Bluetooth or the network, with their account of what they did to the data. */
import { createInterface } from 'node:readline'
import { emulatorCatalog } from '../../devices/catalog.ts'
import {
  type DeviceEmulator,
  type EmulatorEvent,
  type RunningEmulator,
  sharedAir,
} from '../../devices/index.ts'
import { hostClock } from '../../main/index.ts'
import { optionsJsonSchema, parseOptions, SynapseError } from '../../signal/index.ts'
import { badOption, type Command, readArguments } from '../command.ts'
import { endRequested } from '../ending.ts'
import { cliOptions, givenOptions, optionLines } from '../option-values.ts'

export const emulate: Command = {
  name: 'emulate',
  usage: 'DEVICE [DEVICE …] [--link PATH] [--from RECORDING] …',
  help:
    'Puts byte-exact boards on pseudo-terminals, on a Bluetooth of their own or on this machine’s\n' +
    'network (the variables that it prints tell other programs of them), until it is interrupted.\n' +
    'All Bluetooth boards of one call are on the same air; a program hears one air, so boards that are\n' +
    'to be found together belong into one call. Lines on its input are commands: lose SHARE,\n' +
    'corrupt SHARE, delay SHARE, unplug [SECONDS], plug; with the number of a board before, for it alone.',
  options: [...emulatorCatalog.values()].flatMap((emulator) =>
    optionLines(optionsJsonSchema(emulator.options)),
  ),
  async run(args) {
    const count = args.findIndex((arg) => arg.startsWith('-'))
    const ids = count < 0 ? args : args.slice(0, count)
    const emulators = ids.map(emulatorNamed)
    if (emulators.length === 0) throw badOption('emulate', 'the device is missing')
    const { isJson, options } = readOptions(emulators, args.slice(ids.length))
    const print = isJson ? printLine : printWords
    const ended = endRequested()
    const boards = await startAll(emulators, options, print)
    const lines = createInterface({ input: process.stdin })
    lines.on('line', (line) => answer(boards, line, print))
    await ended
    lines.close()
    for (const { running, about } of boards) {
      await running.close()
      print({ kind: 'summary', ...about, ...running.summary() })
    }
    return 0
  },
}

interface Board {
  readonly running: RunningEmulator
  /** Its number and name, where there are several. */
  readonly about: Readonly<Record<string, string | number>>
}

function emulatorNamed(id: string): DeviceEmulator {
  const emulator = emulatorCatalog.get(id)
  if (emulator) return emulator
  throw new SynapseError('unknown-device', `emulating "${id}": there is no such emulator`, {
    remedy: `Emulators: ${[...emulatorCatalog.keys()].join(', ')}.`,
  })
}

/** Each board takes those that it knows; one that none knows is refused. */
function readOptions(emulators: readonly DeviceEmulator[], args: readonly string[]) {
  const schemas = emulators.map((emulator) => optionsJsonSchema(emulator.options))
  const known: ReturnType<typeof cliOptions> = Object.assign(
    {},
    ...schemas.map((schema) => cliOptions(schema)),
  )
  const { values, positionals } = readArguments('emulate', [...args], {
    json: { type: 'boolean', default: false },
    ...known,
  })
  if (positionals[0]) throw badOption('emulate', `"${positionals[0]}" is one argument too many`)
  const options = emulators.map((emulator, i) => {
    const own = Object.keys(cliOptions(schemas[i]!))
    const given = Object.fromEntries(Object.entries(values).filter(([name]) => own.includes(name)))
    return parseOptions(`emulator ${emulator.id}`, emulator.options, {
      ...addressOf(schemas[i]!, i),
      ...givenOptions(schemas[i]!, given),
    })
  })
  return { isJson: values.json === true, options }
}

/** On one air every board has an address of its own. */
function addressOf(schema: ReturnType<typeof optionsJsonSchema>, i: number) {
  const { address } = (schema as { properties: Record<string, { default?: unknown }> }).properties
  const usual = address?.default
  if (typeof usual !== 'string' || i === 0) return {}
  const last = Number.parseInt(usual.slice(-2), 16) + i
  return { address: `${usual.slice(0, -2)}${last.toString(16).toUpperCase().padStart(2, '0')}` }
}

async function startAll(
  emulators: readonly DeviceEmulator[],
  options: readonly unknown[],
  print: (line: Line) => void,
): Promise<Board[]> {
  const openAir = sharedAir()
  const boards: Board[] = []
  for (const [i, emulator] of emulators.entries()) {
    const about = emulators.length > 1 ? { board: i + 1, device: emulator.id } : {}
    const event = (each: EmulatorEvent) => print({ ...about, ...each })
    const running = await emulator.start(options[i], { clock: hostClock, event, openAir })
    boards.push({ running, about })
  }
  const shared = variablesOf(boards)
  for (const { running, about } of boards) {
    print({ kind: 'ready', ...about, address: running.address, ...running.environment, ...shared })
  }
  return boards
}

/** A variable that several boards set has all that they say, between commas. */
function variablesOf(boards: readonly Board[]): Record<string, string> {
  const all = boards.flatMap(({ running }) => Object.entries(running.environment ?? {}))
  const names = [...new Set(all.map(([name]) => name))]
  return Object.fromEntries(
    names.map((name) => {
      const values = new Set(all.filter(([each]) => each === name).map(([, value]) => value))
      return [name, [...values].join(',')]
    }),
  )
}

function answer(boards: readonly Board[], line: string, print: (line: Line) => void): void {
  const [, number, rest] = /^(\d+)\s+(.*)$/.exec(line.trim()) ?? []
  const meant = number === undefined ? boards : boards.slice(Number(number) - 1, Number(number))
  for (const { running, about } of meant) {
    print({ kind: 'answer', ...about, text: running.command(rest ?? line) })
  }
}

type Line =
  | EmulatorEvent
  | { readonly kind: 'ready'; readonly [variable: string]: string | number }
  | { readonly kind: 'answer'; readonly [variable: string]: string | number }
  | { readonly kind: 'summary'; readonly [count: string]: string | number }

function printLine(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function printWords(line: Line): void {
  const { kind, ...rest } = line
  const words = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  process.stdout.write(`${kind}${words.length ? `: ${words.join(', ')}` : ''}\n`)
}
