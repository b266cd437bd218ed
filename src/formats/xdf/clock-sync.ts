/**
 * From a stream's own clock to the recorder's, by the offsets that were measured while recording.
 * The method is that of pyxdf (Kothe et al.): offsets are split where the clock was reset, and a
 * line is laid through each part with the Huber loss, so that a measurement that got stuck in the
 * network does not bend it.
 */

export interface ClockOffsets {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** One line: recorder's time = time + intercept + slope × time. */
interface ClockLine {
  readonly intercept: number
  readonly slope: number
  /** First and last time of the measurements behind it. */
  readonly start: number
  readonly end: number
}

/** Offsets that differ by more than this, in seconds, count as outliers. */
const outlierSeconds = 0.0001

export class ClockSync {
  readonly #lines: readonly ClockLine[]

  constructor(offsets: ClockOffsets) {
    this.#lines = segments(offsets).map(([from, to]) => line(offsets, from, to))
  }

  /** Resets split a stream's time; then the line depends on where in the stream a stamp stands. */
  get hasResets(): boolean {
    return this.#lines.length > 1
  }

  /** Stamps must be given in the order of the stream. */
  newPass(): (time: number) => number {
    const lines = this.#lines
    if (lines.length === 0) return (time) => time
    let current = 0
    return (time) => {
      while (
        current + 1 < lines.length &&
        closerToNext(time, lines[current]!, lines[current + 1]!)
      ) {
        current += 1
      }
      const { intercept, slope } = lines[current]!
      return time + (intercept + slope * time)
    }
  }
}

function closerToNext(time: number, current: ClockLine, next: ClockLine): boolean {
  return Math.abs(time - current.end) >= Math.abs(time - next.start)
}

function line({ times, values }: ClockOffsets, from: number, to: number): ClockLine {
  const start = times[from]!
  const end = times[to]!
  const first = values[from]!
  let constant = true
  for (let i = from + 1; i <= to && constant; i++) constant = values[i] === first
  // A clock that is the recorder's own must come out bit for bit.
  if (constant) return { intercept: first, slope: 0, start, end }
  return { ...robustLine(times.slice(from, to + 1), values.slice(from, to + 1)), start, end }
}

/** Ranges of offsets, inclusive, between which the clock was reset. */
function segments({ times, values }: ClockOffsets): [number, number][] {
  if (times.length === 0) return []
  const timeSteps = steps(times)
  const timeGlitch = glitches(timeSteps, 5, 5)
  const valueGlitch = glitches(steps(values), 10, 1)
  const ranges: [number, number][] = []
  let start = 0
  for (let i = 0; i < timeSteps.length; i++) {
    if (timeSteps[i]! < 0 || (timeGlitch[i] && valueGlitch[i])) {
      ranges.push([start, i])
      start = i + 1
    }
  }
  ranges.push([start, times.length - 1])
  return ranges
}

function steps(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - values[i]!)
}

/** Steps that stand out from the others by so many median deviations and so many seconds. */
function glitches(diffs: readonly number[], deviations: number, seconds: number): boolean[] {
  const middle = median(diffs)
  const shifts = diffs.map((diff) => Math.abs(diff - middle))
  const deviation = median(shifts) + Number.EPSILON
  return shifts.map((shift) => shift / deviation > deviations && shift > seconds)
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

const maxIterations = 1000

/**
 * Minimises the Huber loss of a line by the alternating direction method of multipliers (Boyd et
 * al. 2011, section 6.1.1), with the two normal equations solved in closed form.
 */
function robustLine(
  times: readonly number[],
  values: readonly number[],
): { intercept: number; slope: number } {
  const n = times.length
  const origin = times.reduce((least, time) => Math.min(least, time))
  const x = Float64Array.from(times, (time) => (time - origin) / outlierSeconds)
  const y = Float64Array.from(values, (value) => value / outlierSeconds)
  const sumX = x.reduce((sum, each) => sum + each, 0)
  const meanX = sumX / n
  const spread = x.reduce((sum, each) => sum + (each - meanX) ** 2, 0)
  if (!(spread > 0)) return { intercept: 0, slope: 0 }
  const z = new Float64Array(n)
  const u = new Float64Array(n)
  let slope = 0
  let intercept = 0
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    let sum = 0
    let moment = 0
    for (let i = 0; i < n; i++) {
      const target = y[i]! + z[i]! - u[i]!
      sum += target
      moment += (x[i]! - meanX) * target
    }
    const nextSlope = moment / spread
    const nextIntercept = sum / n - nextSlope * meanX
    const settled = nextSlope === slope && nextIntercept === intercept
    slope = nextSlope
    intercept = nextIntercept
    for (let i = 0; i < n; i++) {
      const d = intercept + slope * x[i]! - y[i]! + u[i]!
      const shrink = d === 0 ? 0 : Math.max(0, 1 - 2 / Math.abs(d))
      z[i] = d / 2 + (shrink * d) / 2
      u[i] = d - z[i]!
    }
    if (settled && iteration > 1) break
  }
  return { intercept: (intercept - slope * (origin / outlierSeconds)) * outlierSeconds, slope }
}
