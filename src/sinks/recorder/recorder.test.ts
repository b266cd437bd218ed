import { describe, expect, test } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { readAll } from '../../../test/read-all.ts'
import { openRecording } from '../../formats/index.ts'
import { memorySource } from '../../formats/io.ts'
import {
  type ErrorCode,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { Recorder } from './recorder.ts'

const startedAt = new Date('2026-11-21T08:00:00Z')
const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: 250,
  channels: ['Fp1', 'Fp2'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
}

/** A disk that refuses what it is told to refuse. */
class Disk extends MemorySink {
  refusesWrites: ErrorCode | null = null
  refusesSyncs = 0

  override write(bytes: Uint8Array): void {
    if (this.refusesWrites) throw new SynapseError(this.refusesWrites, 'writing: no')
    super.write(bytes)
  }

  override sync(): void {
    if (this.refusesSyncs-- > 0) throw new SynapseError('io-failed', 'syncing: no')
    super.sync()
  }
}

/** A recorder of one stream with the clock that its thread would read. */
function newRecording() {
  const disk = new Disk()
  const clock = { now: 100 }
  const recorder = new Recorder({
    path: 'memory.xdf',
    startedAt,
    now: clock.now,
    createSink: () => disk,
  })
  recorder.addStream(eeg)
  const chunk = newChunkBuffer({ format: 'int32', channels: 2, maxFrames: 4096 })
  const write = (firstSample: number, frames: number) => {
    chunk.firstSample = firstSample
    chunk.frames = frames
    for (let f = 0; f < frames; f++) {
      chunk.time[f] = 100 + (firstSample + f) / 250
      chunk.hostTime[f] = chunk.time[f]! + 0.01
      chunk.data[2 * f] = firstSample + f
      chunk.data[2 * f + 1] = -(firstSample + f)
    }
    recorder.write('eeg', chunk)
  }
  const tick = (seconds: number) => {
    clock.now += seconds
    recorder.tick(clock.now)
  }
  const mark = (label: string) =>
    recorder.marker({ time: clock.now, label, durationSeconds: 0, source: 'test' })
  return { disk, recorder, clock, write, tick, mark, status: () => recorder.status(clock.now) }
}

async function read(disk: Disk) {
  const recording = await openRecording(memorySource(disk.bytes), 'memory.xdf')
  const content = (await readAll(recording)).get('eeg')
  return { recording, indices: content?.indices ?? [], gaps: content?.gaps ?? [] }
}

const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe.each(['disk-full', 'io-failed'] as const)('a disk that says %s for a while', (code) => {
  test('is told of, left alone, tried again, and costs nothing that can still be had', async () => {
    const { disk, recorder, write, tick, status } = newRecording()
    write(0, 100)
    tick(0.05)
    disk.refusesWrites = code
    write(100, 100)
    tick(0.05)
    expect(recorder.takes).toBe(false)
    expect(status().problem).toMatchObject({ code, remedy: expect.stringMatching(/./) })
    // Not tried again before half a second is over.
    disk.refusesWrites = null
    tick(0.3)
    expect(recorder.takes).toBe(false)
    tick(0.25)
    expect(recorder.takes).toBe(true)
    expect(status().problem).toBeNull()
    write(200, 100)
    await recorder.close()
    const { recording, indices, gaps } = await read(disk)
    expect(recording.problems).toEqual([])
    expect(indices).toEqual(upTo(0, 300))
    expect(gaps).toEqual([])
  })

  test('leaves a gap where samples fell out of the ring meanwhile; expected = received + lost', async () => {
    const { disk, recorder, write, tick, status } = newRecording()
    write(0, 100)
    tick(0.05)
    disk.refusesWrites = code
    write(100, 10)
    tick(1)
    expect(recorder.takes).toBe(false)
    disk.refusesWrites = null
    tick(1)
    const overrun = { atSample: 110, lostSamples: 390, exact: true, reason: 'overrun' } as const
    recorder.gap('eeg', overrun)
    write(500, 100)
    expect(status().ledger).toEqual({ expected: 600, received: 210, lost: 390 })
    await recorder.close()
    const { recording, indices, gaps } = await read(disk)
    expect(indices).toEqual([...upTo(0, 110), ...upTo(500, 600)])
    expect(gaps).toEqual([expect.objectContaining(overrun)])
    expect(recording.ledger).toEqual({ expected: 600, received: 210, lost: 390 })
  })
})

test('a chunk that finds no room is not in the file, and fits in when it is handed over again', async () => {
  const { disk, recorder, write, tick } = newRecording()
  disk.refusesWrites = 'disk-full'
  let first = 0
  // 48 bytes a frame: about twenty of these fill the 4 MB in which samples wait.
  for (; recorder.takes; first += 4096) write(first, 4096)
  expect(first).toBeGreaterThan(10 * 4096)
  disk.refusesWrites = null
  tick(0.5)
  expect(recorder.takes).toBe(true)
  const refused = first - 4096
  write(refused, 4096)
  await recorder.close()
  const { indices, gaps } = await read(disk)
  expect(gaps).toEqual([])
  expect(indices).toHaveLength(refused + 4096)
})

describe('a sync that fails', () => {
  test('is told of until one succeeds; samples are written all the same', async () => {
    const { disk, recorder, write, tick, status } = newRecording()
    disk.refusesSyncs = 2
    write(0, 10)
    tick(1)
    expect(recorder.takes).toBe(true)
    expect(status()).toMatchObject({ problem: { code: 'io-failed' }, syncedSecondsAgo: 1 })
    const { bytes } = status()
    write(10, 10)
    tick(0.5)
    expect(status().bytes).toBeGreaterThan(bytes)
    expect(status().problem).toMatchObject({ code: 'io-failed' })
    tick(0.5)
    tick(1)
    expect(status()).toMatchObject({ problem: null, syncedSecondsAgo: 0 })
    await recorder.close()
    expect((await read(disk)).indices).toEqual(upTo(0, 20))
  })

  test('for good: what was written reads back, and closing says that it is not safe', async () => {
    const { disk, recorder, write, tick } = newRecording()
    disk.refusesSyncs = Number.POSITIVE_INFINITY
    for (let second = 0; second < 30; second++) {
      write(second * 250, 250)
      tick(1)
    }
    await expect(recorder.close()).rejects.toMatchObject({ code: 'io-failed' })
    expect((await read(disk)).indices).toEqual(upTo(0, 7500))
  })
})

describe('markers that are set while the disk is full', () => {
  test('wait, and are in the file', async () => {
    const { disk, recorder, tick, mark, status } = newRecording()
    disk.refusesWrites = 'disk-full'
    tick(1)
    for (let i = 0; i < 1000; i++) mark(`blink ${i}`)
    expect(status()).toMatchObject({ markers: 1000, lostMarkers: 0 })
    disk.refusesWrites = null
    tick(1)
    await recorder.close()
    const { recording } = await read(disk)
    expect(recording.markers.map(({ label }) => label)).toEqual(
      upTo(0, 1000).map((i) => `blink ${i}`),
    )
  })

  test('are counted where too many wait', async () => {
    const { disk, recorder, tick, mark, status } = newRecording()
    disk.refusesWrites = 'disk-full'
    tick(1)
    const label = 'x'.repeat(2000)
    for (let i = 0; i < 3000; i++) mark(label)
    const { markers, lostMarkers } = status()
    expect(markers + lostMarkers).toBe(3000)
    expect(lostMarkers).toBeGreaterThan(0)
    disk.refusesWrites = null
    tick(1)
    await recorder.close()
    expect((await read(disk)).recording.markers).toHaveLength(markers)
  })
})

describe('what is written when', () => {
  test('every tick hands to the system what came; once a second it is forced to the disk', () => {
    const { disk, write, tick, status } = newRecording()
    const syncedAtFirst = disk.synced
    for (let round = 0; round < 60; round++) {
      write(round * 12, 12)
      const before = disk.writes.length
      tick(0.05)
      expect(disk.writes.length).toBe(before + 1)
      expect(status().syncedSecondsAgo).toBeLessThan(1)
    }
    expect(disk.synced - syncedAtFirst).toBeGreaterThanOrEqual(2)
    expect(disk.synced - syncedAtFirst).toBeLessThanOrEqual(3)
  })

  test('the beginning of the file is on the disk before the first sample', () => {
    const { disk } = newRecording()
    expect(disk.synced).toBe(1)
    expect(new TextDecoder().decode(disk.bytes.subarray(0, 4))).toBe('XDF:')
  })

  test('the bytes that the status tells are those that the disk took', () => {
    const { disk, write, tick, status } = newRecording()
    write(0, 500)
    disk.refusesWrites = 'disk-full'
    tick(0.05)
    expect(status().bytes).toBe(disk.bytes.length)
    disk.refusesWrites = null
    tick(1)
    expect(status().bytes).toBe(disk.bytes.length)
    expect(status().bytes).toBeGreaterThan(500 * 48)
  })
})
