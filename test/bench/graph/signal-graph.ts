/** Graphs over a signal: how much they carry, what ten nodes add, and what an hour leaves behind. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Graph, GraphMemory, type GraphSpec } from '../../../src/graph/index.ts'
import { newKernelMemory } from '../../../src/kernels/index.ts'
import { nodeCatalog } from '../../../src/nodes/catalog.ts'
import { StageMeters, TraceRing } from '../../../src/ring/index.ts'
import {
  type ChunkBuffer,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../../src/signal/index.ts'
import { hostClock, LaneMeters, noMeters } from '../../../src/workers/index.ts'
import { cpuSeconds } from './chain.ts'

export const channels = 64
export const rateHz = 1000
/** Chunks differ, and come back after so many. */
const differentChunks = 64
/** Counts are published ten times a second of the signal. */
const publishedEvery = rateHz / 10

export const powerSpec: GraphSpec = {
  version: 1,
  name: 'notch, band pass, band power, window',
  sources: { raw: {} },
  nodes: {
    filtered: {
      node: 'filter-iir',
      options: { lowCutHz: 1, highCutHz: 45, notchHz: 50, order: 4 },
    },
    bands: { node: 'band-power' },
    seconds: {
      node: 'aggregate',
      options: { window: { kind: 'tumbling', seconds: 1 }, aggregates: ['mean'] },
    },
  },
  edges: [
    { from: 'raw', to: 'filtered' },
    { from: 'filtered', to: 'bands' },
    { from: 'bands', to: 'seconds' },
  ],
  outputs: { seconds: 'seconds', filtered: 'filtered' },
}

/** Ten nodes as a live graph has them: a chain with branches. */
export const tenNodes: GraphSpec = {
  version: 1,
  name: 'ten nodes',
  sources: { raw: {} },
  nodes: {
    calibrated: { node: 'calibrate' },
    average: { node: 'montage', options: { scheme: 'average' } },
    filtered: {
      node: 'filter-iir',
      options: { lowCutHz: 1, highCutHz: 45, notchHz: 50, order: 2 },
    },
    level: { node: 'detrend' },
    quality: { node: 'quality' },
    bands: { node: 'band-power' },
    ratio: {
      node: 'formula',
      options: { channels: [{ label: '* ratio', expression: "'* theta' / '* beta'", unit: '1' }] },
    },
    calm: { node: 'keep', options: { condition: "'Fp1 ratio' > 0" } },
    seconds: { node: 'aggregate' },
    display: { node: 'display-envelope', options: { binRateHz: 250 } },
  },
  edges: [
    { from: 'raw', to: 'calibrated' },
    { from: 'calibrated', to: 'average' },
    { from: 'average', to: 'filtered' },
    { from: 'filtered', to: 'level' },
    { from: 'level', to: 'display' },
    { from: 'calibrated', to: 'quality' },
    { from: 'filtered', to: 'bands' },
    { from: 'bands', to: 'ratio' },
    { from: 'ratio', to: 'calm' },
    { from: 'calm', to: 'seconds' },
  ],
  outputs: { display: 'display', quality: 'quality', seconds: 'seconds', bands: 'bands' },
}

interface SignalRun {
  readonly graph: Graph
  /** Values that have left the graph. */
  readonly valuesOut: () => number
  /** Puts the next chunk in. */
  next(): void
}

function openSignalRun(spec: GraphSpec, frames: number, isMetered = false): SignalRun {
  const meters = isMetered ? newMeters() : null
  let out = 0
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { raw: signalStream },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames: frames,
    ...(meters ? { probe: meters } : {}),
    model(name) {
      throw new Error(`no model ${name} here`)
    },
    outputs: {
      chunk(_output, chunk) {
        out += chunk.frames
      },
      gap() {},
      request() {},
    },
  })
  const chunks = newChunks(frames)
  let sample = 0
  let turn = 0
  let untilPublished = 0
  return {
    graph,
    valuesOut: () => out,
    next() {
      const chunk = chunks[turn]!
      turn = (turn + 1) % differentChunks
      chunk.firstSample = sample
      for (let f = 0; f < frames; f++) {
        chunk.time[f] = (sample + f) / rateHz
        chunk.hostTime[f] = chunk.time[f]!
      }
      sample += frames
      if (!meters) {
        graph.chunk('raw', chunk)
        return
      }
      meters.enter(chunk)
      graph.chunk('raw', chunk)
      meters.leave()
      if (--untilPublished < 0) {
        untilPublished = publishedEvery / frames
        meters.publish(hostClock.now())
      }
    },
  }
}

/** As a live graph has them. */
function newMeters(): LaneMeters {
  const now = () => hostClock.now()
  const context = { trace: new TraceRing(), stages: new StageMeters(), now }
  return new LaneMeters('bench', context, noMeters)
}

const signalStream: StreamInfo = {
  id: 'signal',
  name: 'signal',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: Array.from({ length: channels }, (_, c) =>
    physicalChannel(c === 0 ? 'Fp1' : `E${c + 1}`, 'EEG', 'uV'),
  ),
  origin: { source: 'file' },
}

function newChunks(frames: number): ChunkBuffer[] {
  const stride = strideFor(channels)
  return Array.from({ length: differentChunks }, (_, k) => {
    const chunk = newChunkBuffer({ format: 'float32', channels, maxFrames: frames, stride })
    for (let i = 0; i < frames * stride; i++) {
      chunk.data[i] = 40 * Math.sin((k * frames * stride + i) * 0.37) + ((i * 7919) % 97) / 10
    }
    chunk.frames = frames
    return chunk
  })
}

/** @returns channel-samples per second of CPU time */
export function throughput(
  spec: GraphSpec,
  frames: number,
  seconds: number,
  isMetered = false,
): number {
  const run = openSignalRun(spec, frames, isMetered)
  const goOn = (chunks: number) => {
    for (let k = 0; k < chunks; k++) run.next()
  }
  goOn(Math.ceil((3 * rateHz) / frames))
  const before = cpuSeconds()
  let chunks = 0
  const step = Math.ceil(rateHz / frames)
  while (cpuSeconds() - before < seconds) {
    goOn(step)
    chunks += step
  }
  const rate = (chunks * frames * channels) / (cpuSeconds() - before)
  run.graph.close()
  if (run.valuesOut() === 0) throw new Error(`"${spec.name}" sent nothing`)
  return rate
}

/** @returns milliseconds that each of so many chunks took */
export function chunkTimesMs(spec: GraphSpec, frames: number, chunks: number): number[] {
  const run = openSignalRun(spec, frames)
  for (let k = 0; k < chunks / 4; k++) run.next()
  const times: number[] = []
  for (let k = 0; k < chunks; k++) {
    const before = performance.now()
    run.next()
    times.push(performance.now() - before)
  }
  run.graph.close()
  return times
}

interface MemoryUse {
  readonly heapBytes: number
  readonly residentBytes: number
}

/**
 * An hour of signal, as fast as it goes.
 * @returns what is held after a tenth of it, and at its end, both after a collection
 */
export function memoryOverAnHour(spec: GraphSpec, frames: number): [MemoryUse, MemoryUse] {
  const run = openSignalRun(spec, frames)
  const chunks = (3600 * rateHz) / frames
  for (let k = 0; k < chunks / 10; k++) run.next()
  const early = memoryUse()
  for (let k = chunks / 10; k < chunks; k++) run.next()
  const late = memoryUse()
  run.graph.close()
  return [early, late]
}

function memoryUse(): MemoryUse {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  // What the first frees lets the second free more.
  collect()
  collect()
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage()
  return { heapBytes: heapUsed + arrayBuffers, residentBytes: rss }
}
