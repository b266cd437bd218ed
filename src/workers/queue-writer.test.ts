import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import type { QueueSettings } from '../graph/index.ts'
import { QueueCells, RingReader } from '../ring/index.ts'
import { type Gap, newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import type { OpenQueue, QueueOrder } from './messages.ts'
import { openQueue, QueueWriter } from './queue-writer.ts'

const info: StreamInfo = {
  id: 'test',
  name: 'test',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('a', 'EEG', 'uV'), physicalChannel('b', 'EEG', 'uV')],
  origin: { source: 'test' },
}

/** Both ends of a queue of 256 frames. */
function newQueue(settings: Partial<QueueSettings>, folder = scratchFolder().path('.')) {
  const queue = {
    policy: 'block',
    seconds: 1,
    frames: 256,
    spillBytes: 1 << 20,
    ...settings,
  } as const
  const order: QueueOrder = { name: 'out', queue, readerBells: [null] }
  const open = openQueue(order, info, folder, 1)
  return { open, order, writer: new QueueWriter(open, order, false), ...reading(open) }
}

function reading(open: OpenQueue) {
  const cells = new QueueCells(open.shared)
  const reader = new RingReader(open.shared.ring, 'first')
  const into = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 64 })
  const found: (number | string)[] = []
  /** Index by index; a gap in words. */
  const read = (most = Number.POSITIVE_INFINITY) => {
    if (Number.isNaN(reader.nextSample)) reader.expect(cells.firstSample)
    for (let i = 0; i < most; i++) {
      const result = reader.read(into)
      if (result === 'empty') return
      if (result === 'gap') found.push(`${reader.gap.lostSamples} ${reader.gap.reason}`)
      else for (let f = 0; f < into.frames; f++) found.push(into.data[f * 2 + 1]!)
      cells.moveTo(0, reader.position)
    }
  }
  return { cells, found, read }
}

const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 1024 })

/** Frames whose second channel is their index. */
function frames(first: number, count: number) {
  chunk.firstSample = first
  chunk.frames = count
  for (let f = 0; f < count; f++) {
    chunk.data[f * 2 + 1] = first + f
    chunk.time[f] = (first + f) / 250
  }
  return chunk
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const gap = (atSample: number, lostSamples: number, reason: Gap['reason'] = 'corrupt'): Gap => ({
  atSample,
  lostSamples,
  exact: true,
  reason,
})

test('T4 block: what is too much waits before the queue, nothing is lost, memory stays', () => {
  const { writer, cells, found, read } = newQueue({ policy: 'block' })
  let next = 0
  while (writer.hasRoom()) {
    writer.chunk(frames(next, 100))
    next += 100
  }
  expect(next).toBeLessThanOrEqual(256 + 100)
  expect(cells.isAwaited).toBe(true)
  read()
  expect(writer.hasRoom()).toBe(true)
  writer.chunk(frames(next, 1))
  read()
  expect(found).toEqual(range(0, next + 1))
  expect(cells.dropped).toBe(0)
})

test('T4 block: one step may give more than the queue holds; no input is taken before it is gone', () => {
  const { writer, found, read } = newQueue({ policy: 'block' })
  writer.chunk(frames(0, 500))
  writer.chunk(frames(500, 900))
  writer.gap(gap(1400, 5))
  writer.chunk(frames(1405, 10))
  expect(writer.isSafe).toBe(false)
  let waits = 0
  while (!writer.hasRoom()) {
    waits++
    read(1)
  }
  read()
  expect(waits).toBeGreaterThan(3)
  expect(found).toEqual([...range(0, 1400), '5 corrupt', ...range(1405, 1415)])
  expect(writer.isSafe).toBe(true)
})

test('T5 drop-oldest: the oldest are a gap, counted where they were dropped', () => {
  const { writer, found, read } = newQueue({ policy: 'drop-oldest' })
  for (let first = 0; first < 1000; first += 50) {
    expect(writer.hasRoom()).toBe(true)
    writer.chunk(frames(first, 50))
  }
  read()
  const lost = Number.parseInt(String(found[0]), 10)
  expect(found[0]).toBe(`${lost} overrun`)
  expect(found.slice(1)).toEqual(range(lost, 1000))
  expect(lost).toBeGreaterThanOrEqual(1000 - 256)
})

test('T6 spill: what does not fit goes to a file and comes back in order, gaps with it', () => {
  const folder = scratchFolder().path('.')
  const { writer, cells, found, read, open } = newQueue({ policy: 'spill' }, folder)
  let next = 0
  for (let i = 0; i < 40; i++) {
    expect(writer.hasRoom()).toBe(true)
    writer.chunk(frames(next, 97))
    writer.gap(gap(next + 97, 3, 'disconnected'))
    next += 100
  }
  expect(cells.spilledFrames).toBeGreaterThan(3000)
  expect(existsSync(open.spillPath!)).toBe(true)
  for (let i = 0; i < 1000 && found.length < 40 * 98; i++) {
    read(1)
    writer.hasRoom()
  }
  const expected = range(0, 40).flatMap((i) => [...range(i * 100, i * 100 + 97), '3 disconnected'])
  expect(found).toEqual(expected)
  expect(cells.spillWritten).toBe(cells.spillRead)
  writer.close()
  expect(existsSync(open.spillPath!)).toBe(false)
})

test('T6 spill: a full file blocks, and is used round and round', () => {
  const { writer, cells, found, read } = newQueue({ policy: 'spill', spillBytes: 65_536 })
  let next = 0
  let wasFull = 0
  for (let i = 0; i < 2000 && next < 20_000; i++) {
    if (writer.hasRoom()) {
      writer.chunk(frames(next, 113))
      next += 113
    } else {
      wasFull++
      read(3)
    }
    expect(cells.spillWritten - cells.spillRead).toBeLessThanOrEqual(65_536)
  }
  expect(wasFull).toBeGreaterThan(10)
  expect(cells.spillWritten).toBeGreaterThan(3 * 65_536)
  for (let i = 0; i < 2000 && found.length < next; i++) {
    read(1)
    writer.hasRoom()
  }
  expect(found).toEqual(range(0, next))
})

test.each(['block', 'spill'] as const)(
  'S3 %s: a writer that takes over goes on, and writes nothing twice',
  (policy) => {
    const { writer, order, open, found, read } = newQueue({ policy, spillBytes: 1 << 20 })
    for (let next = 0; next < 900 && writer.hasRoom(); next += 90) writer.chunk(frames(next, 90))
    const tail = writer.tail
    // It dies; what was written since the snapshot at sample 45 comes again.
    const second = new QueueWriter(open, order, true)
    expect(second.tail).toBe(tail)
    for (let next = 45; next < 2000; ) {
      if (second.hasRoom()) {
        second.chunk(frames(next, 60))
        next += 60
      }
      read(1)
    }
    for (let i = 0; i < 200; i++) {
      read(1)
      second.hasRoom()
    }
    expect(found).toEqual(range(0, found.length))
    expect(found.length).toBeGreaterThan(1900)
  },
)

test('T3 what came before the first index is not missing', () => {
  const { writer, found, read } = newQueue({})
  writer.chunk(frames(5000, 3))
  read()
  expect(found).toEqual([5000, 5001, 5002])
})

test('a queue that does not fit into memory is refused, naming what would', () => {
  expect(() => newQueue({ frames: 50_000_000 })).toThrow(/50000000 frames do not fit/)
})
