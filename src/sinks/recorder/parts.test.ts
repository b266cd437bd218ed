import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { readAll } from '../../../test/read-all.ts'
import { type ScratchFolder, scratchFolder } from '../../../test/scratch-folder.ts'
import { checkSumsOf, createSummedSink, openRecordingFile } from '../../formats/index.ts'
import {
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { MirroredSink } from './mirrored-sink.ts'
import { Recorder, type RecorderOptions } from './recorder.ts'
import type { RecordingSink } from './recording-part.ts'

const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: 250,
  channels: ['Fp1', 'Fp2'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
}

function recording(folder: ScratchFolder, options: Partial<RecorderOptions>) {
  const startedAt = new Date('2026-11-21T08:00:00Z')
  const recorder = new Recorder({ path: folder.path('rest.xdf'), startedAt, now: 100, ...options })
  recorder.addStream(eeg)
  const chunk = newChunkBuffer({ format: 'int32', channels: 2, maxFrames: 25 })
  let now = 100
  let next = 0
  return {
    recorder,
    /** A second of samples; some of them are left out where the test says so. */
    second(skips = 0) {
      next += skips
      for (let tenth = 0; tenth < 10; tenth++) {
        chunk.firstSample = next
        chunk.frames = 25
        for (let f = 0; f < 25; f++) {
          chunk.time[f] = chunk.hostTime[f] = 100 + (next + f) / 250
          chunk.data[2 * f] = next + f
        }
        recorder.write('eeg', chunk)
        next += 25
        now += 0.1
        recorder.tick(now)
      }
    },
    status: () => recorder.status(now),
  }
}

async function contentOf(path: string) {
  const recording = await openRecordingFile(path)
  const content = (await readAll(recording)).get('eeg')
  const { startedAt, problems, ledger, markers } = recording
  await recording.close()
  return { startedAt, problems, ledger, markers, indices: content?.indices ?? [], content }
}

describe('a recording in several files', () => {
  test('by time: each opens alone, and the indices go on', async () => {
    const folder = scratchFolder()
    const { recorder, second, status } = recording(folder, { split: { seconds: 3 } })
    for (let i = 0; i < 8; i++) second()
    recorder.marker({ time: 108, label: 'end', durationSeconds: 0, source: 'test' })
    expect(status().path).toBe(folder.path('rest_part-3.xdf'))
    await recorder.close()
    const names = ['rest.xdf', 'rest_part-2.xdf', 'rest_part-3.xdf']
    const parts = await Promise.all(names.map((name) => contentOf(folder.path(name))))
    expect(parts.flatMap(({ problems }) => problems)).toEqual([])
    expect(parts.flatMap(({ indices }) => indices)).toEqual(
      Array.from({ length: 2000 }, (_, i) => i),
    )
    expect(parts[2]!.markers.map(({ label }) => label)).toEqual(['end'])
    // The wall clock of each part is that of its own beginning.
    const begins = parts.map(({ startedAt }) => startedAt!.getTime() / 1000)
    expect(begins[1]! - begins[0]!).toBeCloseTo(3, 0)
    expect(status().ledger).toEqual({ expected: 2000, received: 2000, lost: 0 })
    expect(status().progress).toMatchObject([{ flushedUpTo: 2000 }])
    const bytes = names.map((name) => readFileSync(folder.path(name)).length)
    expect(status().bytes).toBe(bytes.reduce((sum, each) => sum + each, 0))
  })

  test('by size, and past names that are taken', async () => {
    const folder = scratchFolder()
    folder.write('rest_part-2.xdf', new Uint8Array(3))
    const { recorder, second } = recording(folder, { split: { bytes: 20_000 } })
    for (let i = 0; i < 6; i++) second()
    await recorder.close()
    const files = readdirSync(folder.path('.')).filter((name) => name.endsWith('.xdf'))
    expect(files.length).toBeGreaterThan(3)
    expect(readFileSync(folder.path('rest_part-2.xdf'))).toHaveLength(3)
    for (const name of files.slice(0, -1).filter((each) => each !== 'rest_part-2.xdf')) {
      const { length } = readFileSync(folder.path(name))
      expect(length).toBeLessThan(60_000)
    }
  })

  test('samples lost between two files are noted in the later one', async () => {
    const folder = scratchFolder()
    const { recorder, second, status } = recording(folder, { split: { seconds: 1 } })
    second()
    second(40)
    await recorder.close()
    const files = readdirSync(folder.path('.')).filter((name) => name.endsWith('.xdf'))
    const parts = await Promise.all(files.map((name) => contentOf(folder.path(name))))
    const gaps = parts.flatMap(({ content }) => content?.gaps ?? [])
    expect(gaps).toMatchObject([{ atSample: 250, lostSamples: 40, reason: 'lost' }])
    expect(status().ledger).toEqual({ expected: 540, received: 500, lost: 40 })
  })

  test('where the next file cannot be made, this one goes on, and that is told', async () => {
    const folder = scratchFolder()
    let made = 0
    const sink = new MemorySink()
    const { recorder, second, status } = recording(folder, {
      split: { seconds: 1 },
      createSink: () => {
        if (++made > 1) throw new SynapseError('disk-full', 'no')
        return sink
      },
    })
    for (let i = 0; i < 4; i++) second()
    expect(status().sideProblems).toMatchObject([{ code: 'disk-full' }])
    expect(status().problem).toBeNull()
    await recorder.close()
    expect(status().ledger.received).toBe(1000)
  })
})

test('what was flushed and what was forced to the disk is told per stream', () => {
  const sink = new MemorySink()
  const { recorder, second, status } = recording(scratchFolder(), { createSink: () => sink })
  second()
  second()
  expect(status().progress).toMatchObject([{ stream: 'eeg', flushedUpTo: 500 }])
  expect(status().progress[0]!.syncedUpTo).toBeGreaterThanOrEqual(250)
  sink.full = true
  second()
  const [{ flushedUpTo, syncedUpTo } = { flushedUpTo: 0, syncedUpTo: 0 }] = status().progress
  expect([flushedUpTo, syncedUpTo <= 500]).toEqual([500, true])
  expect(recorder.takes).toBe(false)
})

test('stopped while the disk is full, it says how much is missing', async () => {
  const sink = new MemorySink()
  const { recorder, second } = recording(scratchFolder(), { createSink: () => sink })
  second()
  sink.full = true
  second()
  await expect(recorder.close()).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/samples missing at the end: \d+ of EEG \([\d.]+ s\)/),
  })
  expect(sink.closed).toBe(true)
})

describe('a copy in another folder', () => {
  test('is the same to the last byte, with its checksums', async () => {
    const [folder, other] = [scratchFolder(), scratchFolder()]
    const mirrorFolder = other.path('.')
    const { recorder, second } = recording(folder, { mirrorFolder, split: { seconds: 2 } })
    for (let i = 0; i < 3; i++) second()
    await recorder.close()
    const names = readdirSync(folder.path('.')).sort()
    expect(names.length).toBeGreaterThanOrEqual(4)
    expect(readdirSync(other.path('.')).sort()).toEqual(names)
    for (const name of names) {
      expect(readFileSync(other.path(name)).equals(readFileSync(folder.path(name)))).toBe(true)
    }
  })

  test('that cannot be begun is refused at once, and no file is left', () => {
    const folder = scratchFolder()
    const mirrorFolder = folder.path('missing')
    expect(() => recording(folder, { mirrorFolder })).toThrow(
      expect.objectContaining({ code: 'file-missing' }),
    )
    expect(readdirSync(folder.path('.'))).toEqual([])
  })

  test('that fails on the way is given up and told; the recording is whole', async () => {
    const sinks: MemorySink[] = []
    const { recorder, second, status } = recording(scratchFolder(), {
      mirrorFolder: '/elsewhere',
      createSink: () => {
        sinks.push(new MemorySink())
        return sinks.at(-1)!
      },
    })
    second()
    const [first, copy] = sinks
    copy!.full = true
    second()
    expect(status()).toMatchObject({
      problem: null,
      sideProblems: [{ code: 'disk-full', message: expect.stringContaining('/elsewhere') }],
    })
    copy!.full = false
    second()
    await recorder.close()
    expect(status().ledger.received).toBe(750)
    expect(copy!.closed).toBe(true)
    // What it has is the beginning of the recording.
    expect(first!.bytes.subarray(0, copy!.bytes.length)).toEqual(copy!.bytes)
  })

  test('that takes too long is given up before the rings run over', () => {
    const [first, copy] = [new MemorySink(), new MemorySink()]
    const path = '/slow/rest.xdf'
    let seconds = 0
    const slow = new MirroredSink(first, copy, { path, seconds: () => (seconds += 3) })
    slow.write(new Uint8Array(5))
    expect(slow.problem).toBeNull()
    seconds = Number.NaN
    const stuck = new MirroredSink(first, copy, {
      path,
      seconds: () => {
        seconds = Number.isNaN(seconds) ? 0 : seconds + 6
        return seconds
      },
    })
    stuck.write(new Uint8Array(5))
    expect(stuck.problem).toMatchObject({ code: 'io-failed' })
    stuck.write(new Uint8Array(5))
    expect([first.bytes.length, copy.bytes.length]).toEqual([15, 10])
  })
})

test('a file that is moved away is noticed within a second, and never said to be whole', async () => {
  const folder = scratchFolder()
  const { recorder, second } = recording(folder, {})
  second()
  expect(recorder.isGone).toBe(false)
  renameSync(folder.path('rest.xdf'), folder.path('elsewhere.xdf'))
  folder.write('rest.xdf', new Uint8Array(9))
  second()
  expect(recorder.isGone).toBe(true)
  expect(recorder.status(102).problem).toMatchObject({ code: 'file-missing' })
  await expect(recorder.close()).rejects.toMatchObject({ code: 'file-missing' })
})

test('the folder of the copy is another one', () => {
  const folder = scratchFolder()
  const mirrorFolder = folder.path('.')
  expect(() => recording(folder, { mirrorFolder })).toThrow(
    expect.objectContaining({ code: 'bad-option' }),
  )
  expect(readdirSync(mirrorFolder)).toEqual([])
})

test('a copy that cannot be begun does not hold up the next file', async () => {
  const folder = scratchFolder()
  mkdirSync(folder.path('copy'))
  const mirrorFolder = folder.path('copy')
  const { recorder, second } = recording(folder, { split: { seconds: 2 }, mirrorFolder })
  second()
  rmSync(mirrorFolder, { recursive: true })
  for (let i = 0; i < 3; i++) second()
  await recorder.close()
  expect(readdirSync(folder.path('.'))).toContain('rest_part-2.xdf')
  expect(recorder.status(104).sideProblems).toMatchObject([{ code: 'file-missing' }])
})

describe('a recording whose disk is full while that of the copy is not', () => {
  async function halfFull() {
    const folder = scratchFolder()
    mkdirSync(folder.path('copy'))
    const [first, copy] = [folder.path('rest.xdf'), folder.path('copy/rest.xdf')]
    const full = new Set<string>()
    const createSink = (path: string): RecordingSink => {
      const sink = createSummedSink(path)
      return {
        write: (bytes) => {
          if (full.has(path)) throw new SynapseError('disk-full', `writing ${path}: no space`)
          sink.write(bytes)
        },
        sync: () => sink.sync(),
        close: () => sink.close(),
      }
    }
    const mirrorFolder = folder.path('copy')
    const readBack = (path: string, offset: number, into: Uint8Array) => {
      const bytes = readFileSync(path).subarray(offset, offset + into.length)
      into.set(bytes)
      return bytes.length
    }
    const parts = recording(folder, { mirrorFolder, createSink, readBack })
    parts.second()
    full.add(first)
    for (let i = 0; i < 3; i++) parts.second()
    return { ...parts, folder, first, copy, full }
  }

  test('goes on in the copy, says so, and is made up when there is room', async () => {
    const { recorder, second, status, first, copy, full } = await halfFull()
    expect(recorder.takes).toBe(true)
    expect(status().problem).toMatchObject({ code: 'disk-full' })
    expect(status().problem!.message).toContain(copy)
    expect(readFileSync(copy).length).toBeGreaterThan(readFileSync(first).length)
    full.clear()
    second()
    second()
    expect(status().problem).toBeNull()
    await recorder.close()
    expect(readFileSync(first)).toEqual(readFileSync(copy))
    for (const path of [first, copy]) {
      const { ledger, problems } = await contentOf(path)
      expect(ledger).toEqual({ expected: 1500, received: 1500, lost: 0 })
      expect(problems).toEqual([])
      expect((await checkSumsOf(path))!.problems).toEqual([])
    }
  })

  test('is never said to be whole where it is not: the copy is', async () => {
    const { recorder, first, copy } = await halfFull()
    await expect(recorder.close()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(`the copy ${copy} has all of it`),
    })
    expect((await contentOf(copy)).ledger.received).toBe(1000)
    expect((await contentOf(first)).ledger.received).toBeLessThan(1000)
  })

  test('waits, as without a copy, once that is full, too', async () => {
    const { recorder, second, status, first, copy, full } = await halfFull()
    full.add(copy)
    second()
    expect(recorder.takes).toBe(false)
    expect(status().sideProblems).toMatchObject([{ code: 'disk-full' }])
    full.delete(first)
    second()
    expect(recorder.takes).toBe(true)
    await recorder.close()
    const { ledger } = await contentOf(first)
    expect(ledger.lost).toBeLessThanOrEqual(250)
    expect(ledger.expected).toBe(1500)
  })
})
