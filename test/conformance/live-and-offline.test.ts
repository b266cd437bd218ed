/**
 * The same graph gives the same answer live, in a thread's lane between rings, and offline over a
 * recording: every example graph, a real recording, samples arriving in uneven chunks.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openFileSource, openRecording, type Recording } from '../../src/formats/index.ts'
import { GraphMemory, type GraphSpec, readGraphText } from '../../src/graph/index.ts'
import { type OpenModel, openModel } from '../../src/inference/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { openModels, runGraph } from '../../src/main/index.ts'
import { bindSources } from '../../src/main/offline/bind-sources.ts'
import {
  Bell,
  capacityAtLeast,
  LatencyHistogram,
  newRing,
  RingReader,
  RingWriter,
} from '../../src/ring/index.ts'
import {
  type Chunk,
  type ChunkBuffer,
  emptyLedger,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { RunningLane } from '../../src/workers/lane.ts'
import { dataFile } from '../data-folder.ts'

const folder = join(import.meta.dirname, '..', '..', 'examples', 'graphs')
const path = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const models = openModels()

/** By output: index and values of every frame, one after the other. */
type Answers = Map<string, number[]>

function collect(answers: Answers, output: string, chunk: Chunk, channels: number): void {
  const list = answers.get(output) ?? []
  answers.set(output, list)
  for (let f = 0; f < chunk.frames; f++) {
    list.push(chunk.firstSample + f)
    for (let c = 0; c < channels; c++) list.push(chunk.data[f * chunk.stride + c]!)
  }
}

async function offline(spec: GraphSpec, recording: Recording): Promise<Answers> {
  const answers: Answers = new Map()
  const channels = new Map<string, number>()
  await runGraph(spec, recording, models, {
    addStream: (info) => channels.set(info.id, info.channels.length),
    write: (stream, chunk) => collect(answers, stream, chunk, channels.get(stream)!),
    marker: () => {},
    ledger: () => emptyLedger,
    flush: () => {},
  })
  return answers
}

async function live(spec: GraphSpec, recording: Recording): Promise<Answers> {
  const bound = Object.values(
    bindSources(
      spec,
      recording.streams.map(({ info }) => info),
    ),
  )
  const source = bound[0]!
  const lane = new LiveLane(spec, source)
  let step = 1
  for await (const item of recording.read()) {
    if (item.stream !== source.id) continue
    if (item.kind === 'gap') lane.writer.gap(item.gap)
    else {
      for (let from = 0; from < item.chunk.frames; from += step) {
        // 1 to 97 frames at a time, in no order.
        step = 1 + ((step * 31 + 7) % 97)
        await lane.push(item.chunk, from, Math.min(step, item.chunk.frames - from))
      }
    }
  }
  return lane.answers
}

/** A lane with a hand on each of its rings. */
class LiveLane {
  readonly answers: Answers = new Map()
  readonly writer: RingWriter
  readonly #lane: RunningLane
  readonly #chunk: ChunkBuffer
  readonly #outputs
  readonly #calls

  constructor(spec: GraphSpec, source: StreamInfo) {
    const shape = {
      format: source.sampleFormat as NumericFormat,
      channels: source.channels.length,
      deviceTime: false,
      sequence: false,
    }
    this.writer = new RingWriter(newRing({ ...shape, capacityFrames: capacityAtLeast(1024) }))
    this.#chunk = newChunkBuffer({ ...shape, maxFrames: 128 })
    let rings = 0
    const lane = { id: 'test', source, ring: this.writer.shared, spec }
    this.#lane = new RunningLane(lane, {
      memory: new GraphMemory(newKernelMemory()),
      models,
      modules: null,
      inferBell: new Bell(),
      processBell: new Bell(),
      filteredLatency: new LatencyHistogram(),
      nextNumber: () => rings++,
      nodeFailed: (_lane: string, note: { message: string }) => {
        throw new Error(note.message)
      },
    } as ConstructorParameters<typeof RunningLane>[1])
    this.#outputs = this.#lane.outputs.map(({ name, ring, info }) => ({
      name,
      channels: info.channels.length,
      reader: new RingReader(ring, 'oldest'),
      into: newChunkBuffer({ ...ring.shape, maxFrames: 64 }),
    }))
    this.#calls = this.#lane.calls.map((call) => ({
      model: openModel(models.get(call.target)!),
      requests: new RingReader(call.requests, 'oldest'),
      window: newChunkBuffer({ ...call.requests.shape, maxFrames: 1 }),
      replies: new RingWriter(call.replies),
    }))
  }

  async push(chunk: Chunk, from: number, frames: number): Promise<void> {
    const channels = this.#chunk.stride
    for (let f = 0; f < frames; f++) {
      const at = (from + f) * chunk.stride
      this.#chunk.data.set(chunk.data.subarray(at, at + channels), f * channels)
      this.#chunk.time[f] = chunk.time[from + f]!
    }
    this.#chunk.firstSample = chunk.firstSample + from
    this.#chunk.frames = frames
    this.writer.write(this.#chunk)
    do {
      while (this.#lane.step()) this.#drain()
    } while (await this.#answerAll())
  }

  #drain(): void {
    for (const { name, channels, reader, into } of this.#outputs) {
      for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
        if (result === 'chunk') collect(this.answers, name, into, channels)
      }
    }
  }

  async #answerAll(): Promise<boolean> {
    let any = false
    for (const call of this.#calls) {
      const model: OpenModel = await call.model
      for (
        let result = call.requests.read(call.window);
        result !== 'empty';
        result = call.requests.read(call.window)
      ) {
        if (result !== 'chunk') continue
        model.window.set((call.window.data as Float32Array).subarray(0, model.window.length))
        await model.run()
        const lostSamples = call.window.firstSample - call.replies.expected
        const atSample = call.replies.expected
        if (lostSamples) call.replies.gap({ atSample, lostSamples, exact: true, reason: 'lost' })
        const data = model.answer
        call.replies.write({ ...call.window, data, stride: data.length, frames: 1 })
        any = true
      }
    }
    return any
  }
}

describe.runIf(path !== undefined)('R2 live and offline', () => {
  test.each(readdirSync(folder))('%s', async (name) => {
    const spec = readGraphText(readFileSync(join(folder, name), 'utf8'), name)
    const recording = await openRecording(await openFileSource(path!), path!)
    const [expected, got] = [await offline(spec, recording), await live(spec, recording)]
    await recording.close()
    expect([...got.keys()].sort()).toEqual([...expected.keys()].sort())
    for (const [output, values] of expected) {
      expect(got.get(output)!.length, output).toBe(values.length)
      expect(
        got.get(output)!.every((value, i) => Object.is(value, values[i])),
        output,
      ).toBe(true)
    }
  })
})
