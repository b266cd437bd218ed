/**
 * The first of the two passes of an export: what a header has to say before the first sample is
 * written, such as the lowest and highest value of every channel, and where the gaps are.
 */
import type { Chunk, Samples, StreamInfo } from '../../signal/index.ts'
import type { RecordedStream, Recording } from '../recording.ts'
import { TimeMap } from './time-map.ts'

export interface SurveyedStream {
  readonly info: StreamInfo
  readonly recorded: RecordedStream
  readonly samples: number
  /** Samples without a gap between them; never empty runs. */
  readonly runs: readonly SurveyedRun[]
  readonly channels: readonly SurveyedChannel[]
  readonly columns: {
    readonly deviceTime: boolean
    readonly sequence: boolean
    /** The arrival differs from the fitted time somewhere. */
    readonly hostTime: boolean
  }
  readonly times: TimeMap
}

export interface SurveyedRun {
  readonly firstSample: number
  readonly frames: number
  readonly firstTime: number
  readonly lastTime: number
}

/** Raw values, without scale and offset. */
export interface SurveyedChannel {
  /** Of the finite values; +∞ and −∞ where there are none. */
  readonly lowest: number
  readonly highest: number
  readonly notFinite: number
  /** Every finite value is a whole number. */
  readonly isWhole: boolean
}

/** @returns the numeric streams among `wanted`, in the recording's order */
export async function surveyRecording(
  recording: Recording,
  wanted: (stream: RecordedStream) => boolean,
): Promise<SurveyedStream[]> {
  const surveys = new Map<string, StreamSurvey>()
  for (const stream of recording.streams) {
    if (stream.info.sampleFormat !== 'json' && wanted(stream)) {
      surveys.set(stream.info.id, new StreamSurvey(stream))
    }
  }
  for await (const item of recording.read()) {
    if (item.kind === 'chunk') surveys.get(item.stream)?.add(item.chunk)
  }
  return [...surveys.values()].map((survey) => survey.finish())
}

class StreamSurvey {
  readonly #recorded: RecordedStream
  readonly #extent: ValueExtent
  readonly #runs: { -readonly [K in keyof SurveyedRun]: SurveyedRun[K] }[] = []
  readonly #times: TimeMap
  #deviceTime = false
  #sequence = false
  #hostTime = false

  constructor(recorded: RecordedStream) {
    this.#recorded = recorded
    this.#extent = newExtent(recorded.info.channels.length)
    this.#times = new TimeMap(recorded.info.nominalRateHz)
  }

  add(chunk: Chunk): void {
    const { firstSample, frames, time, hostTime } = chunk
    const lastTime = time[frames - 1]!
    const run = this.#runs.at(-1)
    if (run && run.firstSample + run.frames === firstSample) {
      run.frames += frames
      run.lastTime = lastTime
    } else this.#runs.push({ firstSample, frames, firstTime: time[0]!, lastTime })
    this.#times.add(firstSample, time[0]!)
    this.#times.add(firstSample + frames - 1, lastTime)
    this.#deviceTime ||= chunk.deviceTime !== null
    this.#sequence ||= chunk.sequence !== null
    for (let i = 0; i < frames && !this.#hostTime; i++) this.#hostTime = time[i] !== hostTime[i]
    surveyRows(this.#extent, chunk.data, chunk.stride, frames)
  }

  finish(): SurveyedStream {
    const { lowest, highest, notFinite, fractions } = this.#extent
    return {
      info: this.#recorded.info,
      recorded: this.#recorded,
      samples: this.#runs.reduce((sum, run) => sum + run.frames, 0),
      runs: this.#runs,
      channels: this.#recorded.info.channels.map((_, i) => ({
        lowest: lowest[i]!,
        highest: highest[i]!,
        notFinite: notFinite[i]!,
        isWhole: fractions[i] === 0,
      })),
      columns: {
        deviceTime: this.#deviceTime,
        sequence: this.#sequence,
        hostTime: this.#hostTime,
      },
      times: this.#times,
    }
  }
}

interface ValueExtent {
  readonly lowest: Float64Array
  readonly highest: Float64Array
  readonly notFinite: Float64Array
  readonly fractions: Float64Array
}

function newExtent(channels: number): ValueExtent {
  return {
    lowest: new Float64Array(channels).fill(Number.POSITIVE_INFINITY),
    highest: new Float64Array(channels).fill(Number.NEGATIVE_INFINITY),
    notFinite: new Float64Array(channels),
    fractions: new Float64Array(channels),
  }
}

const framesAtOnce = 32

/** A few frames of every channel, then the next few: what is read stays in the cache. */
function surveyRows(extent: ValueExtent, data: Samples, stride: number, frames: number): void {
  for (let first = 0; first < frames; first += framesAtOnce) {
    const end = Math.min(frames, first + framesAtOnce) * stride
    for (let channel = 0; channel < extent.lowest.length; channel++) {
      surveyChannel(extent, data, channel, first * stride + channel, end, stride)
    }
  }
}

function surveyChannel(
  { lowest, highest, notFinite, fractions }: ValueExtent,
  data: Samples,
  channel: number,
  from: number,
  end: number,
  stride: number,
): void {
  let low = lowest[channel]!
  let high = highest[channel]!
  let odd = 0
  let broken = 0
  for (let at = from; at < end; at += stride) {
    const value = data[at]!
    if (value - value !== 0) odd += 1
    else {
      if (value < low) low = value
      if (value > high) high = value
      if (value !== Math.floor(value)) broken += 1
    }
  }
  lowest[channel] = low
  highest[channel] = high
  notFinite[channel]! += odd
  fractions[channel]! += broken
}
