/** What an emulated Cyton records: a file of somebody's brain, or a made-up one. */
import type { RecordedStream, Recording } from '../../formats/index.ts'
import { asSynapseError, type Chunk, SynapseError } from '../../signal/index.ts'
import { EegGenerator } from '../_eeg/generator.ts'
import { openRecordingFile } from '../_recording/open-file.ts'
import type { BoardSource } from './amplifier.ts'
import { channelCount, gPerCount, microvoltsPerCount, rateHz } from './packet.ts'

const scale = microvoltsPerCount(24)
const limit = 2 ** 23
/** The real accelerometer gives a value about every tenth sample. */
const accelEvery = 10

export function generatedSource(seed: number, channels = channelCount): BoardSource {
  const generator = new EegGenerator({ channels, rateHz, seed, mainsHz: 50 })
  const frame = new Float32Array(channels)
  let sample = 0
  return {
    next(counts, accel) {
      generator.fill(frame, channels, 1)
      for (let c = 0; c < channels; c++) counts[c] = clamp(frame[c]! / scale)
      const isNew = sample++ % accelEvery === 0
      accel.fill(0)
      if (isNew) accel[2] = 8000
      return true
    },
  }
}

/**
 * The first EEG stream of a recording, its first eight channels, as counts at gain 24; the
 * accelerometer stream where there is one. Held in memory: a board's hour is 30 MB.
 * @throws SynapseError file-…, when it cannot be read or has no signal at 250 Hz
 */
export async function recordedSource(path: string, loop: boolean): Promise<BoardSource> {
  const recording = await openRecordingFile(path)
  try {
    return await sourceOf(recording, path, loop)
  } catch (error) {
    throw asSynapseError(error, `reading ${path}`)
  } finally {
    await recording.close()
  }
}

async function sourceOf(recording: Recording, path: string, loop: boolean): Promise<BoardSource> {
  const eeg = recording.streams.find((stream) => stream.info.type === 'EEG')
  if (!eeg || Math.abs(eeg.info.nominalRateHz - rateHz) > 1) {
    throw new SynapseError(
      'file-unreadable',
      `reading ${path}: it has no EEG at ${rateHz} Hz, which is what a Cyton records`,
    )
  }
  const accel = recording.streams.find((stream) => /ACC/i.test(stream.info.type))
  const frames = await countsOf(recording, eeg, channelCount, scale)
  const axes = accel ? await countsOf(recording, accel, 3, gPerCount) : new Int32Array(0)
  const samples = frames.length / channelCount
  const axisStep = axes.length / 3 / samples
  let sample = 0
  return {
    next(counts, into) {
      if (sample === samples && loop) sample = 0
      if (sample === samples) return false
      counts.fill(0)
      counts.set(frames.subarray(sample * channelCount, (sample + 1) * channelCount))
      into.fill(0)
      if (sample % accelEvery === 0 && axes.length) {
        const at = Math.floor(sample * axisStep) * 3
        into.set(axes.subarray(at, at + 3))
      }
      sample++
      return true
    },
  }
}

async function countsOf(
  recording: Recording,
  stream: RecordedStream,
  channels: number,
  unitPerCount: number,
): Promise<Int32Array> {
  const counts = new Int32Array(stream.samples * channels)
  let at = 0
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk' || item.stream !== stream.info.id) continue
    at = appendCounts(item.chunk, stream, channels, unitPerCount, counts, at)
  }
  return counts
}

function appendCounts(
  chunk: Chunk,
  { info }: RecordedStream,
  channels: number,
  unitPerCount: number,
  into: Int32Array,
  from: number,
): number {
  let at = from
  for (let f = 0; f < chunk.frames; f++) {
    for (let c = 0; c < channels; c++) {
      const channel = info.channels[c]
      const raw = chunk.data[f * chunk.stride + c] ?? 0
      into[at++] = channel ? clamp((raw * channel.scale + channel.offset) / unitPerCount) : 0
    }
  }
  return at
}

function clamp(count: number): number {
  return Math.max(-limit, Math.min(limit - 1, Math.round(count)))
}
