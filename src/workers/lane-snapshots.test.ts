/** How often a lane takes its snapshots, on a clock that goes on while one is taken. */
import { expect, test } from 'vitest'
import { LiveLanes } from '../../test/conformance/live-lanes.ts'
import { memoryKeyed } from '../../test/memory-keyed.ts'
import type { GraphSpec } from '../graph/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'

const rateHz = 250
const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}
const spec: GraphSpec = {
  version: 1,
  name: 'one node',
  sources: { eeg: {} },
  nodes: { all: { node: 'calibrate' } },
  edges: [{ from: 'eeg', to: 'all' }],
  outputs: { all: 'all' },
}
const begin = 1000

/** A minute of a lane whose snapshots take so long. @returns when each but the first two was begun */
function minuteOf(snapshotSeconds: number, ringFrames: number): number[] {
  const begun: number[] = []
  const keyed = memoryKeyed()
  const slow = {
    ...keyed,
    saved() {
      begun.push(lanes?.time ?? begin)
      if (lanes) lanes.time += snapshotSeconds
      return keyed.saved()
    },
  }
  const kept = { keyed: () => slow, isDead: false, lose() {}, goesOn() {} }
  let lanes: LiveLanes | undefined
  lanes = new LiveLanes(spec, { eeg }, { kept, ringFrames })
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 1 })
  chunk.frames = 1
  const { writer } = lanes.sources.get('eeg')!
  while (lanes.time < begin + 60) {
    lanes.time += 1 / rateHz
    for (; writer.expected < (lanes.time - begin) * rateHz; lanes.run()) {
      chunk.firstSample = writer.expected
      chunk.time[0] = chunk.firstSample / rateHz
      lanes.write('eeg', chunk, 0, 1)
    }
  }
  lanes.close()
  return begun.slice(2)
}

const intervals = (begun: readonly number[]) => begun.slice(1).map((time, i) => time - begun[i]!)

test('S3, S5 snapshots that take no time are taken every 100 ms', () => {
  const all = intervals(minuteOf(0, 65_536))
  expect(all.length).toBeGreaterThan(500)
  for (const seconds of all) expect(seconds).toBeLessThan(0.1 + 2 / rateHz)
})

test.each([0.003, 0.02, 0.1])('S5 snapshots that take %d s take 2 %% of the time', (took) => {
  const all = intervals(minuteOf(took, 65_536))
  expect(all.length).toBeGreaterThan(5)
  for (const seconds of all) {
    expect(took / seconds).toBeLessThanOrEqual(0.02)
    expect(took / seconds).toBeGreaterThan(0.018)
  }
})

test('S5 one is taken sooner when a ring could not give back what was read since the last', () => {
  const begun = minuteOf(0.1, 512)
  // In what is read between two snapshots the ring goes round once at the most.
  for (const seconds of intervals(begun)) expect(seconds * rateHz).toBeLessThan(512)
  expect(begun.length).toBeGreaterThan(25)
})
