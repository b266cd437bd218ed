/**
 * Discrete prolate spheroidal sequences, the tapers of the multitaper estimate: the eigenvectors of
 * a tridiagonal matrix that commutes with the concentration problem. Computed once at open.
 * Slepian 1978, Bell Syst. Tech. J. 57, 1371–1430; Percival and Walden 1993, ch. 8.
 */
import { tridiagonalEigenvalue, tridiagonalEigenvector } from './tridiagonal.ts'

export interface Tapers {
  /** Each of `length` values and unit energy, the most concentrated first. */
  readonly tapers: readonly Float64Array[]
  /** Share of each taper's energy within ± its half bandwidth. */
  readonly ratios: readonly number[]
}

/**
 * As scipy.signal.windows.dpss(length, halfBandwidth, count, return_ratios=True), signs included.
 * @param halfBandwidth NW: time times half bandwidth; 2 × NW − 1 tapers are well concentrated
 * @throws RangeError when NW does not lie between 0 and length / 2, or there are not so many tapers
 */
export function dpss(length: number, halfBandwidth: number, count: number): Tapers {
  if (!(halfBandwidth > 0 && halfBandwidth < length / 2)) {
    throw new RangeError(`half bandwidth ${halfBandwidth} is not between 0 and ${length / 2}`)
  }
  if (!(count >= 1 && count <= length)) {
    throw new RangeError(`there are no ${count} tapers of ${length} values`)
  }
  const band = halfBandwidth / length
  const diagonal = Float64Array.from(
    { length },
    (_, i) => ((length - 1 - 2 * i) / 2) ** 2 * Math.cos(2 * Math.PI * band),
  )
  const beside = Float64Array.from(
    { length: length - 1 },
    (_, i) => ((i + 1) * (length - 1 - i)) / 2,
  )
  const tapers = Array.from({ length: count }, (_, k) => {
    const value = tridiagonalEigenvalue(diagonal, beside, length - 1 - k)
    return oriented(tridiagonalEigenvector(diagonal, beside, value), k)
  })
  return { tapers, ratios: tapers.map((taper) => concentration(taper, band)) }
}

/** Even tapers have a positive mean, odd ones begin with a positive lobe. */
function oriented(taper: Float64Array, k: number): Float64Array {
  const least = Math.max(1e-7, 1 / taper.length)
  const sign =
    k % 2 === 0
      ? taper.reduce((sum, value) => sum + value, 0)
      : (taper.find((value) => value * value > least) ?? 1)
  return sign < 0 ? taper.map((value) => -value) : taper
}

/** Energy within ± `band` (in cycles per sample): the taper's autocorrelation times a sinc. */
function concentration(taper: Float64Array, band: number): number {
  const n = taper.length
  let energy = 2 * band
  for (let lag = 1; lag < n; lag++) {
    let product = 0
    for (let i = lag; i < n; i++) product += taper[i]! * taper[i - lag]!
    energy += (product * 2 * Math.sin(2 * Math.PI * band * lag)) / (Math.PI * lag)
  }
  return energy
}
