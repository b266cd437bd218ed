/** Boards on a cable: every sample that comes is the board's at its index, whatever befalls the bytes. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generatedSource } from '../../src/devices/_cyton/board-source.ts'
import type { PtyOptions, SerialBoard } from '../../src/devices/_emulator/pty-board.ts'
import { EmulatedBitalino } from '../../src/devices/bitalino/emulator.ts'
import { deviceCatalog } from '../../src/devices/catalog.ts'
import { EmulatedChords } from '../../src/devices/chords/emulator.ts'
import { EmulatedThinkgear } from '../../src/devices/neurosky-thinkgear/emulator.ts'
import { CytonBoard } from '../../src/devices/openbci-cyton/board.ts'
import { during } from '../device-clock.ts'
import { LineBoard, lineSamples } from '../device-line-board.ts'
import { memorySerial, openOver } from '../device-memory-serial.ts'
import { fuzzedPackets, fuzzTimeout } from '../fuzz/packets.ts'

const sound: PtyOptions = {
  speed: 1,
  unplugSeconds: 1,
  lose: 0,
  corrupt: 0,
  delay: 0,
  delaySeconds: 0.2,
  seed: 1,
  sparePackets: 20,
}
const described = (name: string) => ({
  description: join(import.meta.dirname, '..', '..', 'examples', 'boards', name),
})

interface Case {
  readonly name: string
  readonly driver: string
  readonly options?: Record<string, unknown>
  readonly board: (options: PtyOptions) => (reply: (bytes: Uint8Array) => void) => SerialBoard
  /** The samples of a packet, read without any of the drivers' code; null where it bears none. */
  readonly samplesOf: (packet: Uint8Array) => number[] | null
  /** Losses are told by a counter, and exactly. */
  readonly isCounted: boolean
  /** It is not heard while it is paused, and goes on all the same. */
  readonly neverStops?: true
  /** The board's own clock tells how long it was away. */
  readonly isClocked?: true
  /** Share of samples put together from two damaged frames that a weak checksum lets pass. */
  readonly mostWrong?: number
}

const view = (packet: Uint8Array) => new DataView(packet.buffer, packet.byteOffset, packet.length)
const chordsSamples = (packet: Uint8Array) =>
  Array.from({ length: 6 }, (_, c) => view(packet).getUint16(3 + 2 * c))
const rawValue = (packet: Uint8Array) => (packet[3] === 0x80 ? [view(packet).getInt16(5)] : null)
const cytonBoard = () => (reply: (bytes: Uint8Array) => void) =>
  new CytonBoard(generatedSource(1), (text) => reply(Buffer.from(text, 'latin1')))

/** By bit strings, where the driver shifts: the frame read from its end. */
function bitalinoSamples(packet: Uint8Array): number[] {
  const bits = [...packet].map((byte) => byte.toString(2).padStart(8, '0'))
  const text = bits.reverse().join('').slice(8)
  const widths = [1, 1, 1, 1, 10, 10, 10, 10, 6, 6]
  let at = 0
  return widths.map((width) => Number.parseInt(text.slice(at, (at += width)), 2))
}

function cytonSamples(packet: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, c) => {
    const raw = (packet[2 + 3 * c]! << 16) | (packet[3 + 3 * c]! << 8) | packet[4 + 3 * c]!
    return raw >= 2 ** 23 ? raw - 2 ** 24 : raw
  })
}

const cases: readonly Case[] = [
  {
    name: 'openbci-cyton',
    driver: 'openbci-cyton',
    board: cytonBoard,
    samplesOf: cytonSamples,
    isCounted: true,
    isClocked: true,
  },
  {
    name: 'chords',
    driver: 'chords',
    board: (options) => (reply) => new EmulatedChords({ ...options, board: 'UNO-R4' }, reply),
    samplesOf: chordsSamples,
    isCounted: true,
  },
  {
    name: 'bitalino',
    driver: 'bitalino',
    board: (options) => (reply) => new EmulatedBitalino(options, reply),
    samplesOf: bitalinoSamples,
    isCounted: true,
    // Four bits.
    mostWrong: 7e-4,
  },
  {
    name: 'neurosky-thinkgear',
    driver: 'neurosky-thinkgear',
    board: (options) => () => new EmulatedThinkgear(options),
    samplesOf: rawValue,
    isCounted: false,
    neverStops: true,
  },
  {
    name: 'serial-board: chords',
    driver: 'serial-board',
    options: described('chords-uno-r4.jsonc'),
    board: (options) => (reply) => new EmulatedChords({ ...options, board: 'UNO-R4' }, reply),
    samplesOf: chordsSamples,
    isCounted: true,
  },
  {
    name: 'serial-board: cyton',
    driver: 'serial-board',
    options: described('openbci-cyton.jsonc'),
    board: cytonBoard,
    samplesOf: cytonSamples,
    isCounted: true,
  },
  {
    name: 'serial-board: thinkgear',
    driver: 'serial-board',
    options: described('thinkgear.jsonc'),
    board: (options) => () => new EmulatedThinkgear(options),
    samplesOf: rawValue,
    isCounted: false,
    neverStops: true,
  },
  {
    name: 'serial-board: lines',
    driver: 'serial-board',
    options: described('arduino-lines.jsonc'),
    board: () => () => new LineBoard(),
    samplesOf: lineSamples,
    isCounted: true,
    neverStops: true,
  },
]

async function streaming(each: Case, options: Partial<PtyOptions> = {}) {
  const memory = memorySerial({ ...sound, ...options }, each.board({ ...sound, ...options }))
  const { session, out } = await openOver(deviceCatalog.get(each.driver)!, memory, each.options)
  await during(memory.clock, session.start())
  const log = out.stream(session.streams[0]!.id)
  return { memory, session, out, log }
}

/** The samples of all packets that bear some, and the number of the first that was received. */
function truthOf(each: Case, made: readonly Uint8Array[]): number[][] {
  return made.map(each.samplesOf).filter((frame) => frame !== null)
}

describe.each(cases)('$name', (each) => {
  test('streams bit for bit, stops and starts again', async () => {
    const { memory, session, out, log } = await streaming(each)
    const from = memory.made.length
    await memory.clock.run(3)
    await during(memory.clock, session.stop())
    const beforeStop = log.values.length
    await memory.clock.run(1)
    await during(memory.clock, session.start())
    await memory.clock.run(1)
    await during(memory.clock, session.close())
    expect([out.violations, log.gaps]).toEqual([[], []])
    expect(log.values.length).toBeGreaterThan(3 * session.streams[0]!.nominalRateHz)
    const truth = truthOf(each, memory.made.slice(0, from + log.values.length + 4000))
    const [first] = log.values
    const at = truth.findIndex((frame) => frame.join() === first!.join())
    const together = each.neverStops ? beforeStop : log.values.length
    expect(log.values.slice(0, together)).toEqual(truth.slice(at, at + together))
    expect(out.states.at(-1)).toBe('closed')
  })

  test.each([1, 2, 3])(
    'loses and corrupts: what comes is the board’s, at its index, seed %i',
    async (seed) => {
      const faults = { lose: 0.02, corrupt: 0.03, delay: 0.005, delaySeconds: 0.15, seed }
      const { memory, session, out, log } = await streaming(each, faults)
      await memory.clock.run(40)
      await during(memory.clock, session.close())
      expect(out.violations).toEqual([])
      expect(log.values.length + log.lost).toBe(log.next)
      const truth = truthOf(each, memory.made)
      const offset = truth.findIndex((frame) => frame.join() === log.values[0]!.join())
      if (each.isCounted) {
        const wrong = log.values.filter(
          (frame, i) => frame.join() !== truth[offset + log.indices[i]!]?.join(),
        )
        expect(wrong.length, 'samples that are not the board’s').toBeLessThanOrEqual(
          (each.mostWrong ?? 0) * log.values.length,
        )
        // A frame whose counter or neighbour is in doubt is left out, and never more than that.
        const harmed = memory.emulator.summary().lost + memory.emulator.summary().corrupted
        expect(log.lost).toBeGreaterThan(0.9 * harmed)
        expect(log.lost).toBeLessThan(1.6 * harmed)
      } else {
        expect(Math.abs(offset + log.next - truth.length)).toBeLessThan(0.03 * truth.length)
        const known = new Set(truth.map((frame) => frame.join()))
        expect(log.values.every((frame) => known.has(frame.join()))).toBe(true)
      }
    },
  )

  test('unplugged and plugged in again 100 times, it resumes, and nothing is doubled', async () => {
    const { memory, session, out, log } = await streaming(each)
    const { clock, emulator } = memory
    await clock.run(1)
    for (let round = 0; round < 100; round++) {
      emulator.command('unplug 0.3')
      await clock.run(0.35)
      const before = log.values.length
      const since = clock.now()
      while (log.values.length === before) await clock.run(0.05)
      expect(clock.now() - since).toBeLessThan(3)
      await clock.run(0.1)
    }
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(log.gaps.length).toBeGreaterThanOrEqual(100)
    const truth = truthOf(each, memory.made)
    const offset = truth.findIndex((frame) => frame.join() === log.values[0]!.join())
    // What came, came in order and once; a gap that only time tells of is right to 20 ms a time.
    let at = offset
    for (const frame of log.values) {
      while (at < truth.length && truth[at]!.join() !== frame.join()) at++
      expect(at).toBeLessThan(truth.length)
      at++
    }
    if (each.isClocked) {
      expect(log.gaps.every(({ exact }) => exact)).toBe(true)
      const isAtItsIndex = (frame: number[], i: number) =>
        frame.join() === truth[offset + log.indices[i]!]?.join()
      expect(log.values.every(isAtItsIndex)).toBe(true)
    }
    const rate = session.streams[0]!.nominalRateHz
    expect(Math.abs(offset + log.next - truth.length)).toBeLessThan(100 * 0.02 * rate + 10)
  })

  test('packets that are all damaged throw nothing, and none is counted twice', {
    timeout: fuzzTimeout,
  }, async () => {
    const { memory, session, out, log } = await streaming(each, {
      corrupt: 1,
      sparePackets: 0,
      speed: 100,
    })
    const { clock } = memory
    while (memory.emulator.summary().corrupted < fuzzedPackets) await clock.run(0.5)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(log.values.length + log.lost).toBe(log.next)
  })
})
