/**
 * Which streams stand in one EDF file: those whose rates fit a common record, and whose clocks
 * agree so well that samples stand where they belong from the first to the last.
 */
import type { SurveyedStream } from '../export/survey.ts'
import { commonTick } from './record-length.ts'

export interface EdfGroup {
  /** The first one's samples are the clock of the file. */
  readonly members: readonly EdfMember[]
  readonly tickSeconds: number
  /** On the recording's clock. */
  readonly startTime: number
  /** Of a time on the recording's clock, in seconds since `startTime`, by the first one's samples. */
  secondsAt(time: number): number
}

export interface EdfMember {
  readonly stream: SurveyedStream
  readonly samplesPerTick: number
  /** Of its first sample, in samples since the start of the file. */
  readonly position: number
  /** Samples are this far from their time by the clock of the file, at most. */
  readonly maxShiftSeconds: number
}

/** EDFlib takes 640 signals, one of which are the annotations. */
export const maxChannels = 639
/** A shift of no more than this is no reason to part streams. */
const tolerableSeconds = 0.01

export function edfGroups(streams: readonly SurveyedStream[], maxTickValues: number): EdfGroup[] {
  const parts: SurveyedStream[][] = []
  for (const stream of streams) {
    const home = parts.find((part) => canJoin(part, stream, maxTickValues))
    if (home) home.push(stream)
    else parts.push([stream])
  }
  return parts.map(groupOf)
}

function canJoin(
  part: readonly SurveyedStream[],
  stream: SurveyedStream,
  maxTickValues: number,
): boolean {
  const all = [...part, stream]
  const channels = all.reduce((sum, { info }) => sum + info.channels.length, 0)
  if (channels > maxChannels) return false
  const tick = commonTick(all.map(({ info }) => info.nominalRateHz))
  if (!tick) return false
  const values = all.reduce((sum, { info }, i) => sum + info.channels.length * tick.samples[i]!, 0)
  if (values > maxTickValues) return false
  const { nominalRateHz } = stream.info
  const start = secondsBy(part[0]!, stream.runs[0]!.firstTime)
  const shift = maxShift(part[0]!, stream, start)
  return shift <= Math.max(0.5 / nominalRateHz, tolerableSeconds)
}

function groupOf(part: readonly SurveyedStream[]): EdfGroup {
  const reference = part[0]!
  const rate = reference.info.nominalRateHz
  const tick = commonTick(part.map(({ info }) => info.nominalRateHz))!
  const starts = part.map(({ runs }) => secondsBy(reference, runs[0]!.firstTime))
  // The first one's samples stay on the grid, so the start moves back by whole ones of them.
  const before = Math.ceil(-Math.min(...starts) * rate - 1e-6) / rate
  return {
    tickSeconds: tick.seconds,
    startTime: reference.runs[0]!.firstTime - before,
    secondsAt: (time) => secondsBy(reference, time) + before,
    members: part.map((stream, i) => {
      const position = Math.max(0, Math.round((starts[i]! + before) * stream.info.nominalRateHz))
      const start = position / stream.info.nominalRateHz - before
      return {
        stream,
        samplesPerTick: tick.samples[i]!,
        position,
        maxShiftSeconds: i === 0 ? 0 : maxShift(reference, stream, start),
      }
    }),
  }
}

/** Seconds since the first sample of `reference`, by the count of its samples. */
function secondsBy({ times, runs, info }: SurveyedStream, time: number): number {
  return (times.indexAt(time) - runs[0]!.firstSample) / info.nominalRateHz
}

function maxShift(reference: SurveyedStream, stream: SurveyedStream, start: number): number {
  const { firstSample } = stream.runs[0]!
  let most = 0
  for (const [index, time] of stream.times.pairs) {
    const own = start + (index - firstSample) / stream.info.nominalRateHz
    most = Math.max(most, Math.abs(secondsBy(reference, time) - own))
  }
  return most
}
