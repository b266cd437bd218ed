import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChunkBuffer, type Gap, newChunkBuffer } from '../signal/index.ts'
import { newRing, RingReader, type RingShape, RingWriter } from './index.ts'

const shape: RingShape = {
  format: 'int32',
  channels: 3,
  capacityFrames: 64,
  deviceTime: true,
  sequence: true,
}

/** A chunk whose every value follows from its sample index. */
function chunkAt(first: number, frames: number, like: RingShape = shape): ChunkBuffer {
  const stride = like.channels + 1
  const chunk = newChunkBuffer({ ...like, stride, maxFrames: Math.max(1, frames) })
  chunk.firstSample = first
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    const sample = first + f
    for (let c = 0; c < like.channels; c++) chunk.data[f * stride + c] = sample * 10 + c
    chunk.time[f] = sample / 250
    chunk.hostTime[f] = sample / 250 + 0.01
    chunk.deviceTime![f] = sample / 250 - 5
    chunk.sequence![f] = sample % 256
  }
  return chunk
}

interface Seen {
  samples: number[]
  gaps: Gap[]
}

/** Reads all there is; checks that every value belongs to its index. */
function drain(
  reader: RingReader,
  into: ChunkBuffer,
  seen: Seen = { samples: [], gaps: [] },
): Seen {
  for (;;) {
    const result = reader.read(into)
    if (result === 'empty') return seen
    if (result === 'gap') {
      seen.gaps.push({ ...reader.gap })
      continue
    }
    for (let f = 0; f < into.frames; f++) {
      const sample = into.firstSample + f
      seen.samples.push(sample)
      for (let c = 0; c < reader.shared.shape.channels; c++) {
        if (into.data[f * into.stride + c] !== sample * 10 + c) throw new Error(`torn at ${sample}`)
      }
      if (into.sequence && into.sequence[f] !== sample % 256) throw new Error('torn sequence')
      if (into.time[f] !== sample / 250) throw new Error('torn time')
    }
  }
}

const buffer = (maxFrames = 16, like = shape) => newChunkBuffer({ ...like, stride: 8, maxFrames })
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test('a reader gets every frame with its index, times and counter, however it was chunked', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }),
      (chunks, maxFrames) => {
        const writer = new RingWriter(newRing(shape))
        const reader = new RingReader(writer.shared, 'oldest')
        const seen: Seen = { samples: [], gaps: [] }
        for (const frames of chunks) {
          writer.write(chunkAt(writer.expected, frames))
          drain(reader, buffer(maxFrames), seen)
        }
        expect(seen.samples).toEqual(range(0, writer.expected))
        expect(seen.gaps).toEqual([])
      },
    ),
  )
})

test('a gap consumes its indices and reaches every reader with its reason', () => {
  const writer = new RingWriter(newRing(shape))
  const early = new RingReader(writer.shared, 'oldest')
  writer.write(chunkAt(0, 5))
  drain(early, buffer())
  const gap: Gap = { atSample: 5, lostSamples: 7, exact: false, reason: 'disconnected' }
  writer.gap(gap)
  expect(drain(early, buffer()).gaps).toEqual([gap])
  writer.write(chunkAt(12, 3))
  expect(drain(early, buffer())).toEqual({ samples: [12, 13, 14], gaps: [] })
  const late = new RingReader(writer.shared, 'oldest')
  expect(drain(late, buffer())).toEqual({ samples: [...range(0, 5), 12, 13, 14], gaps: [gap] })
  expect([writer.expected, writer.lost]).toEqual([15, 7])
})

test('neighbouring gaps with no frame between them reach a late reader one by one', () => {
  const writer = new RingWriter(newRing(shape))
  const reader = new RingReader(writer.shared, 'oldest')
  writer.write(chunkAt(0, 2))
  writer.gap({ atSample: 2, lostSamples: 3, exact: true, reason: 'lost' })
  writer.gap({ atSample: 5, lostSamples: 4, exact: false, reason: 'disconnected' })
  writer.write(chunkAt(9, 1))
  expect(drain(reader, buffer()).gaps).toEqual([
    { atSample: 2, lostSamples: 3, exact: true, reason: 'lost' },
    { atSample: 5, lostSamples: 4, exact: false, reason: 'disconnected' },
  ])
  const within = new RingReader(writer.shared, 7)
  expect(drain(within, buffer())).toEqual({
    samples: [9],
    gaps: [{ atSample: 7, lostSamples: 2, exact: false, reason: 'disconnected' }],
  })
})

test('a reader that is lapped loses the oldest frames as a gap of its own', () => {
  const writer = new RingWriter(newRing(shape))
  const slow = new RingReader(writer.shared, 'oldest')
  const quick = new RingReader(writer.shared, 'oldest')
  for (let i = 0; i < 20; i++) {
    writer.write(chunkAt(writer.expected, 10))
    drain(quick, buffer())
  }
  const seen = drain(slow, buffer())
  expect(seen.gaps).toHaveLength(1)
  expect(seen.gaps[0]).toMatchObject({ atSample: 0, reason: 'overrun', exact: true })
  expect(seen.samples).toEqual(range(seen.gaps[0]!.lostSamples, 200))
  expect(slow.overruns).toBe(seen.gaps[0]!.lostSamples)
  expect(quick.overruns).toBe(0)
})

test('a reader from now sees only what comes after it', () => {
  const writer = new RingWriter(newRing(shape))
  writer.write(chunkAt(0, 30))
  const reader = new RingReader(writer.shared, 'now')
  expect(drain(reader, buffer()).samples).toEqual([])
  writer.write(chunkAt(30, 4))
  expect(drain(reader, buffer()).samples).toEqual(range(30, 34))
})

test('positions wrap at 2^31 and at 2^32 and nobody notices', () => {
  for (const start of [2 ** 31 - 30, 2 ** 32 - 30]) {
    const writer = new RingWriter(newRing(shape, start))
    const reader = new RingReader(writer.shared, 'now')
    const seen: Seen = { samples: [], gaps: [] }
    for (let i = 0; i < 20; i++) {
      writer.write(chunkAt(writer.expected, 7))
      drain(reader, buffer(5), seen)
    }
    expect(seen).toEqual({ samples: range(0, 140), gaps: [] })
    const late = drain(new RingReader(writer.shared, 'oldest'), buffer())
    expect(late.samples.at(-1)).toBe(139)
    expect(late.gaps).toEqual([])
  }
})

test('ended only after close, and after everything was read', () => {
  const writer = new RingWriter(newRing(shape))
  const reader = new RingReader(writer.shared, 'oldest')
  writer.write(chunkAt(0, 2))
  writer.gap({ atSample: 2, lostSamples: 1, exact: true, reason: 'lost' })
  writer.close()
  expect(reader.ended).toBe(false)
  drain(reader, buffer())
  expect(reader.ended).toBe(true)
})

test('a reader in another thread never sees a torn frame while it is lapped again and again', async () => {
  const wide: RingShape = { ...shape, channels: 32, capacityFrames: 256 }
  const writer = new RingWriter(newRing(wide))
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads')
     import(workerData.module).then(({ RingReader }) => {
       const { shared, channels } = workerData
       const reader = new RingReader(shared, 'oldest')
       const n = 128
       const into = { firstSample: 0, frames: 0, stride: channels, data: new Int32Array(n * channels),
         time: new Float64Array(n), hostTime: new Float64Array(n),
         deviceTime: new Float64Array(n), sequence: new Float64Array(n) }
       let received = 0, lost = 0, torn = 0
       parentPort.postMessage('ready')
       while (!reader.ended) {
         const result = reader.read(into)
         if (result === 'gap') lost += reader.gap.lostSamples
         if (result !== 'chunk') continue
         received += into.frames
         for (let f = 0; f < into.frames; f++) {
           const sample = into.firstSample + f
           for (let c = 0; c < channels; c++) {
             if (into.data[f * channels + c] !== ((sample * 10 + c) | 0)) torn++
           }
         }
       }
       parentPort.postMessage({ received, lost, torn })
     })`,
    {
      eval: true,
      workerData: {
        module: new URL('./index.ts', import.meta.url).href,
        shared: writer.shared,
        channels: wide.channels,
      },
    },
  )
  await new Promise((resolve) => worker.once('message', resolve))
  const result = new Promise<{ received: number; lost: number; torn: number }>((resolve) =>
    worker.once('message', resolve),
  )
  const frames = 100
  const chunk = chunkAt(0, frames, wide)
  for (let i = 0; i < 3000; i++) {
    chunk.firstSample = writer.expected
    for (let f = 0; f < frames; f++) {
      for (let c = 0; c < wide.channels; c++) {
        chunk.data[f * chunk.stride + c] = (chunk.firstSample + f) * 10 + c
      }
    }
    writer.write(chunk)
  }
  writer.close()
  const { received, lost, torn } = await result
  expect(torn).toBe(0)
  expect(received + lost).toBe(300_000)
  expect(lost).toBeGreaterThan(0)
  await worker.terminate()
})

test('a writer that takes over a ring goes on where the last one stopped', () => {
  const first = new RingWriter(newRing(shape))
  const reader = new RingReader(first.shared, 'oldest')
  first.write(chunkAt(0, 70))
  first.gap({ atSample: 70, lostSamples: 5, exact: true, reason: 'lost' })
  first.write(chunkAt(75, 3))
  const second = new RingWriter(first.shared)
  expect(second.expected).toBe(78)
  second.write(chunkAt(78, 2))
  expect(second.expected).toBe(80)
  expect(new RingWriter(newRing(shape)).expected).toBe(0)
  const into = newChunkBuffer({ ...shape, maxFrames: 128 })
  let next = 0
  for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
    if (result === 'chunk') next = into.firstSample + into.frames
  }
  expect(next).toBe(80)
})

test.each([0, 1, 37, 69, 75, 77])(
  'a reader that begins at sample %i reads from there',
  (sample) => {
    const writer = new RingWriter(newRing({ ...shape, capacityFrames: 128 }))
    writer.write(chunkAt(0, 70))
    writer.gap({ atSample: 70, lostSamples: 5, exact: true, reason: 'lost' })
    writer.write(chunkAt(75, 3))
    const into = newChunkBuffer({ ...shape, maxFrames: 256 })
    const reader = new RingReader(writer.shared, sample)
    expect(reader.read(into)).toBe('chunk')
    expect(into.firstSample).toBe(sample)
  },
)

test('a reader that begins within a gap, or at what is gone, is told what it misses', () => {
  const writer = new RingWriter(newRing(shape))
  writer.write(chunkAt(0, 10))
  writer.gap({ atSample: 10, lostSamples: 5, exact: true, reason: 'disconnected' })
  writer.write(chunkAt(15, 1))
  const inGap = new RingReader(writer.shared, 12)
  const into = newChunkBuffer({ ...shape, maxFrames: 256 })
  expect(inGap.read(into)).toBe('gap')
  expect(inGap.gap).toMatchObject({ atSample: 12, lostSamples: 3 })
  for (let first = 16; first < 316; first += 10) writer.write(chunkAt(first, 10))
  const gone = new RingReader(writer.shared, 20)
  expect(gone.read(into)).toBe('gap')
  expect(gone.gap).toMatchObject({ atSample: 20, reason: 'overrun' })
  expect(gone.overruns).toBe(gone.gap.lostSamples)
  expect(gone.read(into)).toBe('chunk')
  expect(into.firstSample).toBe(20 + gone.gap.lostSamples)
})

test('a reader told to stop at a sample stops there, and goes on when told otherwise', () => {
  const writer = new RingWriter(newRing(shape))
  writer.write(chunkAt(0, 20))
  const reader = new RingReader(writer.shared, 'oldest')
  const into = buffer()
  expect([reader.read(into, 7), into.frames, reader.nextSample]).toEqual(['chunk', 7, 7])
  expect(reader.read(into, 7)).toBe('empty')
  expect([reader.read(into), into.firstSample, into.frames]).toEqual(['chunk', 7, 13])
})

test('a writer that takes over knows of a gap that no frame followed', () => {
  const first = new RingWriter(newRing(shape))
  first.write(chunkAt(0, 4))
  first.gap({ atSample: 4, lostSamples: 6, exact: true, reason: 'lost' })
  const second = new RingWriter(first.shared)
  expect([second.expected, second.position]).toEqual([10, 4])
})
