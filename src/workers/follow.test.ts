import { expect, test } from 'vitest'
import { ledgerOfRing, newRing, type ReadResult, RingReader, RingWriter } from '../ring/index.ts'
import { newChunkBuffer } from '../signal/index.ts'
import { follow, followGap, followOutput } from './follow.ts'

const shape = {
  format: 'float32',
  channels: 1,
  capacityFrames: 64,
  deviceTime: false,
  sequence: false,
} as const

/** What a reader finds after these chunks: frames by index, gaps as negative lengths. */
function followed(...chunks: readonly (readonly [firstSample: number, frames: number])[]) {
  const writer = new RingWriter(newRing(shape))
  const reader = new RingReader(writer.shared, 'oldest')
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 64 })
  for (const [firstSample, frames] of chunks) {
    chunk.firstSample = firstSample
    chunk.frames = frames
    follow(writer, chunk)
  }
  const found: number[] = []
  const read = (): ReadResult => reader.read(chunk)
  for (let result = read(); result !== 'empty'; result = read()) {
    if (result === 'gap') found.push(-reader.gap.lostSamples)
    else for (let f = 0; f < chunk.frames; f++) found.push(chunk.firstSample + f)
  }
  return found
}

test('what follows is written', () => {
  expect(followed([0, 2], [2, 2])).toEqual([0, 1, 2, 3])
})

test('a jump is announced as a gap', () => {
  expect(followed([0, 2], [7, 2])).toEqual([0, 1, -5, 7, 8])
  expect(followed([3, 1])).toEqual([-3, 3])
})

test('what a node repeats after it began anew is in the ring already', () => {
  expect(followed([0, 4], [0, 2], [2, 2], [4, 2])).toEqual([0, 1, 2, 3, 4, 5])
})

test('an output begins at its first frame, and tells its gaps with their reasons, once', () => {
  const writer = new RingWriter(newRing(shape))
  const reader = new RingReader(writer.shared, 'oldest')
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 64 })
  const give = (firstSample: number, frames: number) => {
    Object.assign(chunk, { firstSample, frames })
    followOutput(writer, chunk)
  }
  const lose = (atSample: number, lostSamples: number) =>
    followGap(writer, { atSample, lostSamples, exact: false, reason: 'dropped' })
  lose(0, 5000)
  give(5000, 10)
  lose(5010, 20)
  lose(5010, 20)
  give(5030, 5)
  give(5040, 1)
  expect(reader.read(chunk)).toBe('chunk')
  expect([chunk.firstSample, chunk.frames]).toEqual([5000, 10])
  expect(reader.read(chunk)).toBe('gap')
  expect(reader.gap).toMatchObject({ atSample: 5010, lostSamples: 20, reason: 'dropped' })
  expect(reader.read(chunk)).toBe('chunk')
  expect(reader.read(chunk)).toBe('gap')
  expect(reader.gap).toMatchObject({ atSample: 5035, lostSamples: 5, exact: true, reason: 'lost' })
  expect(ledgerOfRing(writer.shared)).toEqual({ expected: 41, received: 16, lost: 25 })
  // Who takes the ring over goes on counting.
  expect(new RingWriter(writer.shared).lost).toBe(25)
})
