/**
 * A thread that processes dies in the middle of a real recording, with samples on their way: what
 * leaves the graph is, value for value, what leaves it over the recording. Every example graph, in
 * one thread and cut over three.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openFileSource, openRecording } from '../../src/formats/index.ts'
import { type GraphSpec, readGraphText } from '../../src/graph/index.ts'
import { openModels } from '../../src/main/index.ts'
import { bindSources } from '../../src/main/offline/bind-sources.ts'
import { Processing } from '../../src/main/processing.ts'
import { capacityAtLeast, newRing, RingReader, RingWriter } from '../../src/ring/index.ts'
import {
  type ChunkBuffer,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { hostClock } from '../../src/workers/index.ts'
import { type Answers, collect, LiveLanes } from '../conformance/live-lanes.ts'
import { dataFile } from '../data-folder.ts'

const folder = join(import.meta.dirname, '..', '..', 'examples', 'graphs')
const path = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const models = openModels()
/** Written at a time, and waited for: less than any output's ring holds. */
const stepFrames = 500
const steps = 14
const deaths = new Map([
  [6, 'main'],
  [10, 'last'],
])

interface Pieces {
  readonly source: string
  readonly info: StreamInfo
  readonly chunks: readonly ChunkBuffer[]
  /** Sources that nothing comes from: the recording has no markers. */
  readonly silent: Readonly<Record<string, StreamInfo>>
}

/** The recording's beginning, in steps. */
async function pieces(spec: GraphSpec): Promise<Pieces> {
  const recording = await openRecording(await openFileSource(path!), path!)
  const streams = recording.streams.map((each) => each.info)
  const bound = Object.entries(bindSources(spec, streams))
  const [source, info] = bound.find(([, each]) => streams.includes(each))!
  const silent = Object.fromEntries(bound.filter(([name]) => name !== source))
  const channels = info.channels.length
  const format = info.sampleFormat as NumericFormat
  const chunks: ChunkBuffer[] = []
  for await (const item of recording.read()) {
    if (item.stream !== info.id || item.kind === 'gap') continue
    for (let f = 0; f < item.chunk.frames && chunks.length < steps; f++) {
      let last = chunks.at(-1)
      if (!last || last.frames === stepFrames) {
        last = newChunkBuffer({ format, channels, maxFrames: stepFrames })
        last.firstSample = item.chunk.firstSample + f
        chunks.push(last)
      }
      const at = f * item.chunk.stride
      last.data.set(item.chunk.data.subarray(at, at + channels), last.frames * channels)
      last.time[last.frames] = item.chunk.time[f]!
      last.frames++
    }
  }
  await recording.close()
  return { source, info, chunks, silent }
}

/** The answers when nothing dies, and how many there are after every step. */
async function expected(spec: GraphSpec, { source, info, chunks, silent }: Pieces) {
  const lanes = new LiveLanes(spec, { [source]: info, ...silent }, { models })
  const counts: Map<string, number>[] = []
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.frames; from += 250) {
      lanes.write(source, chunk, from, Math.min(250, chunk.frames - from))
      await lanes.settle()
    }
    counts.push(new Map([...lanes.answers].map(([name, values]) => [name, values.length])))
  }
  lanes.close()
  return { answers: lanes.answers, counts }
}

/** The second node and the last one go to threads of their own, with all that they feed. */
function split(spec: GraphSpec): GraphSpec {
  const ids = Object.keys(spec.nodes)
  const nodes = Object.fromEntries(
    Object.entries(spec.nodes).map(([id, node]) => [
      id,
      id === ids.at(-1)
        ? { ...node, thread: 'last' }
        : id === ids[1]
          ? { ...node, thread: 'b' }
          : node,
    ]),
  )
  return { ...spec, nodes }
}

class Outputs {
  readonly answers: Answers = new Map()
  readonly #readers = new Map<string, { name: string; reader: RingReader; into: ChunkBuffer }>()

  take(processing: Processing): void {
    for (const { output } of processing.outputs()) {
      const { id, name, ring } = output
      const line = this.#readers.get(id) ?? {
        name,
        reader: new RingReader(ring, 'oldest'),
        into: newChunkBuffer({ ...ring.shape, maxFrames: 256 }),
      }
      this.#readers.set(id, line)
      const { reader, into } = line
      for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
        if (result === 'chunk') collect(this.answers, name, into, into.stride)
      }
    }
  }

  has(counts: ReadonlyMap<string, number>): boolean {
    return [...counts].every(([name, count]) => (this.answers.get(name)?.length ?? 0) >= count)
  }
}

async function live(
  spec: GraphSpec,
  { source, info, chunks, silent }: Pieces,
  counts: Map<string, number>[],
) {
  const troubles: string[] = []
  const processing = new Processing(hostClock, models, {
    outputsChanged() {},
    cannotRun() {},
    deadLetters() {},
    degraded() {},
    trouble: (_about, _level, note) => troubles.push(note.code),
  })
  const bound = (each: StreamInfo) => {
    const shape = {
      format: each.sampleFormat as NumericFormat,
      channels: each.channels.length,
      capacityFrames: capacityAtLeast(8 * stepFrames),
      deviceTime: false,
      sequence: false,
    }
    return { info: each, writer: new RingWriter(newRing(shape)) }
  }
  const { writer } = bound(info)
  const others = Object.entries(silent).map(([name, each]) => [name, bound(each)] as const)
  const outputs = new Outputs()
  try {
    processing.open('graph', { [source]: { info, writer }, ...Object.fromEntries(others) }, spec)
    for (const [step, chunk] of chunks.entries()) {
      writer.write(chunk)
      const dying = deaths.get(step)
      const thread = dying === undefined ? null : processing.threadNamed(dying)
      // Somewhere in the middle of the step's work: that is the point.
      if (thread) setTimeout(() => void thread.terminate(), 2)
      for (let waited = 0; !outputs.has(counts[step]!); waited += 2) {
        if (waited > 60_000) throw new Error(`step ${step}: waited in vain; ${troubles}`)
        outputs.take(processing)
        await pause(2)
      }
    }
    return { answers: outputs.answers, troubles }
  } finally {
    await processing.end()
  }
}

function expectSame(got: Answers, expected: Answers): void {
  for (const [output, values] of expected) {
    const mine = got.get(output)!
    const at = values.findIndex((value, i) => !Object.is(value, mine[i]))
    expect({ output, at, length: mine.length }).toEqual({ output, at: -1, length: values.length })
  }
}

describe.runIf(path !== undefined)('S3 threads die', () => {
  test.each(readdirSync(folder))('%s', async (name) => {
    const example = readGraphText(readFileSync(join(folder, name), 'utf8'), name)
    // An output at the full rate: what was written is waited for, however seldom the others come.
    const whole = { ...example, outputs: { ...example.outputs, every: 'physical' } }
    const recorded = await pieces(whole)
    const { answers, counts } = await expected(whole, recorded)
    for (const spec of [whole, split(whole)]) {
      const got = await live(spec, recorded, counts)
      expect(new Set(got.troubles)).toEqual(new Set(['worker-died']))
      expectSame(got.answers, answers)
    }
  })
})
