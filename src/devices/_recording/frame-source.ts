/** What an emulated sender sends, frame by frame: a file's signal, or a made-up one. */
import {
  asSynapseError,
  type Channel,
  type Chunk,
  physicalChannel,
  SynapseError,
} from '../../signal/index.ts'
import { electrodeNames } from '../_eeg/electrodes.ts'
import { EegGenerator } from '../_eeg/generator.ts'
import { openRecordingFile } from './open-file.ts'

export interface FrameSource {
  readonly channels: readonly Channel[]
  readonly rateHz: number
  /** Fills in physical values; false at the end. */
  next(frame: Float32Array): boolean
}

export function generatedFrames(options: {
  readonly channels: number
  readonly rateHz: number
  readonly seed: number
}): FrameSource {
  const { channels, rateHz, seed } = options
  const generator = new EegGenerator({ channels, rateHz, seed, mainsHz: 50 })
  return {
    channels: electrodeNames(channels).map((label) => physicalChannel(label, 'EEG', 'uV')),
    rateHz,
    next(frame) {
      generator.fill(frame, channels, 1)
      return true
    },
  }
}

/**
 * The first regular stream of a recording, held in memory.
 * @throws SynapseError file-…, when it cannot be read or has none
 */
export async function recordedFrames(path: string, loop: boolean): Promise<FrameSource> {
  const recording = await openRecordingFile(path)
  try {
    const stream = recording.streams.find(
      ({ info, samples }) => info.sampleFormat !== 'json' && info.nominalRateHz > 0 && samples > 0,
    )
    if (!stream) {
      throw new SynapseError('file-unreadable', `reading ${path}: it has no regular signal to send`)
    }
    const { channels, nominalRateHz } = stream.info
    const values = new Float32Array(stream.samples * channels.length)
    let at = 0
    for await (const item of recording.read()) {
      if (item.kind !== 'chunk' || item.stream !== stream.info.id) continue
      at = appendPhysical(item.chunk, channels, values, at)
    }
    return framesOf(values, channels, nominalRateHz, loop)
  } catch (error) {
    throw asSynapseError(error, `reading ${path}`)
  } finally {
    await recording.close()
  }
}

function appendPhysical(
  chunk: Chunk,
  channels: readonly Channel[],
  into: Float32Array,
  from: number,
): number {
  let at = from
  for (let f = 0; f < chunk.frames; f++) {
    for (const [c, { scale, offset }] of channels.entries()) {
      into[at++] = chunk.data[f * chunk.stride + c]! * scale + offset
    }
  }
  return at
}

function framesOf(
  values: Float32Array,
  channels: readonly Channel[],
  rateHz: number,
  loop: boolean,
): FrameSource {
  const width = channels.length
  let at = 0
  return {
    channels: channels.map((channel) => ({ ...channel, scale: 1, offset: 0 })),
    rateHz,
    next(frame) {
      if (at === values.length && loop) at = 0
      if (at === values.length) return false
      frame.set(values.subarray(at, at + width))
      at += width
      return true
    },
  }
}
