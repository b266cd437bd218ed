/** The same graph that runs live, over a recording: mean alpha power, one line per second. */
import { openFileSource, openRecording } from '../src/formats/index.ts'
import { Graph, GraphMemory, parseGraphSpec } from '../src/graph/index.ts'
import { newKernelMemory } from '../src/kernels/index.ts'
import { nodeCatalog } from '../src/nodes/catalog.ts'
import { type Chunk, SynapseError, strideFor } from '../src/signal/index.ts'

const maxFrames = 256
const spec = parseGraphSpec({
  version: 1,
  name: 'alpha over time',
  sources: { raw: {} },
  nodes: {
    physical: { node: 'calibrate' },
    bands: {
      node: 'band-power',
      options: { bands: [{ name: 'alpha', lowHz: 8, highHz: 13 }], hopSeconds: 1 },
    },
  },
  edges: [
    { from: 'raw', to: 'physical' },
    { from: 'physical', to: 'bands' },
  ],
  outputs: { alpha: 'bands' },
})

const path = process.argv[2]
if (!path) throw new SynapseError('bad-option', 'alpha-over-time: name a recording')
const recording = await openRecording(await openFileSource(path), path)
const eeg = recording.streams.find((stream) => stream.info.type === 'EEG')?.info
if (!eeg || eeg.sampleFormat === 'json')
  throw new SynapseError('file-unreadable', `${path}: no EEG`)

const memory = new GraphMemory(newKernelMemory())
const graph = new Graph(spec, {
  catalog: nodeCatalog,
  sources: { raw: eeg },
  memory,
  maxFrames,
  model: (name) => {
    throw new SynapseError('model-missing', `no model "${name}" here`)
  },
  outputs: {
    chunk(_output, { time, data }) {
      const channels = Array.from(data.subarray(0, eeg.channels.length))
      const mean = channels.reduce((sum, power) => sum + power, 0) / channels.length
      process.stdout.write(`${time[0]!.toFixed(2)} s\t${mean.toFixed(2)} µV²\n`)
    },
    gap: () => {},
    request: () => {},
  },
})

// Kernels work on the graph's own memory, a few frames at a time.
const stride = strideFor(eeg.channels.length)
const data = memory.lend().samples(eeg.sampleFormat, stride * maxFrames)
function push(chunk: Chunk, from: number, frames: number): void {
  for (let f = 0; f < frames; f++) {
    const at = (from + f) * chunk.stride
    data.set(chunk.data.subarray(at, at + eeg!.channels.length), f * stride)
  }
  const { firstSample, time, hostTime } = chunk
  const part = { time: time.subarray(from), hostTime: hostTime.subarray(from) }
  graph.chunk('raw', { ...chunk, ...part, firstSample: firstSample + from, frames, data, stride })
}
for await (const item of recording.read()) {
  if (item.stream !== eeg.id) continue
  if (item.kind === 'gap') graph.gap('raw', item.gap)
  else {
    const { frames } = item.chunk
    for (let f = 0; f < frames; f += maxFrames) push(item.chunk, f, Math.min(maxFrames, frames - f))
  }
}
