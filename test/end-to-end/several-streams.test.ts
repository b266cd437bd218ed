/**
 * A graph over the streams of two boards, cut over threads, bound as over a recording: what it gives
 * live is what it gives over the file that was recorded meanwhile. One of its threads dies on the way.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { GraphSpec } from '../../src/graph/index.ts'
import { type AcquisitionHost, openHost } from '../../src/main/index.ts'
import { RingReader } from '../../src/ring/index.ts'
import { newChunkBuffer } from '../../src/signal/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { overRecording, until } from './sandbox-run.ts'

const spec: GraphSpec = {
  version: 1,
  name: 'two boards',
  sources: { left: { type: 'EEG' }, right: { type: 'EEG' } },
  nodes: {
    a: { node: 'calibrate' },
    b: { node: 'calibrate', thread: 'right' },
    named: { node: 'rename', options: { labels: { 0: 'right 1', 1: 'right 2' } } },
    both: { node: 'align', options: { maxWaitSeconds: 30 }, thread: 'both' },
  },
  edges: [
    { from: 'left', to: 'a' },
    { from: 'right', to: 'b' },
    { from: 'b', to: 'named' },
    { from: 'a', to: 'both.a' },
    { from: 'named', to: 'both.b', queue: { policy: 'spill', frames: 300 } },
  ],
  outputs: { both: 'both' },
}

/** Takes what leaves the graph, by index. */
function taking(host: AcquisitionHost, id: string): Map<number, number[]> {
  const frames = new Map<number, number[]>()
  const { output } = host.processing.outputs().find(({ lane }) => lane === id)!
  const reader = new RingReader(output.ring, 'oldest')
  const into = newChunkBuffer({ ...output.ring.shape, maxFrames: 64 })
  host.clock.every(0.02, () => {
    for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
      for (let f = 0; result === 'chunk' && f < into.frames; f++) {
        const at = f * into.stride
        frames.set(into.firstSample + f, [...into.data.subarray(at, at + into.stride)])
      }
    }
  })
  return frames
}

test('T9, S3 live over two boards, and over their recording: the same, though a thread died', async () => {
  const folder = scratchFolder()
  const path = folder.path('two.xdf')
  const host = openHost({ folder: folder.path('.') })
  try {
    const boards = [
      await host.prepare('synthetic', '', { channels: 2, rateHz: 250 }),
      await host.prepare('synthetic', '', { channels: 2, rateHz: 100, seed: 2 }),
    ]
    await host.startRecording(path)
    const id = host.graphs.open(spec)
    await until('the graph', () => host.processing.outputs().some(({ lane }) => lane === id), 60)
    const live = taking(host, id)
    for (const board of boards) await host.start(board)
    await until('the first answers', () => live.size > 200, 60)
    await until('a snapshot', () => host.processing.snapshot(id) !== null, 60)
    const died = live.size
    await host.processing.threadNamed('both')!.terminate()
    await until('more answers', () => live.size > died + 300, 60)
    expect(host.processing.queues(id).map(({ policy, dropped }) => [policy, dropped])).toEqual([
      ['block', 0],
      ['spill', 0],
    ])
    for (const board of boards) await host.stop(board)
    await pause(300)
    await host.stopRecording()
    await host.close(boards[0]!)
    expect(host.processing.graphs.has(id)).toBe(false)
    const offline = (await overRecording(path, spec, folder.path('.'))).get('both')!
    expect(live.size).toBeGreaterThan(500)
    expect([...live.keys()]).toEqual(Array.from(live.keys(), (_, i) => i))
    for (const [index, values] of live) expect(values, `${index}`).toEqual(offline.get(index))
  } finally {
    await host.end()
  }
})
