/**
 * A program that measures what nodes leave behind for the garbage collector: it reads cases from
 * its first argument and prints bytes per frame. V8 works in one thread and collects nothing in
 * between, so that the numbers are the same every time and on every machine.
 */
import { getHeapStatistics } from 'node:v8'
import { Graph, GraphMemory } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import type { ChunkBuffer, StreamInfo } from '../../src/signal/index.ts'
import { memoryKeyed } from '../memory-keyed.ts'
import { eegLike, further, needed, streamAt } from './nodes-cases.ts'
import { sourceBuffer, testModel } from './run-node.ts'

export interface AllocationCase {
  readonly node: string
  readonly options?: Record<string, unknown>
  /** Electrodes instead of the usual few. */
  readonly labels?: readonly string[]
  readonly rateHz: number
  readonly warmSeconds: number
  readonly seconds: number
}

const chunkFrames = 8

/** Bytes per frame. */
function measure(each: AllocationCase): number {
  const { node, rateHz } = each
  const usual = streamAt(rateHz, node === 'calibrate' ? 'int32' : 'float32')
  const info: StreamInfo = each.labels
    ? { ...usual, channels: each.labels.map((label) => ({ ...usual.channels[0]!, label })) }
    : usual
  const memory = new GraphMemory(newKernelMemory())
  const options = each.options ?? needed[node]
  const ports = ['in', ...(further[node] ?? []).map((name) => `node.${name}`)]
  const graph = new Graph(
    {
      version: 1,
      name: 'test',
      sources: { in: {} },
      nodes: { node: options ? { node, options } : { node } },
      edges: ports.map((to) => ({ from: 'in', to: to === 'in' ? 'node' : to })),
      outputs: Object.fromEntries(
        nodeCatalog.get(node)!.outputs.map(({ name }) => [name, `node.${name}`]),
      ),
    },
    {
      catalog: nodeCatalog,
      sources: { in: info },
      memory,
      maxFrames: chunkFrames,
      model: testModel,
      module: (name) => ({ path: `${name}.wasm`, sha256: '0'.repeat(64) }),
      keyed: memoryKeyed(),
      outputs: { chunk: () => {}, gap: () => {}, request: () => {} },
    },
  )
  const chunks = secondOf(info, memory)
  let at = 0
  const run = (seconds: number) => {
    for (const end = at + seconds * chunks.length; at < end; at++) {
      const chunk = chunks[at % chunks.length]!
      setTimes(chunk, at * chunkFrames, rateHz)
      graph.chunk('in', chunk)
    }
  }
  run(each.warmSeconds)
  globalThis.gc!()
  const before = getHeapStatistics().used_heap_size
  run(each.seconds)
  const after = getHeapStatistics().used_heap_size
  return Math.max(0, after - before) / (each.seconds * rateHz)
}

function setTimes(chunk: ChunkBuffer, firstSample: number, rateHz: number): void {
  chunk.firstSample = firstSample
  for (let f = 0; f < chunkFrames; f++) {
    chunk.time[f] = (firstSample + f) / rateHz
    chunk.hostTime[f] = chunk.time[f]! + 0.01
  }
}

/** A second of signal, over and over, in chunks that are filled already. */
function secondOf(info: StreamInfo, memory: GraphMemory): ChunkBuffer[] {
  const signal = eegLike(info, 0)
  const count = Math.floor(info.nominalRateHz / chunkFrames)
  return Array.from({ length: count }, (_, i) => {
    const chunk = sourceBuffer(memory, info, chunkFrames)
    chunk.frames = chunkFrames
    for (let f = 0; f < chunkFrames; f++) {
      for (let c = 0; c < info.channels.length; c++) {
        chunk.data[f * chunk.stride + c] = signal.value(i * chunkFrames + f, c)
      }
    }
    return chunk
  })
}

const cases: AllocationCase[] = JSON.parse(process.argv[2]!)
process.stdout.write(JSON.stringify(cases.map(measure)))
