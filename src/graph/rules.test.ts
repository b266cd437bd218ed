/** Rules that take a whole graph to be seen: answers of services, and what nodes keep by key. */
import { expect, test } from 'vitest'
import { testModel } from '../../test/conformance/run-node.ts'
import { memoryKeyed } from '../../test/memory-keyed.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo, strideFor } from '../signal/index.ts'
import { Graph, GraphMemory, type GraphSpec } from './index.ts'

const memory = new GraphMemory(newKernelMemory())

function open(node: object, info: StreamInfo) {
  const asked: number[] = []
  const given: { index: number; values: number[] }[] = []
  const gaps: [number, number][] = []
  const spec = {
    version: 1,
    name: 'test',
    sources: { in: {} },
    nodes: { node },
    edges: [{ from: 'in', to: 'node' }],
    outputs: { out: 'node' },
  } as GraphSpec
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { in: info },
    memory,
    maxFrames: 64,
    model: testModel,
    keyed: memoryKeyed(),
    outputs: {
      chunk: (_output, { frames, firstSample, data, stride }) => {
        for (let f = 0; f < frames; f++) {
          const values = [...data.subarray(f * stride, f * stride + info.channels.length)]
          given.push({ index: firstSample + f, values })
        }
      },
      gap: (_output, { atSample, lostSamples }) => gaps.push([atSample, lostSamples]),
      request: (_node, { firstSample }) => asked.push(firstSample),
    },
  })
  const stride = strideFor(info.channels.length)
  const chunk = newChunkBuffer({ format: 'float32', channels: stride, maxFrames: 64 })
  const lent = memory.lend()
  chunk.data = lent.float32(64 * stride)
  const push = (frames: number, value: (sample: number, channel: number) => number) => {
    chunk.firstSample += chunk.frames
    chunk.frames = frames
    for (let f = 0; f < frames; f++) {
      const sample = chunk.firstSample + f
      chunk.time[f] = sample / info.nominalRateHz
      for (let c = 0; c < info.channels.length; c++) chunk.data[f * stride + c] = value(sample, c)
    }
    graph.chunk('in', chunk)
  }
  return { graph, asked, given, gaps, push }
}

const stream = (labels: readonly string[], nominalRateHz: number): StreamInfo => ({
  id: 'test/in',
  name: 'in',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz,
  channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
})

test('R5 answers bear the index of their question; what was skipped is a jump of it', () => {
  const { input } = testModel('test')
  const labels = ['Fp1', 'Fp2', 'C3', 'C4', 'O1', 'O2', 'T7', 'T8', 'Pz']
  const options = { model: 'test', hopSeconds: 0.1 }
  const run = open({ node: 'infer', options }, stream(labels.slice(0, 9), input.rateHz))
  for (let n = 0; n < 40; n++) run.push(64, (sample, channel) => Math.sin(sample + channel))
  const { asked } = run
  expect(asked.length).toBeGreaterThan(5)
  expect(asked).toEqual(asked.map((_, i) => asked[0]! + i))
  const answer = newChunkBuffer({ format: 'float32', channels: 8, maxFrames: 1 })
  answer.frames = 1
  const answered = asked.filter((_, i) => i !== 2 && i !== 3)
  for (const [i, index] of answered.entries()) {
    answer.firstSample = index
    answer.time[0] = i
    run.graph.reply('node', answer)
  }
  expect(run.given.map(({ index }) => index)).toEqual(answered)
  expect(run.gaps).toEqual([[asked[2], 2]])
})

test('S2 what nodes keep by key goes with a snapshot of everything, and comes back with it', () => {
  const node = { node: 'baseline', options: { fewestFrames: 2, tell: true } }
  const info = stream(['a', 'b'], 10)
  const value = (sample: number, channel: number) =>
    ((sample * 37 + channel * 11) % 23) + sample / 9
  const first = open(node, info)
  for (let n = 0; n < 4; n++) first.push(50, value)
  const snapshot = structuredClone(first.graph.snapshot())
  expect(Object.keys(snapshot)).toEqual(['node', '#keyed'])
  const second = open(node, info)
  for (let n = 0; n < 4; n++) second.push(50, () => 0)
  second.graph.restore(snapshot)
  second.given.length = first.given.length = 0
  for (const each of [first, second]) each.push(50, value)
  expect(second.given).toEqual(first.given)
  const { upTo } = snapshot['#keyed'] as { upTo: number }
  expect(first.graph.snapshot(upTo)['#keyed']).not.toEqual(snapshot['#keyed'])
})
