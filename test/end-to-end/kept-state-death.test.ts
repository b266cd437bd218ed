/**
 * Threads that keep something by key die, really and at chance moments: what leaves the graph and
 * what the store has in the end are, value for value, those of a run in which nothing died.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { GraphSpec } from '../../src/graph/index.ts'
import { Processing } from '../../src/main/processing.ts'
import { capacityAtLeast, newRing, RingReader, RingWriter } from '../../src/ring/index.ts'
import {
  type ChunkBuffer,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { LmdbTable, newStrongClient } from '../../src/store/index.ts'
import { hostClock } from '../../src/workers/index.ts'
import { type Answers, collect } from '../conformance/live-lanes.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { Random } from '../simulation/random.ts'

const rateHz = 256
const stepFrames = 64
const steps = 60
const info: StreamInfo = {
  id: 'test/features',
  name: 'features',
  type: 'Features',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('alpha', 'MISC', '1'), physicalChannel('code', 'MISC', '1')],
  origin: { source: 'test' },
}

function own(consistency: string, thread: string) {
  const options = {
    consistency,
    keyChannel: 'code',
    fewestFrames: 2,
    saveSeconds: 0.05,
    timeToLiveDays: null,
    tell: true,
  }
  return { node: 'baseline', thread, options }
}

const spec: GraphSpec = {
  version: 1,
  name: 'kept',
  sources: { in: {} },
  nodes: { session: own('session', 'main'), strong: own('strong', 'b') },
  edges: [
    { from: 'in', to: 'session' },
    { from: 'in', to: 'strong' },
  ],
  outputs: { session: 'session', strong: 'strong', every: 'in' },
}

/** The condition changes every 20 frames, which is a reading and a writing. */
function chunkOf(step: number): ChunkBuffer {
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: stepFrames })
  chunk.firstSample = step * stepFrames
  chunk.frames = stepFrames
  for (let f = 0; f < stepFrames; f++) {
    const sample = chunk.firstSample + f
    chunk.data[2 * f] = Math.sin(sample) + (sample % 11)
    chunk.data[2 * f + 1] = Math.floor(sample / 20) % 3
    chunk.time[f] = chunk.hostTime[f] = 1000 + sample / rateHz
  }
  return chunk
}

interface Ended {
  readonly answers: Answers
  readonly kept: readonly unknown[]
  readonly died: number
}

/** @param deaths by step: the thread that dies of it */
async function run(deaths: ReadonlyMap<number, string>, random: Random): Promise<Ended> {
  const stateFolder = scratchFolder().path('state')
  let died = 0
  const listener = {
    outputsChanged() {},
    cannotRun() {},
    deadLetters() {},
    degraded() {},
    trouble: (_about: string, _level: string, { code }: { code: string }) => {
      if (code === 'worker-died') died++
    },
  }
  const processing = new Processing(hostClock, new Map(), listener, null, undefined, stateFolder)
  const shape = { format: 'float32' as const, channels: 2, deviceTime: false, sequence: false }
  const capacityFrames = capacityAtLeast(2 * steps * stepFrames)
  const writer = new RingWriter(newRing({ ...shape, capacityFrames }))
  const answers: Answers = new Map()
  const readers = new Map<string, { reader: RingReader; into: ChunkBuffer; next: number }>()
  const take = (name: string, ring: RingWriter['shared']) => {
    const line = readers.get(name) ?? {
      reader: new RingReader(ring, 'oldest'),
      into: newChunkBuffer({ ...ring.shape, maxFrames: 64 }),
      next: 0,
    }
    readers.set(name, line)
    const { reader, into } = line
    for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
      if (result === 'chunk') collect(answers, name, into, into.stride)
      if (result === 'chunk') line.next = into.firstSample + into.frames
    }
  }
  try {
    processing.open('graph', { in: { info, writer } }, spec)
    for (let step = 0; step < steps; step++) {
      writer.write(chunkOf(step))
      const name = deaths.get(step)
      const thread = name === undefined ? null : processing.threadNamed(name)
      if (thread) setTimeout(() => void thread.terminate(), random.between(0, 12))
      for (let waited = 0; ; waited += 2) {
        if (waited > 60_000) throw new Error(`step ${step}: waited in vain`)
        for (const { output } of processing.outputs()) take(output.name, output.ring)
        const lines = [...readers.values()]
        if (lines.length === 3 && lines.every(({ next }) => next === (step + 1) * stepFrames)) break
        await pause(2)
      }
      await pause(random.between(0, 60))
    }
  } finally {
    await processing.end()
  }
  const table = new LmdbTable(stateFolder)
  const kept: unknown[] = []
  newStrongClient(table).scan('', 0, (...row) => kept.push(row))
  await table.close()
  return { answers, kept, died }
}

test('S7, S8: session and strong, threads that die at chance moments change nothing', async () => {
  const random = new Random(7)
  const undisturbed = await run(new Map(), random)
  expect(undisturbed.kept).toHaveLength(6)
  const disturbed = await run(
    new Map([
      [12, 'b'],
      [25, 'main'],
      [31, 'b'],
      [44, 'main'],
    ]),
    random,
  )
  expect(disturbed.died).toBe(4)
  expect(disturbed.answers).toEqual(undisturbed.answers)
  expect(disturbed.kept).toEqual(undisturbed.kept)
})
