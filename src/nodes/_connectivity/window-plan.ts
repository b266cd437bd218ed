/** From the options in seconds to hops and points, with what is refused, for measures over points. */
import type { StreamInfo } from '../../signal/index.ts'
import { halfAmplitudeTaps, mostTaps } from '../_analytic/band-taps.ts'
import { rateOf, refusal } from '../_opening/refusal.ts'

/** Statistics kept per node at most: 64 MB. */
const maxStatistics = 2 ** 23

interface BandEdges {
  readonly lowHz: number
  readonly highHz: number
}

interface WindowRequest {
  readonly id: string
  readonly kind: string
  readonly input: StreamInfo
  readonly hopSeconds: number
  readonly windowSeconds: number
  readonly averaging: 'sliding' | 'exponential'
  /** Sums per hop. */
  readonly statistics: number
}

/** @throws SynapseError graph-invalid */
export function planHops(request: WindowRequest): { hopFrames: number; hops: number } {
  const { input, hopSeconds, windowSeconds, averaging, statistics } = request
  const rate = rateOf(request, input)
  const hopFrames = Math.max(1, Math.round(hopSeconds * rate))
  const hops = Math.round((windowSeconds * rate) / hopFrames)
  if (hops < 1) {
    throw refusal(
      request,
      `windowSeconds = ${windowSeconds} is shorter than a hop`,
      `Make it at least ${hopSeconds} s.`,
    )
  }
  const kept = statistics * (averaging === 'sliding' ? hops : 1)
  if (kept > maxStatistics) {
    throw refusal(
      request,
      `windowSeconds = ${windowSeconds} in hops of ${hopSeconds} s keeps ${kept} sums, at most ${maxStatistics} are allowed`,
      'Take fewer pairs, longer hops, or averaging = "exponential".',
    )
  }
  return { hopFrames, hops }
}

/**
 * Taps of the longest filter, and how many samples pass from one point to the next: eight points
 * per period of the widest band's envelope.
 * @throws SynapseError graph-invalid for a band that the rate cannot carry
 */
export function planPoints(
  request: WindowRequest,
  bands: Readonly<Record<string, BandEdges>>,
): { historyFrames: number; step: number } {
  const rate = request.input.nominalRateHz
  for (const [name, { lowHz, highHz }] of Object.entries(bands)) {
    if (highHz >= rate / 2) {
      throw refusal(
        request,
        `${name} reaches ${highHz} Hz, but "${request.input.name}" runs at ${rate} Hz`,
        `Keep it below ${rate / 2} Hz.`,
      )
    }
    if (lowHz >= highHz) throw refusal(request, `${name}: lowHz = ${lowHz} is not below highHz`)
    const taps = halfAmplitudeTaps({ lowHz, highHz }, rate)
    if (taps > mostTaps) {
      throw refusal(
        request,
        `${name} from ${lowHz} to ${highHz} Hz takes ${taps} taps at ${rate} Hz, at most ${mostTaps} are allowed`,
        'Make it wider, or lower the rate in front.',
      )
    }
  }
  const edges = Object.values(bands)
  const width = Math.max(...edges.map(({ lowHz, highHz }) => highHz - lowHz))
  return {
    historyFrames: Math.max(...edges.map((band) => halfAmplitudeTaps(band, rate))),
    step: Math.max(1, Math.floor(rate / (8 * width))),
  }
}
