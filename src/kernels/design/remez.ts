/**
 * The FIR filter with the smallest largest error: Remez exchange on the cosine polynomial, after
 * Parks & McClellan (1972). Frequencies are exchanged off the grid, so that the result is the
 * optimum itself and not the optimum over a grid.
 */
import { barycentricWeights, type Interpolant, interpolate } from './barycentric.ts'
import { checkTaps } from './fir.ts'

/** From `lowHz` to `highHz` the gain shall be `gain`; its error counts `weight` times (1). */
export interface GainBand {
  readonly lowHz: number
  readonly highHz: number
  readonly gain: number
  readonly weight?: number
}

/** An angular frequency with what is wanted there of the cosine polynomial. */
interface Point {
  readonly w: number
  readonly wanted: number
  readonly weight: number
}

interface Extremum extends Point {
  readonly error: number
}

const pointsPerRipple = 16
const mostRounds = 400
/** Share by which the largest error may exceed the optimum's. */
const settled = 1e-4
/** The work grows with the square of the taps. */
const mostTaps = 1501

/**
 * Linear-phase filter of `taps` coefficients over bands in rising order; the gaps between them are
 * left to the filter. As scipy.signal.remez of type bandpass, on an endlessly fine grid.
 * @throws RangeError naming the value and what is allowed, or when the exchange does not settle
 */
export function firByRemez(taps: number, bands: readonly GainBand[], rateHz: number): Float64Array {
  checkTaps(taps)
  if (taps > mostTaps) throw new RangeError(`${taps} taps: more than ${mostTaps} for this method`)
  checkBands(taps, bands, rateHz)
  const even = taps % 2 === 0
  const count = even ? taps / 2 : (taps + 1) / 2
  const grids = bands.map((band) => gridOf(band, bands, count, even, rateHz))
  const gain = exchange(grids, count)
  return tapsFrom(taps, (w) => (even ? Math.cos(w / 2) : 1) * gain(Math.cos(w)))
}

function checkBands(taps: number, bands: readonly GainBand[], rateHz: number): void {
  if (bands.length === 0) throw new RangeError('no bands: give at least one')
  let end = 0
  bands.forEach(({ lowHz, highHz, weight = 1 }, i) => {
    const name = `band ${lowHz}–${highHz} Hz`
    if (!(lowHz >= 0 && highHz <= rateHz / 2 && lowHz < highHz)) {
      throw new RangeError(`${name} does not rise within 0 and half the rate, ${rateHz / 2} Hz`)
    }
    if (i && lowHz <= end) throw new RangeError(`${name} begins before the one below ends: ${end}`)
    if (!(weight > 0)) throw new RangeError(`${name}: weight ${weight} is not above 0`)
    end = highHz
  })
  if (taps % 2 === 0 && end === rateHz / 2 && bands.at(-1)!.gain !== 0) {
    throw new RangeError(`${taps} taps cannot pass ${end} Hz; give an odd number of taps`)
  }
}

function gridOf(
  band: GainBand,
  bands: readonly GainBand[],
  count: number,
  even: boolean,
  rateHz: number,
): Point[] {
  const toAngle = (2 * Math.PI) / rateHz
  const total = bands.reduce((sum, { lowHz, highHz }) => sum + highHz - lowHz, 0)
  const low = band.lowHz * toAngle
  // An even filter is 0 at half the rate whatever its polynomial is there.
  const high = Math.min(band.highHz * toAngle, even ? Math.PI * (1 - 1e-6) : Math.PI)
  const share = (band.highHz - band.lowHz) / total
  const steps = Math.max(4, Math.ceil(share * count * pointsPerRipple))
  return Array.from({ length: steps + 1 }, (_, i) => {
    const w = low + ((high - low) * i) / steps
    const factor = even ? Math.cos(w / 2) : 1
    return { w, wanted: band.gain / factor, weight: (band.weight ?? 1) * factor }
  })
}

/** @returns the optimal polynomial in cos w */
function exchange(grids: readonly Point[][], count: number): (x: number) => number {
  const all = grids.flat()
  let extrema: readonly Point[] = Array.from(
    { length: count + 1 },
    (_, i) => all[Math.round((i * (all.length - 1)) / count)]!,
  )
  let before = Number.POSITIVE_INFINITY
  for (let round = 0; round < mostRounds; round++) {
    const { ripple, through } = levelled(extrema)
    const found = grids.flatMap((grid) => peaks(grid, through))
    const next = strongest(found, count + 1)
    const excess = Math.max(...next.map(({ error }) => Math.abs(error))) / Math.abs(ripple) - 1
    // Near the end rounding keeps the error from settling any further.
    if (excess <= 1e-10 || (excess <= settled && excess >= before)) {
      return (x) => interpolate(through, x)
    }
    before = excess
    extrema = next.length < count + 1 ? withOne(extrema, ripple, next) : next
  }
  throw new RangeError(
    `the exchange did not settle for ${2 * count} taps; give fewer taps or a wider transition`,
  )
}

/**
 * Far from the optimum there may be too few peaks to exchange all extrema: then only the highest
 * peak goes in, in place of a neighbour of its own sign.
 */
function withOne(
  extrema: readonly Point[],
  ripple: number,
  found: readonly Extremum[],
): readonly Point[] {
  const peak = found.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a))
  const signOf = (i: number) => Math.sign(i % 2 ? -ripple : ripple)
  const after = extrema.findIndex(({ w }) => w > peak.w)
  const isSame = (i: number) => signOf(i) === Math.sign(peak.error)
  if (after === 0) return isSame(0) ? extrema.with(0, peak) : [peak, ...extrema.slice(0, -1)]
  const last = extrema.length - 1
  if (after < 0) return isSame(last) ? extrema.with(last, peak) : [...extrema.slice(1), peak]
  return extrema.with(isSame(after) ? after : after - 1, peak)
}

/** The polynomial whose weighted error is ± the same ripple at every extremum. */
function levelled(extrema: readonly Point[]): { ripple: number; through: Interpolant } {
  const x = Float64Array.from(extrema, ({ w }) => Math.cos(w))
  const weights = barycentricWeights(x)
  let [over, under] = [0, 0]
  extrema.forEach(({ wanted, weight }, i) => {
    over += weights[i]! * wanted
    under += ((i % 2 ? -1 : 1) * weights[i]!) / weight
  })
  const ripple = over / under
  const y = Float64Array.from(
    extrema,
    ({ wanted, weight }, i) => wanted - ((i % 2 ? -1 : 1) * ripple) / weight,
  )
  return { ripple, through: { x, y, weights } }
}

/** Local maxima of the error's size along one band, refined between the points of the grid. */
function peaks(grid: readonly Point[], through: Interpolant): Extremum[] {
  const errors = grid.map((point) => errorAt(point, through))
  return grid.flatMap((point, i) => {
    const error = errors[i]!
    const sign = Math.sign(error)
    const isPeak = [errors[i - 1], errors[i + 1]].every(
      (e) => e === undefined || e * sign <= error * sign,
    )
    if (!isPeak || error === 0) return []
    if (i === 0 || i === grid.length - 1) return [{ ...point, error }]
    return [refined(grid, i, sign, through)]
  })
}

function errorAt({ w, wanted, weight }: Point, through: Interpolant): number {
  return weight * (wanted - interpolate(through, Math.cos(w)))
}

/**
 * The peak near point `i`: the vertex of a parabola through its neighbours, and once more through
 * points much nearer. An optimum hardly depends on the last digits of its extrema.
 */
function refined(grid: readonly Point[], i: number, sign: number, through: Interpolant): Extremum {
  const at = (w: number): Extremum => {
    const point = between(grid, i, w)
    return { ...point, error: errorAt(point, through) }
  }
  let best = at(grid[i]!.w)
  let reach = grid[i + 1]!.w - grid[i]!.w
  for (let step = 0; step < 2; step++, reach /= 16) {
    const left = at(best.w - reach).error
    const right = at(best.w + reach).error
    const bend = left - 2 * best.error + right
    if (bend * sign >= 0) break
    const move = (reach * (left - right)) / (2 * bend)
    const next = at(best.w + Math.max(-reach, Math.min(reach, move)))
    if (next.error * sign > best.error * sign) best = next
  }
  return best
}

/** What is wanted at `w` near point `i`: a band's product of gain and weight is constant. */
function between(grid: readonly Point[], i: number, w: number): Point {
  const { w: known, wanted, weight } = grid[i]!
  const isEven = grid[0]!.weight !== grid.at(-1)!.weight
  const factor = isEven ? Math.cos(w / 2) / Math.cos(known / 2) : 1
  return { w, wanted: wanted / factor, weight: weight * factor }
}

/** `count` extrema of alternating sign with the largest errors. */
function strongest(found: readonly Extremum[], count: number): Extremum[] {
  const kept: Extremum[] = []
  for (const each of found) {
    const last = kept.at(-1)
    if (!last || last.error * each.error < 0) kept.push(each)
    else if (Math.abs(each.error) > Math.abs(last.error)) kept[kept.length - 1] = each
  }
  const size = (i: number) => Math.abs(kept[i]?.error ?? Number.POSITIVE_INFINITY)
  while (kept.length > count) {
    const end = kept.length - 1
    if (kept.length === count + 1) {
      kept.splice(size(0) < size(end) ? 0 : end, 1)
      continue
    }
    let least = 0
    for (let i = 1; i <= end; i++) if (size(i) < size(least)) least = i
    // One inside goes with a neighbour, so that the signs still alternate.
    if (least === 0 || least === end) kept.splice(least, 1)
    else kept.splice(size(least - 1) < size(least + 1) ? least - 1 : least, 2)
  }
  return kept
}

/** Inverse Fourier transform of a real, even amplitude sampled at `taps` frequencies. */
function tapsFrom(taps: number, amplitude: (w: number) => number): Float64Array {
  const step = (2 * Math.PI) / taps
  const half = Math.ceil(taps / 2)
  const samples = Array.from({ length: half }, (_, k) => amplitude(k * step))
  const response = new Float64Array(taps)
  for (let i = 0; i < half; i++) {
    let sum = samples[0]!
    for (let k = 1; k < half; k++) {
      sum += 2 * samples[k]! * Math.cos(step * k * (i - (taps - 1) / 2))
    }
    response[i] = response[taps - 1 - i] = sum / taps
  }
  return response
}
