import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DeviceEmulator } from '../../src/devices/_emulator/emulator.ts'
import type { PtyOptions, SerialBoard } from '../../src/devices/_emulator/pty-board.ts'
import { deviceCatalog, emulatorCatalog } from '../../src/devices/catalog.ts'
import { EmulatedChords } from '../../src/devices/chords/emulator.ts'
import { systemTransports } from '../../src/devices/index.ts'
import { EmulatedTriggerBox } from '../../src/devices/trigger-serial/emulator.ts'
import { OscBundle } from '../../src/network/index.ts'
import {
  type BleTransport,
  type DeviceDriver,
  type LslTransport,
  optionsJsonSchema,
  parseOptions,
  type SerialTransport,
  SynapseError,
  type Transports,
} from '../../src/signal/index.ts'
import { during, ManualClock } from '../device-clock.ts'
import { DeviceLog } from '../device-log.ts'
import { MemoryAir } from '../device-memory-air.ts'
import { MemoryLsl } from '../device-memory-lsl.ts'
import { MemoryNetwork } from '../device-memory-network.ts'
import { memoryPort, memorySerial } from '../device-memory-serial.ts'
import { memoryShield } from '../device-memory-shield.ts'
import { realClock } from '../device-real-clock.ts'
import { noBluetooth, noLsl, noPorts, transportsWith } from '../device-transports.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'

// The same on every machine: here is no Bluetooth.
process.env.DBUS_SYSTEM_BUS_ADDRESS = 'unix:path=/nowhere/bus'
// And nobody else is asked for his devices.
process.env.SYNAPSE_SSDP = '127.0.0.1:9'

const root = join(import.meta.dirname, '..', '..')
const examples = join(root, 'examples')
const folder = join(root, 'src', 'devices')
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map(({ name }) => name)

interface Rehearsal {
  readonly address: string
  readonly clock: ManualClock
  readonly transports: Transports
  readonly options?: Record<string, unknown>
}

const faults = { lose: 0.05, corrupt: 0.05, delay: 0.02, reorder: 0.02, sparePackets: 20 }

/** An emulated board, on a port or in air made of memory, with everything that may befall its packets. */
async function emulated(emulator: DeviceEmulator): Promise<Rehearsal> {
  const clock = new ManualClock()
  const air = new MemoryAir(clock)
  const { openPty, serial } = memoryPort(clock)
  const known = Object.keys(propertiesOf(emulator.options))
  const given = Object.fromEntries(Object.entries(faults).filter(([name]) => known.includes(name)))
  const { address } = await emulator.start(parseOptions(emulator.id, emulator.options, given), {
    clock,
    event: () => {},
    openAir: async (identity, board) => air.enter(identity, board),
    openPty,
  })
  return { address, clock, transports: transportsWith({ serial, ble: air }) }
}

const frail: PtyOptions = { ...faults, speed: 1, unplugSeconds: 1, delaySeconds: 0.2, seed: 1 }

/** A board on a port made of memory, with everything that may befall its packets. */
function cabled(makeBoard: (reply: (bytes: Uint8Array) => void) => SerialBoard): Rehearsal {
  const { clock, serial } = memorySerial(frail, makeBoard)
  return {
    address: 'memory',
    clock,
    transports: transportsWith({ serial }),
  }
}

/** Somebody who sends a hundred rows a second, of which some get lost and some come twice. */
function sentTo(address: string, say: (network: MemoryNetwork, text: string) => void): Rehearsal {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  let sample = 0
  clock.every(0.01, () => {
    sample++
    const text = JSON.stringify({ sample, data: [sample, -sample] })
    if (sample % 17 !== 0) say(network, text)
    if (sample % 23 === 0) say(network, text)
  })
  return {
    address,
    clock,
    transports: transportsWith({ network }),
    options: { rateHz: 100 },
  }
}

function oscOf(text: string): Uint8Array {
  const { sample, data } = JSON.parse(text) as { sample: number; data: number[] }
  const bundle = new OscBundle(256)
  bundle.begin(0)
  bundle.message('/eeg/sample', [sample])
  bundle.floats('/eeg', data, 0, data.length)
  return bundle.bytes
}

const box = { rateHz: 30, values: [1, 2, 3], echo: false }
/** "Note 60 on", again and again. */
const notes = [0x90, 60, 100]

/**
 * What drivers need to stream without hardware, where that is not their emulator: a driver without
 * one, or with one that stands on neither a serial port nor the air, says here how it is rehearsed.
 */
const rehearsals: Record<string, () => Promise<Rehearsal>> = {
  synthetic: async () => ({
    address: '',
    clock: new ManualClock(),
    transports: transportsWith(),
  }),
  replay: async () => ({
    address: scratchFolder().write('sound.xdf', await soundRecording()),
    clock: new ManualClock(),
    transports: transportsWith(),
  }),
  lsl: async () => {
    const clock = new ManualClock()
    const lsl = new MemoryLsl(clock)
    return {
      address: 'amp-1',
      clock,
      transports: transportsWith({ lsl }),
    }
  },
  'serial-board': async () => ({
    ...cabled((reply) => new EmulatedChords({ ...frail, board: 'UNO-R4' }, reply)),
    options: { description: join(examples, 'boards', 'chords-uno-r4.jsonc') },
  }),
  osc: async () => sentTo('9000', (network, text) => network.datagram(9000, oscOf(text))),
  udp: async () => sentTo('9000', (network, text) => network.datagram(9000, text)),
  websocket: async () => sentTo('ws://10.0.0.9:80', (network, text) => network.broadcast(text)),
  'openbci-wifi': async () => {
    const { clock, transports, address } = await memoryShield({
      lose: 0.05,
      corrupt: 0.05,
      delay: 0.02,
    })
    return { clock, transports, address }
  },
  'trigger-serial': async () => cabled((reply) => new EmulatedTriggerBox(box, reply)),
  midi: async () => cabled((reply) => new EmulatedTriggerBox({ ...box, values: notes }, reply)),
}

/** Further boards and ways of a driver: `driver: what`. */
const shield = async (board: string, options: Record<string, unknown>): Promise<Rehearsal> => {
  const { clock, transports, address } = await memoryShield({ board, lose: 0.05, corrupt: 0.05 })
  return { clock, transports, address, options }
}
const furtherRehearsals: Record<string, () => Promise<Rehearsal>> = {
  'openbci-wifi: daisy, pins': () => shield('daisy', { pins: 'digital' }),
  'openbci-wifi: ganglion': () => shield('ganglion', { rateHz: 200 }),
  'openbci-wifi: cyton, JSON': () => shield('cyton', { output: 'json' }),
  'openbci-wifi: ganglion, JSON': () => shield('ganglion', { rateHz: 200, output: 'json' }),
}

function rehearsalOf(id: string): () => Promise<Rehearsal> {
  const emulator = emulatorCatalog.get(id)
  return rehearsals[id] ?? (() => emulated(emulator!))
}

test('every driver can be rehearsed', () => {
  const rehearsed = [...Object.keys(rehearsals), ...emulatorCatalog.keys()]
  expect([...deviceCatalog.keys()].filter((id) => !rehearsed.includes(id))).toEqual([])
})

test('every folder is a driver of the same name, and every driver has a folder', () => {
  expect([...deviceCatalog.keys()].sort()).toEqual(folders.sort())
  for (const [id, driver] of deviceCatalog) expect(driver.id).toBe(id)
})

test('an emulator bears the id of the driver that it is the other side of', () => {
  for (const [id, emulator] of emulatorCatalog) {
    expect([emulator.id, deviceCatalog.has(id)]).toEqual([id, true])
  }
})

describe.each([...deviceCatalog.keys()])('%s', (id) => {
  const driver = deviceCatalog.get(id)!

  test('says what it is', () => {
    expect(driver.title).toMatch(/\S/)
    expect(driver.help).toMatch(/\S.*\.$/)
  })

  test('explains each of its options', () => {
    expectHelp(driver.options)
  })

  test('has a default for each of its options', () => {
    expect(() => parseOptions(id, driver.options, {})).not.toThrow()
    expect(() => parseOptions(id, driver.options, undefined)).not.toThrow()
  })

  test('refuses an option that it does not know, by name', () => {
    expect(() => parseOptions(id, driver.options, { nonsense: 1 })).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(/nonsense/) }),
    )
  })

  test('discovers without throwing, whatever the system says of its ports', async () => {
    const failing: SerialTransport = {
      ...noPorts,
      list: async () => {
        throw new Error('udevadm: not found')
      },
    }
    const failingBle: BleTransport = {
      ...noBluetooth,
      scan: async () => {
        throw new SynapseError('bluetooth-missing', 'looking: there is no adapter')
      },
    }
    const failingLsl: LslTransport = {
      ...noLsl,
      find: async () => {
        throw new SynapseError('lsl-missing', 'loading liblsl: there is none')
      },
    }
    const system = systemTransports(realClock, ['/nowhere/port', '/dev/null'])
    for (const transports of [
      system,
      transportsWith(),
      transportsWith({ serial: failing, lsl: failingLsl, ble: failingBle }),
    ]) {
      for (const found of await driver.discover({ transports })) {
        expect(found.driver).toBe(id)
        expect(found.name).toMatch(/\S/)
        if (found.problem) expect(found.problem.remedy).toMatch(/\S/)
      }
    }
  })

  test.each(['', 'nonsense', '/nowhere/at/all', '/', '/dev/null', 'a\0b', 'COM99', '💤'])(
    'opens %j, or says in an error with a code and a remedy why not',
    async (address) => {
      const out = new DeviceLog(() => undefined)
      const context = { out, clock: realClock, transports: systemTransports(realClock, []) }
      try {
        const options = parseOptions(id, driver.options, {})
        await (await driver.open(address, options, context)).close()
      } catch (error) {
        expect(error).toBeInstanceOf(SynapseError)
        const { code, remedy, message } = error as SynapseError
        expect(code).not.toBe('internal')
        expect(remedy).toMatch(/\S/)
        expect(message).toMatch(/^\w+ing /)
      }
    },
  )

  test('keeps the promises of chunks, gaps and times while it is started and stopped', () =>
    keepsPromises(driver, rehearsalOf(id)))

  test('is silent before its start and after its close', async () => {
    const { session, out, clock } = await opened(driver, rehearsalOf(id))
    await clock.run(1)
    expect(session.streams.map((stream) => out.stream(stream.id).next)).toEqual(
      session.streams.map(() => 0),
    )
    await during(clock, session.start())
    await clock.run(0.5)
    await during(clock, session.close())
    const before = session.streams.map((stream) => out.stream(stream.id).next)
    await clock.run(1)
    expect(session.streams.map((stream) => out.stream(stream.id).next)).toEqual(before)
  })
})

test.each(Object.keys(furtherRehearsals))(
  '%s keeps the promises of chunks, gaps and times while it is started and stopped',
  (name) => keepsPromises(deviceCatalog.get(name.split(':')[0]!)!, furtherRehearsals[name]!),
)

test.each([...emulatorCatalog.keys()])('the emulator of %s explains its options', (id) => {
  const { options } = emulatorCatalog.get(id)!
  expectHelp(options)
  expect(() => parseOptions(id, options, {})).not.toThrow()
  expect(() => parseOptions(id, options, { nonsense: 1 })).toThrow(/nonsense/)
})

async function keepsPromises(driver: DeviceDriver, rehearse: () => Promise<Rehearsal>) {
  const { session, out, clock } = await opened(driver, rehearse)
  expect(new Set(session.streams.map((stream) => stream.id)).size).toBe(session.streams.length)
  for (let round = 0; round < 3; round++) {
    await during(clock, session.start())
    await clock.run(2.5)
    await during(clock, session.stop())
  }
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  for (const stream of session.streams) {
    const log = out.stream(stream.id)
    // A summary of each second comes less often than samples.
    expect(log.values.length, stream.id).toBeGreaterThan(stream.type === 'Features' ? 2 : 5)
    expect(log.values.length + log.lost).toBe(log.next)
    expectColumns(log, session.carries?.[stream.id])
  }
  expect(out.states.at(-1)).toBe('closed')
}

function expectHelp(schema: Parameters<typeof optionsJsonSchema>[0]): void {
  const properties = propertiesOf(schema)
  expect(Object.keys(properties).length).toBeGreaterThan(0)
  for (const [name, property] of Object.entries(properties)) {
    expect(property, name).toMatchObject({ help: expect.stringMatching(/\S.*\.$/) })
  }
}

function expectColumns(
  log: ReturnType<DeviceLog['stream']>,
  carries: { readonly deviceTime: boolean; readonly sequence: boolean } | undefined,
): void {
  if (carries?.sequence === false) expect(log.sequence.every(Number.isNaN)).toBe(true)
  if (carries?.deviceTime) expect(log.deviceTimes.some(Number.isFinite)).toBe(true)
  else expect(log.deviceTimes.every(Number.isNaN)).toBe(true)
}

async function opened(driver: DeviceDriver, rehearse: () => Promise<Rehearsal>) {
  const { address, clock, transports, options: given = {} } = await rehearse()
  const widths = new Map<string, number>()
  const out = new DeviceLog((stream) => widths.get(stream))
  const options = parseOptions(driver.id, driver.options, given)
  const session = await during(clock, driver.open(address, options, { out, clock, transports }))
  for (const { id, channels } of session.streams) widths.set(id, channels.length)
  return { session, out, clock }
}

function propertiesOf(schema: Parameters<typeof optionsJsonSchema>[0]): Record<string, object> {
  return (optionsJsonSchema(schema) as { properties: Record<string, object> }).properties
}
