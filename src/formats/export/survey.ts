/**
 * The first of the two passes of an export: what a header has to say before the first sample is
 * written, such as the lowest and highest value of every channel, and where the gaps are.
 */
import { ChannelSurvey } from '../../kernels/index.ts'
import type { Chunk, StreamInfo } from '../../signal/index.ts'
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
  readonly #values: ChannelSurvey
  readonly #runs: { -readonly [K in keyof SurveyedRun]: SurveyedRun[K] }[] = []
  readonly #times: TimeMap
  #deviceTime = false
  #sequence = false
  #hostTime = false

  constructor(recorded: RecordedStream) {
    this.#recorded = recorded
    this.#values = new ChannelSurvey(recorded.info.channels.length)
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
    if (time !== hostTime) {
      for (let i = 0; i < frames && !this.#hostTime; i++) this.#hostTime = time[i] !== hostTime[i]
    }
    this.#values.add(chunk.data, frames, chunk.stride)
  }

  finish(): SurveyedStream {
    const values = this.#values
    return {
      info: this.#recorded.info,
      recorded: this.#recorded,
      samples: this.#runs.reduce((sum, run) => sum + run.frames, 0),
      runs: this.#runs,
      channels: this.#recorded.info.channels.map((_, i) => ({
        lowest: values.lowest(i),
        highest: values.highest(i),
        notFinite: values.notFinite(i),
        isWhole: values.isWhole(i),
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
