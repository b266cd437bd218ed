/** Graphs in threads of their own, on a clock that the test owns: what becomes of them. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import type { GraphSpec } from '../graph/index.ts'
import { newRing, RingReader, RingWriter } from '../ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { Processing } from './processing.ts'

const info: StreamInfo = {
  id: 'test',
  name: 'test',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('x', 'EEG', 'uV')],
  origin: { source: 'test' },
}

const spec = (thread?: string): GraphSpec => ({
  version: 1,
  name: 'test',
  sources: { eeg: {} },
  nodes: {
    first: { node: 'calibrate' },
    second: { node: 'calibrate', ...(thread ? { thread } : {}) },
  },
  edges: [
    { from: 'eeg', to: 'first' },
    { from: 'first', to: 'second' },
  ],
  outputs: { second: 'second' },
})

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i > 10_000) throw new Error(`waited for ${what} in vain`)
    await pause(5)
  }
}

function running() {
  const clock = new ManualClock()
  const notes: string[] = []
  const processing = new Processing(clock, new Map(), {
    outputsChanged() {},
    cannotRun() {},
    trouble: (_about, _level, { code, message }) => notes.push(`${code} ${message}`),
    deadLetters() {},
    degraded() {},
  })
  onTestFinished(() => processing.end())
  const columns = { deviceTime: false, sequence: false }
  const shape = { format: 'float32', channels: 1, capacityFrames: 4096, ...columns } as const
  const writer = new RingWriter(newRing(shape))
  const open = (id: string, graph: GraphSpec) =>
    processing.open(id, { eeg: { info, writer } }, graph)
  const output = () => processing.outputs()[0]?.output
  return { clock, notes, processing, writer, open, output }
}

/** Ends the thread; another one has taken its place when this returns. */
async function kill({ clock, processing }: ReturnType<typeof running>): Promise<void> {
  const { process } = processing.threads
  await process!.terminate()
  await until('another thread', () => {
    clock.advance(0.1)
    const { process: other } = processing.threads
    return other !== null && other !== process
  })
}

function feed(writer: RingWriter, frames: number): void {
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: frames })
  chunk.firstSample = writer.expected
  chunk.frames = frames
  for (let f = 0; f < frames; f++) chunk.data[f] = chunk.firstSample + f
  writer.write(chunk)
}

test('S6 a thread that dies again and again at the same snapshot: its graph begins anew', async () => {
  const all = running()
  all.open('graph', spec())
  await until('the graph', () => all.output() !== undefined)
  const { id } = all.output()!
  await kill(all)
  await kill(all)
  expect(all.output()!.id).toBe(id)
  await kill(all)
  await until('the graph, begun anew', () => all.output() !== undefined && all.output()!.id !== id)
  feed(all.writer, 10)
  const reader = new RingReader(all.output()!.ring, 'oldest')
  await until('its samples', () => reader.behind === 10)
})

/** Every sample once and in order, whatever has happened in between. */
function readAll(reader: RingReader): number[] {
  const into = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 256 })
  const samples: number[] = []
  for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
    if (result === 'gap') throw new Error(`a gap before ${reader.nextSample}`)
    for (let f = 0; f < into.frames; f++) samples.push(into.data[f]!)
  }
  return samples
}

const counted = (frames: number) => Array.from({ length: frames }, (_, i) => i)

test('C3 a graph that a change cuts over threads goes on at the very sample; the thread ends with its last graph', async () => {
  const all = running()
  all.open('graph', spec())
  await until('the graph', () => all.output() !== undefined)
  const { id, ring } = all.output()!
  const reader = new RingReader(ring, 'oldest')
  feed(all.writer, 300)
  all.processing.apply('graph', spec('other'))
  feed(all.writer, 300)
  await until('the cut graph', () => all.processing.queues('graph').length > 0)
  feed(all.writer, 100)
  await until('its samples', () => reader.behind === 700)
  expect(all.processing.queues('graph')).toMatchObject([
    { from: 'first.out', readers: ['other'], policy: 'block', holdsFrames: 1000, dropped: 0 },
  ])
  expect(all.processing.threadNamed('other')).not.toBeNull()
  all.processing.apply('graph', spec())
  feed(all.writer, 50)
  await until('the whole graph', () => all.processing.threadNamed('other') === null)
  await until('its samples', () => reader.behind === 750)
  expect(all.output()!.id).toBe(id)
  expect(readAll(reader)).toEqual(counted(750))
  expect(all.notes).toEqual([])
})

test('C2, C3 what a node refuses at open leaves the graph as it is, in its threads', async () => {
  const all = running()
  all.open('graph', spec('other'))
  await until('the graph', () => all.output() !== undefined)
  const { id, ring } = all.output()!
  const reader = new RingReader(ring, 'oldest')
  feed(all.writer, 100)
  const wrong = spec('another')
  wrong.nodes.second = { node: 'filter-iir', thread: 'another', options: { highCutHz: 4000 } }
  all.processing.apply('graph', wrong)
  feed(all.writer, 100)
  await until('the refusal', () => all.notes.length > 0)
  expect(all.notes[0]).toMatch(/^graph-invalid opening node "second"/)
  feed(all.writer, 100)
  await until('its samples', () => reader.behind === 300)
  expect(readAll(reader)).toEqual(counted(300))
  expect(all.output()!.id).toBe(id)
  expect(all.processing.threadNamed('another')).toBeNull()
})

test('C3, S3 a thread that dies during a change: the change is made when it is back', async () => {
  const all = running()
  all.open('graph', spec('other'))
  await until('the graph', () => all.output() !== undefined)
  const reader = new RingReader(all.output()!.ring, 'oldest')
  feed(all.writer, 100)
  all.processing.apply('graph', spec('another'))
  await kill(all)
  feed(all.writer, 100)
  await until('the change', () => all.processing.threadNamed('another') !== null)
  await until('the end of the old one', () => all.processing.threadNamed('other') === null)
  feed(all.writer, 100)
  await until('its samples', () => reader.behind === 300)
  expect(readAll(reader)).toEqual(counted(300))
})

test('T1 the ninth thread is refused, naming those that there are; the others run on', async () => {
  const all = running()
  for (let i = 1; i < 8; i++) all.open(`graph ${i}`, spec(`t${i}`))
  all.open('one too many', spec('t8'))
  expect(all.notes).toHaveLength(1)
  expect(all.notes[0]).toMatch(/^graph-invalid starting thread "t8": 8 threads run graphs already/)
  await until('the other graphs', () => all.processing.outputs().length === 7)
})

test('C2 a change that fails its check leaves the graph as it is', async () => {
  const all = running()
  all.open('graph', spec())
  await until('the graph', () => all.output() !== undefined)
  const { id } = all.output()!
  all.processing.apply('graph', { ...spec(), outputs: { second: 'nobody' } })
  await until('the refusal', () => all.notes.length > 0)
  expect(all.output()!.id).toBe(id)
  feed(all.writer, 5)
  const reader = new RingReader(all.output()!.ring, 'oldest')
  await until('its samples', () => reader.behind === 5)
})
