/** What a node of a live graph keeps by key is there for the next host on the same folder. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { GraphSpec } from '../../src/graph/index.ts'
import { Processing } from '../../src/main/processing.ts'
import { capacityAtLeast, newRing, RingReader, RingWriter } from '../../src/ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { LmdbTable, newGraphKeyed } from '../../src/store/index.ts'
import { hostClock } from '../../src/workers/index.ts'
import { scratchFolder } from '../scratch-folder.ts'

const rateHz = 64
const frames = 192
const info: StreamInfo = {
  id: 'test/features',
  name: 'features',
  type: 'Features',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('alpha', 'MISC', '1')],
  origin: { source: 'test' },
}
const spec: GraphSpec = {
  version: 1,
  name: 'kept',
  sources: { in: {} },
  nodes: { own: { node: 'baseline', options: { key: 'anna', fewestFrames: 100 } } },
  edges: [{ from: 'in', to: 'own' }],
  outputs: { out: 'own' },
}

/** One session of three seconds. @returns the index of the first frame that came out */
async function session(stateFolder: string): Promise<number> {
  const troubles: string[] = []
  const listener = {
    outputsChanged() {},
    cannotRun() {},
    deadLetters() {},
    degraded() {},
    trouble: (_about: string, _level: string, note: { message: string }) =>
      troubles.push(note.message),
  }
  const processing = new Processing(hostClock, new Map(), listener, null, undefined, stateFolder)
  const shape = { format: 'float32' as const, channels: 1, deviceTime: false, sequence: false }
  const writer = new RingWriter(newRing({ ...shape, capacityFrames: capacityAtLeast(2 * frames) }))
  processing.open('graph', { in: { info, writer } }, spec)
  const chunk = newChunkBuffer({ ...shape, maxFrames: frames })
  const start = hostClock.now()
  for (let f = 0; f < frames; f++) {
    chunk.data[f] = f % 7
    chunk.time[f] = start + f / rateHz
  }
  chunk.frames = frames
  writer.write(chunk)
  try {
    const into = newChunkBuffer({ ...shape, maxFrames: 1 })
    for (let waited = 0; waited < 30_000; waited += 5) {
      const output = processing.outputs().find(({ output: { name } }) => name === 'out')?.output
      const reader = output && new RingReader(output.ring, 'oldest')
      // What is left out at first is a gap.
      if (reader?.read(into) === 'chunk' || reader?.read(into) === 'chunk') {
        return into.firstSample
      }
      await pause(5)
    }
    throw new Error(`nothing came out; ${troubles}`)
  } finally {
    await processing.end()
  }
}

test('a baseline goes on in the next session, and is in the folder in between', async () => {
  const folder = scratchFolder().path('state')
  const before = await session(folder)
  expect(before).toBe(100)
  const table = new LmdbTable(folder)
  const epochSeconds = Date.now() / 1000
  const kept = newGraphKeyed(table, { name: 'kept', epochSeconds }).open('own', 'strong')
  const found = kept.get('anna', 0) as { counts: Float64Array }
  await table.close()
  // Saved every second of the stream: the last one may not be in it.
  expect(found.counts[0]).toBeGreaterThanOrEqual(frames - rateHz - 1)
  expect(await session(folder)).toBe(0)
})
