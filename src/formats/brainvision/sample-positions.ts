/**
 * Where samples stand in a BrainVision data file, which knows no gaps: a gap is filled, so that
 * what follows stays in its place, or, where that would take too long, a new segment begins.
 */
import type { SurveyedStream } from '../export/survey.ts'

const longestFillSeconds = 600

export function isFilled(lostSamples: number, rateHz: number): boolean {
  return lostSamples <= longestFillSeconds * rateHz
}

export interface FileSegment {
  readonly firstSample: number
  readonly firstTime: number
  /** Of its first sample in the file, from 0. */
  readonly position: number
  /** With what is filled in. */
  readonly frames: number
}

export function fileSegments({ runs, info }: SurveyedStream): FileSegment[] {
  const segments: { -readonly [K in keyof FileSegment]: FileSegment[K] }[] = []
  for (const { firstSample, frames, firstTime } of runs) {
    const last = segments.at(-1)
    const lost = last ? firstSample - last.firstSample - last.frames : 0
    if (last && isFilled(lost, info.nominalRateHz)) last.frames += lost + frames
    else {
      const position = last ? last.position + last.frames : 0
      segments.push({ firstSample, firstTime, position, frames })
    }
  }
  return segments
}

export function positionOf(segments: readonly FileSegment[], index: number): number {
  let low = 0
  let high = segments.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (segments[middle]!.firstSample <= index) low = middle
    else high = middle
  }
  const { firstSample, position, frames } = segments[low]!
  return position + Math.min(Math.max(0, Math.round(index - firstSample)), frames - 1)
}
