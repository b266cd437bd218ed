/** What is read and written: 64 channels of 1 kHz, in the shapes in which it is met. */
import { writeFileSync } from 'node:fs'
import { createFileSink, type Recording, XdfWriter } from '../../../src/formats/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../../src/signal/index.ts'
import { XdfBuilder } from '../../xdf-builder.ts'
import type { PeerSource } from './peer.ts'

export const channels = 64
const rateHz = 1000
export const seconds = 120
export const frames = seconds * rateHz
export const values = channels * frames
/** As LabRecorder pulls: twice a second. */
const pullFrames = rateHz / 2

const info: StreamInfo = {
  id: 'bench',
  name: 'bench',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: Array.from({ length: channels }, (_, c) => physicalChannel(`E${c + 1}`, 'EEG', 'uV')),
  origin: { source: 'bench' },
}

/** Within ±1 mV, frame by frame; whole tenths of a microvolt, which 16 bits can hold. */
export function madeUpSignal(): Float32Array {
  const signal = new Float32Array(values)
  let state = 1
  for (let i = 0; i < values; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    signal[i] = ((state >>> 18) - 8192) / 10
  }
  return signal
}

/** A file as LabRecorder writes it: every row stamped, a boundary every 10 s. */
export function writeForeignXdf(path: string, signal: Float32Array): void {
  const file = new XdfBuilder().fileHeader()
  file.stream(1, { name: 'bench', type: 'EEG', format: 'float32', rateHz, channels })
  for (let from = 0; from < frames; from += pullFrames) {
    const rows = Array.from({ length: pullFrames }, (_, i) => ({
      stamp: 1000 + (from + i) / rateHz,
      values: [...signal.subarray((from + i) * channels, (from + i + 1) * channels)],
    }))
    file.samples(1, 'float32', rows)
    if ((from / rateHz) % 10 === 0) file.boundary()
  }
  writeFileSync(path, file.bytes)
}

/** A recording of ours: fifty frames at a time, with the companion that has index and arrival. */
export async function writeOwnXdf(path: string, signal: Float32Array): Promise<void> {
  const writer = new XdfWriter(createFileSink(path), {
    startedAt: new Date('2026-01-02T03:04:05Z'),
  })
  writer.addStream(info, { deviceTime: false, sequence: false })
  const perChunk = 50
  const chunk = newChunkBuffer({ format: 'float32', channels, maxFrames: perChunk })
  chunk.frames = perChunk
  for (let from = 0; from < frames; from += perChunk) {
    chunk.firstSample = from
    chunk.data.set(signal.subarray(from * channels, (from + perChunk) * channels))
    for (let i = 0; i < perChunk; i++) {
      chunk.time[i] = chunk.hostTime[i] = 1000 + (from + i) / rateHz
    }
    writer.write(info.id, chunk)
    if (from % (rateHz / 20) === 0) writer.flush()
  }
  await writer.close()
}

export function writeSource(path: string, signal: Float32Array): PeerSource {
  const wide = Float64Array.from(signal)
  writeFileSync(path, new Uint8Array(wide.buffer))
  return { path, channels, frames, rateHz }
}

/** The signal as a recording that is in memory: what writers are given. */
export function recordingInMemory(signal: Float32Array): Recording {
  const lastTime = (frames - 1) / rateHz
  const perChunk = 1000
  return {
    format: 'xdf',
    startedAt: new Date('2026-01-02T03:04:05Z'),
    streams: [{ info, effectiveRateHz: rateHz, samples: frames, firstTime: 0, lastTime, gaps: [] }],
    markers: [],
    ledger: { expected: frames, received: frames, lost: 0 },
    problems: [],
    async *read() {
      const time = new Float64Array(perChunk)
      for (let from = 0; from < frames; from += perChunk) {
        for (let i = 0; i < perChunk; i++) time[i] = (from + i) / rateHz
        const data = signal.subarray(from * channels, (from + perChunk) * channels)
        const clocks = { time, hostTime: time, deviceTime: null, sequence: null }
        const chunk = { firstSample: from, frames: perChunk, data, stride: channels, ...clocks }
        yield { kind: 'chunk', stream: info.id, chunk }
      }
    },
    close: async () => {},
  }
}
