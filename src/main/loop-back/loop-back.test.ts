import { expect, test } from 'vitest'
import { memorySerial } from '../../../test/device-memory-serial.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { generatedSource } from '../../devices/_cyton/board-source.ts'
import { deviceCatalog } from '../../devices/catalog.ts'
import { CytonBoard } from '../../devices/openbci-cyton/board.ts'
import { newChunkBuffer, parseOptions } from '../../signal/index.ts'
import { DeviceLink } from '../device-link.ts'
import { EdgeFinder } from './edges.ts'
import { channelNamed, measureLoopBack } from './measure.ts'
import { openPulseOutput } from './pulse-output.ts'
import { PulseMatcher, summarise } from './pulses.ts'

function edgesIn(values: readonly number[], gapAt = -1): number[] {
  const found: number[] = []
  const shape = { channel: 1, scale: 2, offset: 1, threshold: 10, hysteresis: 4 }
  const finder = new EdgeFinder(shape, (arrival) => found.push(arrival))
  const chunk = newChunkBuffer({ format: 'int16', channels: 2, maxFrames: 1 })
  chunk.frames = 1
  for (const [i, value] of values.entries()) {
    if (i === gapAt) finder.gap()
    chunk.data[1] = (value - 1) / 2
    chunk.hostTime[0] = i
    finder.chunk(chunk)
  }
  return found
}

test('an edge is a rise over the threshold after a fall below the lower one', () => {
  expect(edgesIn([1, 1, 11, 13, 9, 11, 5, 11, 7, 11])).toEqual([2, 7])
  // It may have been high already when somebody began to look.
  expect(edgesIn([11, 13, 1, 11])).toEqual([3])
  expect(edgesIn([1, 11, 1, 11, 1, 11], 3)).toEqual([1, 5])
})

test('an edge belongs to the latest pulse before it, once, and within its window', () => {
  const matcher = new PulseMatcher(0.5)
  matcher.edge(0.5, 0.5)
  matcher.sent(1)
  matcher.edge(1.04, 1.03)
  matcher.edge(1.05, 1.05)
  matcher.sent(2)
  expect(matcher.isSettled(2.4)).toBe(false)
  expect(matcher.isSettled(2.6)).toBe(true)
  matcher.edge(2.7, 2.7)
  expect(matcher.unexpected).toBe(3)
  expect(matcher.pulses).toEqual([
    { sentAt: 1, arrivedAt: 1.04, stampedAt: 1.03 },
    { sentAt: 2, arrivedAt: Number.NaN, stampedAt: Number.NaN },
  ])
})

test('the summary is that of NumPy', () => {
  // numpy 2: percentile([3, 1, 4, 1, 5], [50, 95]) and std(ddof=1)
  const { count, minMs, medianMs, p95Ms, maxMs, sdMs } = summarise([3, 1, 4, 1, 5])!
  expect([count, minMs, medianMs, maxMs]).toEqual([5, 1000, 3000, 5000])
  expect(p95Ms).toBeCloseTo(4800, 9)
  expect(sdMs).toBeCloseTo(1788.854_381_999_831_7, 9)
  expect(summarise([])).toBeNull()
})

const delaySeconds = 0.04

/** A Cyton whose pin D17 follows the pulses, so much later. */
async function wiredCyton() {
  const memory = memorySerial(
    {
      speed: 1,
      unplugSeconds: 1,
      lose: 0,
      corrupt: 0,
      delay: 0,
      delaySeconds: 0.2,
      seed: 1,
      sparePackets: 20,
    },
    (reply) => new CytonBoard(generatedSource(1), (text) => reply(Buffer.from(text, 'latin1'))),
  )
  const { clock, serial, emulator } = memory
  const driver = deviceCatalog.get('openbci-cyton')!
  const listener = { changed() {}, clockOffset() {}, marker() {}, trouble() {} }
  const link = new DeviceLink('board', driver, 'memory', clock, listener)
  const transports = transportsWith({ serial })
  const options = parseOptions(driver.id, driver.options, { pins: 'digital' })
  await passing(
    clock,
    link.open(driver, options, transports, (id) => id),
  )
  await passing(clock, link.start())
  const output = {
    set: (level: number) => void clock.after(delaySeconds, () => emulator.command(`D17 ${level}`)),
    close: async () => {},
  }
  return { clock, link, output, emulator }
}

async function passing<T>(clock: { run(seconds: number): Promise<void> }, work: Promise<T>) {
  let isSettled = false
  const noted = () => {
    isSettled = true
  }
  work.then(noted, noted)
  while (!isSettled) await clock.run(0.01)
  return work
}

const settings = {
  pulses: 40,
  intervalSeconds: 0.25,
  widthSeconds: 0.1,
  threshold: 0.5,
  hysteresis: 0.25,
}

test('pulses through a wire of 40 ms come back after 40 ms, and what board and port add', async () => {
  const { clock, link, output } = await wiredCyton()
  const { stream, channel } = channelNamed(link.streams, 'D17')
  const result = await passing(clock, measureLoopBack(clock, stream, channel, output, settings))
  expect(result).toMatchObject({ sent: 40, found: 40, missed: 0, unexpected: 0, resolutionMs: 4 })
  const { arrival, stamp } = result
  expect(arrival!.minMs).toBeGreaterThanOrEqual(40)
  // The next sample, the parser's look at the packet after it, and the port's 10 ms.
  expect(arrival!.maxMs).toBeLessThan(40 + 4 + 8 + 4 + 10 + 1)
  expect(stamp!.count).toBe(40)
  await passing(clock, link.close())
})

test('pulses that do not come back are missed', async () => {
  const { clock, link, output } = await wiredCyton()
  const { stream, channel } = channelNamed(link.streams, 'openbci-cyton/pins/D17')
  let sent = 0
  const torn = { ...output, set: (level: 0 | 1) => sent++ % 4 < 2 && output.set(level) }
  const few = { ...settings, pulses: 8 }
  const result = await passing(clock, measureLoopBack(clock, stream, channel, torn as never, few))
  expect(result).toMatchObject({ sent: 8, found: 4, missed: 4 })
  await passing(clock, link.close())
})

test('a channel or an output that is not there says so', async () => {
  expect(() => channelNamed([], 'D17')).toThrow(/no/)
  await expect(openPulseOutput('pigeon', {} as never, {} as never)).rejects.toMatchObject({
    code: 'bad-option',
  })
  await expect(openPulseOutput('udp:x', {} as never, {} as never)).rejects.toMatchObject({
    code: 'bad-option',
  })
})
