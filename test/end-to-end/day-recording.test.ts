/**
 * A day of 8 channels at 250 Hz, as fast as it goes, through ring, drain and recorder into files of
 * two hours: the account is exact to the sample, the memory flat, every file opens. Only fsync is
 * left out, for which a day's worth would take longer than all the rest.
 */
import * as nodeFs from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import {
  checkSumsOf,
  createSummedSink,
  openRecordingFile,
  partsOf,
} from '../../src/formats/index.ts'
import { newRing, RingWriter } from '../../src/ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { Recorder } from '../../src/sinks/recorder/recorder.ts'
import { RingDrain } from '../../src/workers/ring-drain.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { random } from '../sound-recording.ts'

const channels = 8
const rateHz = 250
const daySeconds = 24 * 3600
const partSeconds = 2 * 3600
/** What a collection may leave behind more after a day than after four hours. */
const grownBytes = 8 << 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heldBytes(): number {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const info: StreamInfo = {
  id: 'eeg',
  name: 'eeg',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: rateHz,
  channels: Array.from({ length: channels }, (_, i) => physicalChannel(`c${i}`, 'EEG', 'uV')),
  origin: { source: 'test' },
}

/** The board: a second at a time, with a packet missing now and then. */
class Board {
  readonly writer = new RingWriter(
    newRing({ format: 'int32', channels, capacityFrames: 4096, deviceTime: false, sequence: true }),
  )
  lost = 0
  readonly #next = random(24)
  readonly #chunk = newChunkBuffer({
    format: 'int32',
    channels,
    maxFrames: rateHz,
    sequence: true,
  })

  second(): void {
    const missing = this.#next() < 0.01 ? 1 + Math.floor(this.#next() * 20) : 0
    if (missing > 0) {
      const atSample = this.writer.expected
      this.writer.gap({ atSample, lostSamples: missing, exact: true, reason: 'lost' })
    }
    this.lost += missing
    const chunk = this.#chunk
    chunk.firstSample = this.writer.expected
    chunk.frames = rateHz - missing
    for (let f = 0; f < chunk.frames; f++) {
      const sample = chunk.firstSample + f
      chunk.time[f] = chunk.hostTime[f] = 100 + sample / rateHz
      chunk.sequence![f] = sample & 255
      for (let c = 0; c < channels; c++) chunk.data[f * channels + c] = sample + c
    }
    this.writer.write(chunk)
  }
}

/** Reads a finished file to its end. */
async function account(path: string) {
  const recording = await openRecordingFile(path)
  const { ledger, problems } = recording
  let values = 0
  for await (const item of recording.read()) {
    if (item.kind === 'gap') continue
    const { data, firstSample, frames, stride } = item.chunk
    for (let f = 0; f < frames; f++) {
      if (data[f * stride] === firstSample + f && data[f * stride + 7] === firstSample + f + 7) {
        values++
      }
    }
  }
  await recording.close()
  const sums = await checkSumsOf(path)
  return { ledger, problems: [...problems, ...sums!.problems], values }
}

test('a day: ledger exact, memory flat, files open', { timeout: 600_000 }, async () => {
  const folder = scratchFolder()
  const path = folder.path('day.xdf')
  const fs = { ...nodeFs, fsyncSync: () => {} }
  const recorder = new Recorder({
    path,
    startedAt: new Date('2026-11-21T00:00:00Z'),
    now: 100,
    split: { seconds: partSeconds },
    createSink: (each) => createSummedSink(each, fs),
  })
  const board = new Board()
  const rings = new RingDrain(recorder)
  rings.add({ info, ring: board.writer.shared }, 'now')
  const found = { expected: 0, received: 0, lost: 0, values: 0, files: 0 }
  const take = async (file: string) => {
    const { ledger, problems, values } = await account(file)
    expect(problems).toEqual([])
    found.expected += ledger.expected
    found.received += ledger.received
    found.lost += ledger.lost
    found.values += values
    found.files++
    for (const each of [file, `${file}.sums`]) nodeFs.unlinkSync(each)
  }
  const held: number[] = []
  const begun = performance.now()
  let recording = 0
  for (let second = 1; second <= daySeconds; second++) {
    const from = performance.now()
    board.second()
    rings.drain()
    recorder.tick(100 + second)
    recording += performance.now() - from
    if (second % partSeconds !== 0) continue
    held.push(heldBytes())
    for (const file of partsOf(path).filter((each) => each !== recorder.status(0).path)) {
      await take(file)
    }
  }
  await recorder.close()
  for (const file of partsOf(path)) await take(file)
  const { ledger } = recorder.status(100 + daySeconds)
  const took = (performance.now() - begun) / 1000
  process.stderr.write(
    `a day in ${took.toFixed(1)} s, ${((daySeconds / recording) * 1000).toFixed(0)} times as fast ` +
      `without the reading; held ${held.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB\n`,
  )
  const expected = daySeconds * rateHz
  expect(ledger).toEqual({ expected, received: expected - board.lost, lost: board.lost })
  expect(found).toMatchObject({ ...ledger, values: ledger.received })
  expect(found.files).toBeGreaterThanOrEqual(12)
  expect(board.lost).toBeGreaterThan(5000)
  expect(held.at(-1)! - held[1]!).toBeLessThan(grownBytes)
})
