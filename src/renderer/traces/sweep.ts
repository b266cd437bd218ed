/**
 * Where a moment stands on a screen that is swept over and over from left to right: the pen
 * overwrites what it drew one pass ago, with a gap ahead of it.
 */

/** Share of the screen that is blank ahead of the pen. */
const blankShare = 0.015

/** Which pass over the screen a moment belongs to. */
export function passOf(time: number, seconds: number): number {
  return Math.floor(time / seconds)
}

export function sweepX(time: number, seconds: number, width: number): number {
  return ((time - passOf(time, seconds) * seconds) / seconds) * width
}

export function blankSeconds(seconds: number): number {
  return seconds * blankShare
}

export interface Strip {
  readonly x0: number
  readonly x1: number
}

/** The parts of the screen that the pen passes between two moments: one, or two around an edge. */
export function stripsBetween(from: number, to: number, seconds: number, width: number): Strip[] {
  if (to <= from) return []
  if (to - from >= seconds) return [{ x0: 0, x1: width }]
  const x0 = sweepX(from, seconds, width)
  const x1 = sweepX(to, seconds, width)
  if (passOf(from, seconds) === passOf(to, seconds)) return [{ x0, x1 }]
  return x1 > 0
    ? [
        { x0, x1: width },
        { x0: 0, x1 },
      ]
    : [{ x0, x1: width }]
}

/** Positions `from` up to `to`, drawn as one line; it begins at the bin before if `joined`. */
export interface Run {
  readonly from: number
  readonly to: number
  readonly joined: boolean
}

interface Timed {
  readonly start: number
  readonly gaps: readonly { readonly position: number }[]
  timeAt(position: number): number
}

/**
 * Cuts a range of bins where the screen ends and where bins are missing: no line crosses either.
 * @param oldest bins before this time are not on the screen, and nothing is joined to them
 */
export function runsOf(
  buffer: Timed,
  from: number,
  to: number,
  seconds: number,
  oldest = Number.NEGATIVE_INFINITY,
): Run[] {
  const runs: Run[] = []
  const broken = new Set(buffer.gaps.map(({ position }) => position))
  const joins = (position: number) =>
    position > buffer.start &&
    !broken.has(position) &&
    buffer.timeAt(position - 1) >= oldest &&
    passOf(buffer.timeAt(position - 1), seconds) === passOf(buffer.timeAt(position), seconds)
  let begin = from
  for (let position = from + 1; position < to; position++) {
    if (joins(position)) continue
    runs.push({ from: begin, to: position, joined: joins(begin) })
    begin = position
  }
  if (begin < to) runs.push({ from: begin, to, joined: joins(begin) })
  return runs
}

/** Seconds between two labels of the time axis. */
export function axisStep(seconds: number): number {
  return [0.2, 0.5, 1, 2, 5, 10].find((each) => seconds / each <= 10) ?? 10
}
