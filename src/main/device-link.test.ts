import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { transportsWith } from '../../test/device-transports.ts'
import { type ReadResult, RingReader } from '../ring/index.ts'
import {
  type ChunkBuffer,
  type DeviceDriver,
  type DeviceOutput,
  type DeviceSession,
  type Marker,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
  type Transports,
} from '../signal/index.ts'
import { DeviceLink, ledgerOfStream } from './device-link.ts'

const transports: Transports = transportsWith()

const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'stub' },
}
const texts: StreamInfo = { ...eeg, id: 'texts', sampleFormat: 'json', nominalRateHz: 0 }

/** A driver that says what the test makes it say. */
class StubDriver implements DeviceDriver<object> {
  readonly id = 'stub'
  readonly title = 'Stub'
  readonly help = 'Says what it is made to say.'
  readonly address = null
  readonly options = null as never
  out!: DeviceOutput
  closed = 0
  readonly streams: readonly StreamInfo[]
  opening: Promise<void> = Promise.resolve()
  session!: DeviceSession

  constructor(streams: readonly StreamInfo[] = [eeg]) {
    this.streams = streams
  }

  async discover() {
    return []
  }

  async open(_address: string, _options: object, { out }: { out: DeviceOutput }) {
    this.out = out
    await this.opening
    const session: DeviceSession = {
      streams: this.streams,
      start: async () => out.link('streaming'),
      stop: async () => out.link('paused'),
      close: async () => {
        this.closed++
        out.link('closed')
      },
    }
    this.session = session
    return session
  }
}

const clock = new ManualClock()
let told: { changes: number; troubles: SynapseError[]; markers: Marker[]; ranged: string[] }

beforeEach(() => {
  told = { changes: 0, troubles: [], markers: [], ranged: [] }
})

function newLink(driver: StubDriver, id = 'stub'): DeviceLink {
  return new DeviceLink(id, driver as DeviceDriver, 'here', clock, {
    changed: () => told.changes++,
    clockOffset: () => {},
    marker: (marker) => told.markers.push(marker),
    ranged: ({ info }) => told.ranged.push(info.id),
    trouble: (_link, error) => told.troubles.push(error),
  })
}

async function opened(driver = new StubDriver()) {
  const link = newLink(driver)
  await link.open(driver as DeviceDriver, {}, transports, (id) => id)
  const stream = link.streams[0]!
  const reader = new RingReader(stream.writer.shared, 'oldest')
  return { driver, link, stream, reader }
}

function chunkAt(firstSample: number, frames: number): ChunkBuffer {
  const chunk = newChunkBuffer({ format: 'int32', channels: 1, maxFrames: Math.max(1, frames) })
  chunk.firstSample = firstSample
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    chunk.data[f] = firstSample + f
    chunk.hostTime[f] = clock.now()
  }
  return chunk
}

/** Everything that a ring holds: indices of frames, and gaps. */
function readAllOf(reader: RingReader) {
  const into = newChunkBuffer({ format: 'int32', channels: 1, maxFrames: 64 })
  const indices: number[] = []
  const gaps: unknown[] = []
  for (let result: ReadResult = reader.read(into); result !== 'empty'; result = reader.read(into)) {
    if (result === 'gap') gaps.push({ ...reader.gap })
    else for (let f = 0; f < into.frames; f++) indices.push(into.firstSample + f)
  }
  return { indices, gaps }
}

const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('expected = received + lost, whatever the driver says', () => {
  test('a gap that is announced', async () => {
    const { driver, stream, reader } = await opened()
    driver.out.chunk('eeg', chunkAt(0, 5))
    const gap = { atSample: 5, lostSamples: 3, exact: true, reason: 'corrupt' } as const
    driver.out.gap('eeg', gap)
    driver.out.chunk('eeg', chunkAt(8, 2))
    expect(ledgerOfStream(stream)).toEqual({ expected: 10, received: 7, lost: 3 })
    expect(readAllOf(reader)).toEqual({ indices: [...upTo(0, 5), 8, 9], gaps: [gap] })
  })

  test('a jump that nobody announced is a loss, and not an exact one', async () => {
    const { driver, link, stream, reader } = await opened()
    driver.out.chunk('eeg', chunkAt(0, 5))
    driver.out.chunk('eeg', chunkAt(100, 5))
    expect(ledgerOfStream(stream)).toEqual({ expected: 105, received: 10, lost: 95 })
    expect(readAllOf(reader).gaps).toEqual([
      { atSample: 5, lostSamples: 95, exact: false, reason: 'lost' },
    ])
    expect(link.state).toBe('opening')
  })

  test('a gap that begins where nobody was yet comes after one that leads there', async () => {
    const { driver, stream, reader } = await opened()
    driver.out.chunk('eeg', chunkAt(0, 5))
    driver.out.gap('eeg', { atSample: 8, lostSamples: 2, exact: true, reason: 'corrupt' })
    driver.out.chunk('eeg', chunkAt(10, 5))
    expect(ledgerOfStream(stream)).toEqual({ expected: 15, received: 10, lost: 5 })
    expect(readAllOf(reader).gaps).toEqual([
      { atSample: 5, lostSamples: 3, exact: false, reason: 'lost' },
      { atSample: 8, lostSamples: 2, exact: true, reason: 'corrupt' },
    ])
  })

  test('nothing at all: chunks without frames, gaps of nothing, streams that it never named', async () => {
    const { driver, stream } = await opened()
    driver.out.chunk('eeg', chunkAt(0, 0))
    driver.out.gap('eeg', { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' })
    driver.out.chunk('eog', chunkAt(0, 5))
    driver.out.gap('eog', { atSample: 0, lostSamples: 9, exact: true, reason: 'lost' })
    expect(ledgerOfStream(stream)).toEqual({ expected: 0, received: 0, lost: 0 })
  })
})

describe('a driver that breaks its contract is closed, and the other devices do not feel it', () => {
  test.each([
    ['goes back in its index', (out: DeviceOutput) => out.chunk('eeg', chunkAt(2, 5))],
    [
      'announces a gap where none can be',
      (out: DeviceOutput) =>
        out.gap('eeg', { atSample: 1, lostSamples: 4, exact: true, reason: 'lost' }),
    ],
    [
      'finds samples again that it had lost',
      (out: DeviceOutput) =>
        out.gap('eeg', { atSample: 5, lostSamples: -4, exact: true, reason: 'lost' }),
    ],
  ])('one that %s', async (_what, misbehave) => {
    const { driver, link, stream, reader } = await opened()
    const other = await opened()
    driver.out.chunk('eeg', chunkAt(0, 5))
    misbehave(driver.out)
    expect(link.state).toBe('closed')
    expect(driver.closed).toBe(1)
    expect(told.troubles).toMatchObject([
      { code: 'internal', message: expect.stringContaining('Stub') },
    ])
    expect(link.entry().problem).toMatchObject({ code: 'internal' })
    // What it sends on the way out is not let in, and what came before it stays.
    driver.out.chunk('eeg', chunkAt(5, 5))
    expect(readAllOf(reader).indices.slice(0, 5)).toEqual(upTo(0, 5))
    expect(ledgerOfStream(stream).lost).toBe(0)
    other.driver.out.chunk('eeg', chunkAt(0, 5))
    expect(other.link.state).toBe('opening')
    expect(ledgerOfStream(other.stream).received).toBe(5)
    await link.close()
    expect(driver.closed).toBe(1)
  })
})

describe('what a device is', () => {
  test('streams of texts have no ring; the others get ids that nobody else has', async () => {
    const driver = new StubDriver([texts, eeg, { ...eeg, id: 'acc', type: 'ACC' }])
    const link = newLink(driver)
    await link.open(driver as DeviceDriver, {}, transports, (id) => `${id}#2`)
    expect(link.streams.map(({ info }) => info.id)).toEqual(['eeg#2', 'acc#2'])
    // The driver goes on with its own names.
    driver.out.chunk('acc', chunkAt(0, 3))
    driver.out.chunk('texts', chunkAt(0, 3))
    expect(link.streams.map((stream) => ledgerOfStream(stream).received)).toEqual([0, 3])
    expect(link.entry().streams).toMatchObject([
      { id: 'eeg#2', type: 'EEG', channels: [{ label: 'Cz', type: 'EEG', unit: 'uV' }] },
      { id: 'acc#2', type: 'ACC' },
    ])
  })

  test('facts are told of when they change, the last one each', async () => {
    const { driver, link } = await opened()
    driver.out.fact({ name: 'battery', value: 80, unit: '%' })
    driver.out.fact({ name: 'firmware', value: 'v3' })
    const { changes } = told
    driver.out.fact({ name: 'battery', value: 80, unit: '%' })
    expect(told.changes).toBe(changes)
    driver.out.fact({ name: 'battery', value: 79, unit: '%' })
    expect(told.changes).toBe(changes + 1)
    expect(link.entry().facts).toEqual([
      { name: 'battery', value: 79, unit: '%' },
      { name: 'firmware', value: 'v3' },
    ])
  })

  test('its link: a cause is told of, and gone when the link is well again', async () => {
    const { driver, link } = await opened()
    await link.start()
    expect(link.state).toBe('streaming')
    const lost = new SynapseError('link-lost', 'reading here: gone')
    driver.out.link('reconnecting', lost)
    expect(link.entry()).toMatchObject({ link: 'reconnecting', problem: { code: 'link-lost' } })
    expect(told.troubles).toEqual([lost])
    driver.out.link('streaming')
    expect(link.entry()).not.toHaveProperty('problem')
    await link.close()
    driver.out.link('streaming')
    expect(link.state).toBe('closed')
  })

  test('a ring that holds twenty seconds, as far as 256 MB hold them', async () => {
    const channels = Array.from({ length: 1024 }, (_, i) => physicalChannel(`${i}`, 'EEG', 'uV'))
    const wide = { ...eeg, id: 'wide', nominalRateHz: 30_000, channels }
    const irregular = { ...eeg, id: 'irregular', nominalRateHz: 0 }
    const { link } = await opened(new StubDriver([eeg, wide, irregular]))
    const [usual, big, slow] = link.streams.map(({ writer }) => writer.shared)
    expect(usual!.shape.capacityFrames).toBe(8192)
    expect(big!.buffer.byteLength).toBeLessThanOrEqual(256 * 1024 * 1024)
    expect(big!.shape.capacityFrames).toBeGreaterThan(30_000)
    expect(slow!.shape.capacityFrames).toBe(4096)
  })
})

describe('opening and closing', () => {
  test('closing ends what reads the rings', async () => {
    const { driver, link, reader } = await opened()
    driver.out.chunk('eeg', chunkAt(0, 5))
    await link.close()
    expect(driver.closed).toBe(1)
    readAllOf(reader)
    expect(reader.ended).toBe(true)
  })

  test('a device that is closed while it opens does not stay open behind our back', async () => {
    const driver = new StubDriver()
    let answer = () => {}
    driver.opening = new Promise((resolve) => {
      answer = resolve
    })
    const link = newLink(driver)
    const opening = link.open(driver as DeviceDriver, {}, transports, (id) => id)
    await link.close()
    answer()
    await expect(opening).rejects.toMatchObject({ code: 'not-ready' })
    expect(driver.closed).toBe(1)
    expect(link.streams).toEqual([])
  })

  test('after a pause, times go on at the time of day, not where they stopped', async () => {
    const { driver, link, stream } = await opened()
    const last = newChunkBuffer({ format: 'int32', channels: 1, maxFrames: 64 })
    const reader = new RingReader(stream.writer.shared, 'oldest')
    let next = 0
    const second = () => {
      for (let i = 0; i < 25; i++, next += 10) {
        clock.advance(0.04)
        driver.out.chunk('eeg', chunkAt(next, 10))
      }
      while (reader.read(last) === 'chunk');
      return last.time[last.frames - 1]!
    }
    await link.start()
    expect(second()).toBeCloseTo(clock.now(), 3)
    await link.stop()
    clock.advance(600)
    await link.start()
    clock.advance(0.04)
    driver.out.chunk('eeg', chunkAt(next, 10))
    next += 10
    reader.read(last)
    expect(last.time[last.frames - 1]!).toBeCloseTo(clock.now(), 3)
    expect(second()).toBeCloseTo(clock.now(), 3)
  })
})

test('a marker that came with a sample has the time that this sample is given', async () => {
  const { link } = await opened()
  const marker = { time: 0, label: 'D17', durationSeconds: 0, source: 'stub' }
  link.marker({ ...marker, label: 'now', time: 7 })
  link.marker(marker, { stream: 'eeg', sample: 12 })
  link.chunk('eeg', chunkAt(0, 10))
  expect(told.markers.map(({ label }) => label)).toEqual(['now'])
  const second = chunkAt(10, 10)
  link.chunk('eeg', second)
  expect(told.markers.map(({ time }) => time)).toEqual([7, second.time[2]])
})

describe('settings that are changed while samples flow', () => {
  async function setting(change: object) {
    const driver = new StubDriver()
    const { link, stream } = await opened(driver)
    driver.out.link('streaming')
    link.chunk('eeg', chunkAt(0, 10))
    const { session } = driver
    session.configure = async () => {
      link.gap('eeg', { atSample: 10, lostSamples: 5, exact: false, reason: 'settings' })
      driver.out.configured([{ ...eeg, channels: [{ ...eeg.channels[0]!, range: [-1, 1] }] }])
    }
    await link.configure(change as Readonly<Record<string, unknown>>)
    return { driver, link, stream }
  }

  test('stand as markers at the first sample for which they hold', async () => {
    const { link, stream } = await setting({ gains: [12, 24], rest: 3 })
    expect(told.markers).toEqual([])
    const chunk = chunkAt(15, 10)
    link.chunk('eeg', chunk)
    expect(told.markers).toEqual([
      {
        time: chunk.time[0],
        label: 'setting gains none → 12 24',
        durationSeconds: 0,
        source: 'stub',
      },
      {
        time: chunk.time[0],
        label: 'setting rest none → 3',
        durationSeconds: 0,
        source: 'stub',
        value: 3,
      },
    ])
    expect(link.options).toEqual({ gains: [12, 24], rest: 3 })
    expect(stream.info.channels[0]!.range).toEqual([-1, 1])
    expect(told.ranged).toEqual(['eeg'])
  })

  test('are told, too, where no sample comes any more', async () => {
    const { link } = await setting({ rest: 3 })
    await link.close()
    expect(told.markers.map(({ label }) => label)).toEqual(['setting rest none → 3'])
  })

  test('that a device refuses leave what was in force', async () => {
    const driver = new StubDriver()
    const { link } = await opened(driver)
    driver.session.configure = () => Promise.reject(new SynapseError('bad-option', 'setting: no'))
    await expect(link.configure({ rest: 3 })).rejects.toMatchObject({ code: 'bad-option' })
    expect([link.options, told.markers]).toEqual([{}, []])
  })
})
