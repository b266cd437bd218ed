/** The clinician's rule as an example graph, over a signal of which the answer is known. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph, GraphMemory, readGraphText } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'

const name = 'theta-beta-rule.jsonc'
const path = join(import.meta.dirname, '..', '..', 'examples', 'graphs', name)
const spec = readGraphText(readFileSync(path, 'utf8'), name)
const rateHz = 250
const info: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV', [-187_500, 187_500])],
  origin: { source: 'test' },
}

/** Beta of 5 µV all the time, theta of 5 µV and between 20 and 30 s of 15 µV; a little noise. */
function signal(t: number, humUv: number): number {
  const theta = t >= 20 && t < 30 ? 15 : 5
  const noise = Math.sin(t * rateHz * 12.9898) * 43758.5453
  return (
    theta * Math.sin(2 * Math.PI * 6 * t) +
    5 * Math.sin(2 * Math.PI * 20 * t) +
    humUv * Math.sin(2 * Math.PI * 50 * t) +
    2 * (noise - Math.floor(noise) - 0.5)
  )
}

/** When the events of forty seconds were known, and when they began. */
function events(humUv: (t: number) => number): number[][] {
  const found: number[][] = []
  const memory = new GraphMemory(newKernelMemory())
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { eeg: info },
    parameters: { channel: 'Cz' },
    memory,
    maxFrames: 25,
    model: () => {
      throw new Error('no model')
    },
    outputs: {
      chunk(output, { data, time }) {
        if (output === 'events') found.push([time[0]!, time[0]! - data[0]!])
      },
      gap: () => {},
      request: () => {},
    },
  })
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 25, stride: 8 })
  // Where the kernels work.
  const data = memory.lend().float32(25 * 8)
  for (let sample = 0; sample < 40 * rateHz; sample += 25) {
    for (let f = 0; f < 25; f++) {
      const t = (sample + f) / rateHz
      chunk.time[f] = t
      data[f * 8] = signal(t, humUv(t))
    }
    graph.chunk('eeg', Object.assign(chunk, { data, frames: 25, firstSample: sample }))
    graph.tick((sample + 24) / rateHz)
  }
  return found
}

test('theta over beta for three seconds, the electrode good: one event', () => {
  const found = events(() => 0)
  expect(found).toHaveLength(1)
  const [known, began] = found[0]!
  // The window of the band powers takes up to two seconds to be full of it.
  expect(began).toBeGreaterThan(20)
  expect(began).toBeLessThan(22.5)
  expect(known! - began!).toBeGreaterThanOrEqual(3)
  expect(known! - began!).toBeLessThan(3.3)
})

test('theta over beta with an electrode full of hum: none', () => {
  expect(events(() => 500)).toEqual([])
})

test('a moment of hum begins the three seconds anew', () => {
  const found = events((t) => (t > 23 && t < 24 ? 500 : 0))
  expect(found).toHaveLength(1)
  expect(found[0]![1]).toBeGreaterThan(24)
})
