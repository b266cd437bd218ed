/**
 * Backpressure, minute by minute: what a graph feeds stands still for 60 s of stream, with every policy
 * of its queue. The recorder, real and on a real disk, loses nothing; memory stays under the caps that
 * are stated; every sample that is missing in the end is counted where it was dropped.
 */
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openFileSource, openRecording } from '../../src/formats/index.ts'
import type { GraphSpec, QueueSettings } from '../../src/graph/index.ts'
import { QueueCells, RingReader } from '../../src/ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { Recorder } from '../../src/sinks/index.ts'
import { inputFields, readValues } from '../../src/workers/index.ts'
import { RingDrain } from '../../src/workers/ring-drain.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { heldBytes } from './held-bytes.ts'
import { LiveLanes } from './live-lanes.ts'

const [channels, rateHz, chunkFrames] = [64, 500, 50]
const stoppedSeconds = 60
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: Array.from({ length: channels }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV')),
  origin: { source: 'test' },
}
const ringFrames = 2048
const frameBytes = channels * 4
/** Ten seconds of it: a tenth of what goes by. */
const mostGrowthBytes = 10 * rateHz * frameBytes

function graph(queue: Partial<QueueSettings>): GraphSpec {
  return {
    version: 1,
    name: 'stopped',
    sources: { eeg: {} },
    nodes: {
      physical: { node: 'calibrate' },
      sink: { node: 'calibrate', thread: 'slow' },
    },
    edges: [
      { from: 'eeg', to: 'physical' },
      { from: 'physical', to: 'sink', queue: { frames: 1000, ...queue } },
    ],
    outputs: { physical: 'physical', sink: 'sink' },
  }
}

/** By index, how often each sample came, and what was not read in time. */
function newOutput(lanes: LiveLanes, key: string, name: string) {
  const { ring } = lanes.opened(key).outputs.find((each) => each.name === name)!
  const reader = new RingReader(ring, 'oldest')
  const into = newChunkBuffer({ ...ring.shape, maxFrames: 256 })
  const seen: number[] = []
  return {
    seen,
    reader,
    take() {
      for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
        for (let f = 0; result === 'chunk' && f < into.frames; f++) seen.push(into.firstSample + f)
      }
    },
  }
}

function openRecorder(lanes: LiveLanes, path: string) {
  const clock = { startedAt: new Date(0), now: lanes.time, seconds: () => lanes.time }
  const recorder = new Recorder({ path, ...clock, split: null, mirrorFolder: null })
  const drain = new RingDrain(recorder)
  drain.add({ info: eeg, ring: lanes.sources.get('eeg')!.writer.shared }, 'oldest')
  return { recorder, drain }
}

test.each([
  ['block', {}],
  ['drop-oldest', {}],
  ['spill', { spillBytes: 100_000_000 }],
  ['spill', { spillBytes: 500_000 }],
] as const)('T2, T4–T7 %s %j: what is fed stands still for a minute', async (policy, more) => {
  const folder = scratchFolder()
  const spillFolder = folder.path('.')
  const lanes = new LiveLanes(graph({ policy, ...more }), { eeg }, { ringFrames, spillFolder })
  const path = folder.path('whole.xdf')
  const { recorder, drain } = openRecorder(lanes, path)
  const outputs = {
    physical: newOutput(lanes, 'main', 'physical'),
    sink: newOutput(lanes, 'slow', 'sink'),
  }
  const chunk = newChunkBuffer({ format: 'float32', channels, maxFrames: chunkFrames })
  let sample = 0
  const feed = (seconds: number, isStopped: boolean) => {
    for (let n = 0; n < (seconds * rateHz) / chunkFrames; n++) {
      chunk.firstSample = sample
      chunk.frames = chunkFrames
      for (let f = 0; f < chunkFrames; f++) {
        chunk.time[f] = (sample + f) / rateHz
        chunk.data.fill((sample + f) % 9973, f * channels, (f + 1) * channels)
      }
      lanes.write('eeg', chunk, 0, chunkFrames)
      sample += chunkFrames
      lanes.time += chunkFrames / rateHz
      for (const key of lanes.keys) while (!(isStopped && key === 'slow') && lanes.step(key));
      if (!isStopped) for (const output of Object.values(outputs)) output.take()
      drain.drain()
      recorder.tick(lanes.time)
    }
  }
  feed(5, false)
  feed(10, true)
  const early = heldBytes()
  feed(stoppedSeconds - 10, true)
  expect(heldBytes() - early).toBeLessThan(mostGrowthBytes)
  if ('spillBytes' in more) {
    const { size } = statSync(lanes.opened('main').queues[0]!.spillPath!)
    expect(size).toBeGreaterThan(0)
    expect(size).toBeLessThanOrEqual(more.spillBytes)
  }
  feed(5, false)
  lanes.run()
  for (const output of Object.values(outputs)) output.take()

  // The recorder has never noticed.
  await recorder.close()
  const recording = await openRecording(await openFileSource(path), path)
  expect(recording.ledger).toMatchObject({ received: sample, lost: 0 })
  await recording.close()

  const { cells, overrun } = lossesOf(lanes)
  const before = policy === 'block' || 'spillBytes' in more ? overrun : 0
  const { physical, sink } = outputs
  // The stopped reader of a derived stream: what it misses it counts itself.
  expect(sample - before).toBe(physical.seen.length + physical.reader.overruns)
  expect(sample - before - cells.dropped).toBe(sink.seen.length + sink.reader.overruns)
  expect(sink.seen).toEqual([...new Set(sink.seen)].toSorted((a, b) => a - b))
  if (policy === 'block') expect(cells.dropped).toBe(0)
  if (policy === 'drop-oldest') expect(cells.dropped).toBeGreaterThan(50 * rateHz)
  if ('spillBytes' in more && more.spillBytes > 10e6)
    expect([cells.dropped, overrun]).toEqual([0, 0])
  lanes.close()
})

/** At the queue between the threads, and at the stream's own ring. */
function lossesOf(lanes: LiveLanes) {
  const { queues, meters } = lanes.opened('main')
  const [queue] = queues
  const input = meters.inputs.find(({ source }) => source === 'eeg')!
  lanes.time += 1
  lanes.step('main')
  return {
    cells: new QueueCells(queue!.shared),
    overrun: readValues(inputFields, input.values).overrunFrames,
  }
}
