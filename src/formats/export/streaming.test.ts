import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import type { ByteSink } from '../io.ts'
import type { Recording, RecordingItem } from '../recording.ts'
import { type ExportFormat, exportRecording } from './export.ts'

const channels = 64
const rateHz = 1000
const framesPerChunk = 1000
/** Parquet holds a row group, once as it came and once as it is packed. */
const maxHeldBytes = 24 << 20
/** Row groups on their way through the packer; the whole would be 150 MB. */
const maxHeldPackedBytes = 72 << 20
const bytesBetweenLooks = 4 << 20

/** Only what is still held after a collection counts: when V8 collects by itself is its own affair. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

const info: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: rateHz,
  channels: Array.from({ length: channels }, (_, i) => ({
    ...physicalChannel(`E${i + 1}`, 'EEG', 'uV'),
    scale: 0.022351741811588166,
  })),
  origin: { source: 'test' },
}

/** Of any length, from one chunk that is filled again and again. */
function longRecording(chunks: number): Recording {
  const samples = chunks * framesPerChunk
  const chunk = newChunkBuffer({ format: 'int32', channels, maxFrames: framesPerChunk })
  chunk.frames = framesPerChunk
  const values = Int32Array.from(chunk.data, (_, i) => ((i * 7919) % 14_000_000) - 7_000_000)
  return {
    format: 'xdf',
    startedAt: new Date('2026-05-04T03:02:01Z'),
    streams: [
      {
        info,
        effectiveRateHz: rateHz,
        samples,
        firstTime: 0,
        lastTime: (samples - 1) / rateHz,
        gaps: [],
      },
    ],
    markers: [],
    ledger: { expected: samples, received: samples, lost: 0 },
    problems: [],
    async *read(): AsyncGenerator<RecordingItem, void, void> {
      for (let k = 0; k < chunks; k++) {
        chunk.firstSample = k * framesPerChunk
        // Another signal every second, which does not pack as if it repeated itself.
        const mask = Math.imul(k, 0x9e3779b1) >>> 12
        for (let i = 0; i < values.length; i++) chunk.data[i] = values[i]! ^ mask
        for (let i = 0; i < framesPerChunk; i++) {
          chunk.time[i] = (chunk.firstSample + i) / rateHz
          chunk.hostTime[i] = chunk.time[i]!
        }
        yield { kind: 'chunk', stream: info.id, chunk }
      }
    },
    close: async () => {},
  }
}

it.each<[ExportFormat, number]>([
  ['bdf', 600],
  ['brainvision', 600],
  ['xdf', 600],
  ['csv', 40],
  ['parquet', 600],
])('%s: a recording is never held, however long it is', async (format, chunks) => {
  const before = heldBytes()
  let most = 0
  let written = 0
  let nextLook = bytesBetweenLooks
  const sink: ByteSink = {
    write: (bytes) => {
      written += bytes.length
      if (written < nextLook) return
      nextLook += bytesBetweenLooks
      most = Math.max(most, heldBytes())
    },
    sync: () => {},
    close: async () => {},
  }
  const folder = { create: () => sink, remove: () => {} }
  const result = await exportRecording(longRecording(chunks), { format, path: 'x' }, folder)
  expect(result.samples).toBe(chunks * framesPerChunk)
  expect(result.losses.filter(({ kind }) => kind === 'rounding')).toEqual([])
  // Parquet is packed.
  const bytesPerSample = format === 'parquet' ? 0.25 : 2
  expect(written).toBeGreaterThan(chunks * framesPerChunk * channels * bytesPerSample)
  expect(most).toBeGreaterThan(0)
  expect(most - before).toBeLessThan(format === 'parquet' ? maxHeldPackedBytes : maxHeldBytes)
})
