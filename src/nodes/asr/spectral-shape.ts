/**
 * How ASR weighs frequencies when it judges a signal: drift, blinks and muscle more than alpha and
 * beta. The filter of clean_rawdata (Kothe & Jung 2016), designed anew for every rate; only what is
 * judged goes through it, not what comes out.
 */
import { type MagnitudePoint, type Section, sectionsByYuleWalker } from '../../kernels/index.ts'

const order = 8
/** At other rates a filter of this order does not come near to the wanted response. */
export const shapingRates = { least: 100, most: 512 } as const

export function canShape(rateHz: number): boolean {
  return rateHz >= shapingRates.least && rateHz <= shapingRates.most
}

export function shapingSections(rateHz: number): Section[] {
  const half = rateHz / 2
  const corners: readonly (readonly [number, number])[] = [
    [0, 3],
    [2, 0.75],
    [3, 0.33],
    [13, 0.33],
    [16, 1],
    [40, 1],
    [Math.min(80, half - 1), 3],
    [half, 3],
  ]
  const points = corners.map(([hz, gain]): MagnitudePoint => ({ hz, gain }))
  return sectionsByYuleWalker(order, points, rateHz)
}
