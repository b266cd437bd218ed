/** The ratio of two rates in whole numbers, and the low pass between them. */
import { firByWindow, kaiserPlan } from '../../kernels/index.ts'

/** Rates whose ratio needs greater numbers have too long a filter to be worth it. */
const mostTerm = 4096

export interface Ratio {
  readonly up: number
  readonly down: number
}

/**
 * up / down = outHz / inHz in lowest terms, by continued fractions.
 * @throws RangeError naming the nearest rate that has such a ratio
 */
export function ratioOf(inHz: number, outHz: number): Ratio {
  const wanted = outHz / inHz
  let [before, up] = [0, 1]
  let [downBefore, down] = [1, 0]
  let rest = wanted
  for (let i = 0; i < 40; i++) {
    const whole = Math.floor(rest)
    const [nextUp, nextDown] = [whole * up + before, whole * down + downBefore]
    if (nextUp > mostTerm || nextDown > mostTerm) break
    ;[before, up, downBefore, down] = [up, nextUp, down, nextDown]
    if (up > 0 && Math.abs(up * inHz - down * outHz) <= 1e-9 * down * outHz) return { up, down }
    rest = 1 / (rest - whole)
  }
  const near = up > 0 && down > 0 ? `; the nearest that is, is ${(inHz * up) / down} Hz` : ''
  throw new RangeError(
    `rateHz = ${outHz} is no ratio of numbers up to ${mostTerm} to the input's ${inHz} Hz${near}`,
  )
}

/**
 * Kaiser-windowed low pass at `up` times the input's rate, flat up to `passShare` of half the
 * lower rate and stopping from that half on. Its middle lies a whole number of input samples after
 * its start. Every phase sums to 1, so that an electrode's offset passes without a trace of the
 * ratio's rhythm; scipy.signal.resample_poly leaves one.
 */
export function lowPass(
  inHz: number,
  { up, down }: Ratio,
  { passShare, attenuationDb }: { readonly passShare: number; readonly attenuationDb: number },
): { readonly taps: Float64Array; readonly delaySamples: number } {
  if (up === down) return { taps: Float64Array.of(1), delaySamples: 0 }
  const rateHz = inHz * up
  const half = Math.min(inHz, (inHz * up) / down) / 2
  const plan = kaiserPlan(attenuationDb, (1 - passShare) * half, rateHz)
  const delaySamples = Math.ceil((plan.taps - 1) / 2 / up)
  const cutHz = ((1 + passShare) / 2) * half
  const taps = firByWindow(2 * delaySamples * up + 1, { kind: 'low', cutHz }, plan, rateHz)
  for (let phase = 0; phase < up; phase++) {
    let sum = 0
    for (let i = phase; i < taps.length; i += up) sum += taps[i]!
    for (let i = phase; i < taps.length; i += up) taps[i] = taps[i]! / sum
  }
  return { taps, delaySamples }
}
