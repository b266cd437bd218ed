/**
 * What a disk can do to a recorder, at every call that it makes: no other error than a coded one,
 * and never a success that is none.
 */
import { describe, expect, test } from 'vitest'
import { type Fault, MemoryDisk } from '../../../test/memory-disk.ts'
import { readAll } from '../../../test/read-all.ts'
import {
  checkSums,
  createSummedSink,
  openRecording,
  type Recording,
  sumsPath,
  verifyRecording,
} from '../../formats/index.ts'
import { memorySource } from '../../formats/io.ts'
import {
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { Recorder, type RecorderStatus } from './recorder.ts'

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
const rounds = 12
const framesPerRound = 50

interface Outcome {
  /** Null where closing succeeded; `start` where the recording never began. */
  readonly failure: 'start' | 'close' | null
  readonly status: RecorderStatus | null
  readonly disk: MemoryDisk
}

/** 2.4 s of recording, in files of one second each, with a copy. */
async function record(disk: MemoryDisk): Promise<Outcome> {
  const chunk = newChunkBuffer({ format: 'int32', channels: 2, maxFrames: framesPerRound })
  let now = 100
  const recorder = coded(
    () =>
      new Recorder({
        path: '/a/rest.xdf',
        startedAt,
        now,
        split: { seconds: 1 },
        mirrorFolder: '/b',
        createSink: (path) => createSummedSink(path, disk.fs),
        readBack: (path, offset, into) => {
          const bytes = disk.files.get(path)!.subarray(offset, offset + into.length)
          into.set(bytes)
          return bytes.length
        },
      }),
  )
  if (!recorder) return { failure: 'start', status: null, disk }
  recorder.addStream(eeg)
  // What it does not take is handed over again, as the rings do it.
  for (let round = 0; round < rounds; now += 0.2) {
    for (; recorder.takes && round < rounds; ) {
      fill(chunk, round * framesPerRound)
      recorder.write('eeg', chunk)
      if (recorder.takes) round++
      break
    }
    recorder.tick(now)
    if (now > 200) throw new Error('the recorder never goes on')
  }
  let failure: Outcome['failure'] = null
  try {
    await recorder.close()
  } catch (error) {
    expect(error).toBeInstanceOf(SynapseError)
    expect((error as SynapseError).code).toMatch(/^(disk-full|io-failed)$/)
    failure = 'close'
  }
  return { failure, status: recorder.status(now), disk }
}

function coded<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(SynapseError)
    expect((error as SynapseError).code).toMatch(/^(disk-full|io-failed)$/)
    return null
  }
}

function fill(chunk: ReturnType<typeof newChunkBuffer>, first: number): void {
  chunk.firstSample = first
  chunk.frames = framesPerRound
  for (let f = 0; f < framesPerRound; f++) {
    chunk.time[f] = chunk.hostTime[f] = 100 + (first + f) / 250
    chunk.data[2 * f] = first + f
    chunk.data[2 * f + 1] = 7 * (first + f)
  }
}

async function open(disk: MemoryDisk, path: string): Promise<Recording | null> {
  const bytes = disk.files.get(path)
  return bytes ? openRecording(memorySource(bytes), path) : null
}

function filesIn(disk: MemoryDisk, folder: string): string[] {
  return [...disk.files.keys()].filter(
    (path) => path.startsWith(`${folder}/`) && path.endsWith('.xdf'),
  )
}

/** Indices that the files of a folder have, with their values held against them. */
async function samplesIn(disk: MemoryDisk, folder: string): Promise<Set<number>> {
  const found = new Set<number>()
  for (const path of filesIn(disk, folder)) {
    const recording = await open(disk, path).catch((error: SynapseError) => {
      // A file that could not even be begun.
      expect(error.code).toMatch(/^file-(damaged|unreadable)$/)
      return null
    })
    const content = recording && (await readAll(recording)).get('eeg')
    for (const [i, index] of (content?.indices ?? []).entries()) {
      expect(content!.rows[i]).toEqual([index, 7 * index])
      found.add(index)
    }
  }
  return found
}

const sound = await record(new MemoryDisk())
const faults: readonly Fault[] = ['ENOSPC', 'EIO', 'short write', 'fsync fails']

test('without a fault every file and its copy is whole, and has its checksums', async () => {
  const { disk, failure } = sound
  expect(failure).toBeNull()
  expect(disk.openFiles).toBe(0)
  for (const folder of ['/a', '/b']) {
    expect((await samplesIn(disk, folder)).size).toBe(rounds * framesPerRound)
    const files = filesIn(disk, folder)
    expect(files).toHaveLength(3)
    for (const path of files) {
      const { sound: isSound } = await verifyRecording((await open(disk, path))!)
      const source = memorySource(disk.files.get(path)!)
      const sums = await checkSums(source, memorySource(disk.files.get(sumsPath(path))!))
      expect([path, isSound, sums.closed, sums.problems]).toEqual([path, true, true, []])
      expect(disk.syncedBytes.get(path)).toBe(disk.files.get(path)!.length)
    }
  }
})

describe.each(faults)('%s', (fault) => {
  test('at every single call', async () => {
    let struck = 0
    for (let k = 1; k <= sound.disk.calls; k++) {
      const outcome = await record(new MemoryDisk((call) => (call === k ? fault : null)))
      struck += outcome.disk.struck
      await expectHonest(outcome, `call ${k}`)
    }
    expect(struck).toBeGreaterThan(10)
  })

  test('at every k-th call', async () => {
    for (const k of [2, 3, 4, 5, 7, 11, 17, 29, 53]) {
      const outcome = await record(new MemoryDisk((call) => (call % k === 0 ? fault : null)))
      await expectHonest(outcome, `every ${k}th call`)
    }
  })

  test('from a call on, for good', async () => {
    for (const from of [12, 20, 60, 100]) {
      const disk = new MemoryDisk((call) => (call >= from && call < from + 100 ? fault : null))
      await expectHonest(await record(disk), `from call ${from} on`)
    }
  })
})

async function expectHonest({ failure, status, disk }: Outcome, where: string): Promise<void> {
  // Files that were given up are closed behind our back.
  await new Promise((resolve) => setImmediate(resolve))
  expect(disk.openFiles, where).toBe(0)
  if (!status) return
  const samples = await samplesIn(disk, '/a')
  const [progress] = status.progress
  const promised = failure === null ? rounds * framesPerRound : progress!.flushedUpTo
  const missing = Array.from({ length: promised }, (_, i) => i).filter((i) => !samples.has(i))
  expect(missing.length, `${where}: ${missing[0]} …`).toBe(0)
  expect(progress!.syncedUpTo, where).toBeLessThanOrEqual(progress!.flushedUpTo)
  if (status.sideProblems.length === 0 && failure === null) {
    const copied = await samplesIn(disk, '/b')
    expect(copied.size, where).toBe(samples.size)
  }
}
