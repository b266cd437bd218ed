/** A line through log power over log frequency that peaks above it do not bend. */

export interface FallingLine {
  exponent: number
  offset: number
}

/** Of the points, this share of the lowest is fitted the second time. */
const lowestShare = 0.025

/**
 * @returns a function of a density and the index of its bin that belongs to `logHz[0]`; its answer
 * is rewritten by every call
 */
export function newRobustLine(
  logHz: Float64Array,
): (density: Float64Array, first: number) => FallingLine {
  const count = logHz.length
  const logPower = new Float64Array(count)
  const excess = new Float64Array(count)
  const sorted = new Float64Array(count)
  const line = { exponent: 0, offset: 0 }
  return (density, first) => {
    for (let i = 0; i < count; i++) {
      const power = density[first + i]!
      if (power <= 0) {
        line.exponent = 0
        line.offset = 0
        return line
      }
      logPower[i] = Math.log10(power)
    }
    fitBelow(logHz, logPower, excess, Number.POSITIVE_INFINITY, line)
    // What lies under the line lies on it: only what rises above it counts as excess.
    for (let i = 0; i < count; i++) {
      const onLine = line.offset - line.exponent * logHz[i]!
      excess[i] = Math.max(0, logPower[i]! - onLine)
    }
    sorted.set(excess)
    sorted.sort()
    fitBelow(logHz, logPower, excess, percentile(sorted, lowestShare), line)
    return line
  }
}

/** Least squares over the points whose excess is at most `most`. */
function fitBelow(
  x: Float64Array,
  y: Float64Array,
  excess: Float64Array,
  most: number,
  line: FallingLine,
): void {
  let n = 0
  let sx = 0
  let sy = 0
  for (let i = 0; i < x.length; i++) {
    if (excess[i]! > most) continue
    n++
    sx += x[i]!
    sy += y[i]!
  }
  let sxx = 0
  let sxy = 0
  for (let i = 0; i < x.length; i++) {
    if (excess[i]! > most) continue
    sxx += (x[i]! - sx / n) ** 2
    sxy += (x[i]! - sx / n) * y[i]!
  }
  // A single point has no slope: the line found before stands.
  if (sxx === 0) return
  line.exponent = -sxy / sxx
  line.offset = sy / n + (line.exponent * sx) / n
}

/** Linear between the two values around it, as numpy.percentile. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (place - below)
}
