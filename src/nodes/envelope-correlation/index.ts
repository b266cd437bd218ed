/**
 * How much the amplitudes of two channels in a band rise and fall together: the correlation of
 * their envelopes over a window, one frame per hop. Orthogonalised after Hipp et al. (2012): from
 * each channel the part in phase with the other is removed, point by point, and the magnitudes of
 * the correlations of both directions are averaged (mne_connectivity.envelope_correlation). Points
 * at which a channel of the pair is not finite do not count. See `point-windows.ts` for gaps.
 */
import { type NodeDefinition, type NodeInstance, physicalChannel } from '../../signal/index.ts'
import { designHalfAmplitudeBand } from '../_analytic/band-taps.ts'
import { analyticAt } from '../_analytic/point-band.ts'
import { resolvePairs } from '../_connectivity/pairs.ts'
import { openPointWindows } from '../_connectivity/point-windows.ts'
import { planHops, planPoints } from '../_connectivity/window-plan.ts'
import { type EnvelopeCorrelationOptions, envelopeCorrelationOptions } from './options.ts'

const kind = 'envelope-correlation'
/** Number of points, then per correlation: sums of a, b, a², b², ab. */
const perCorrelation = 5

export const envelopeCorrelation: NodeDefinition<EnvelopeCorrelationOptions> = {
  id: 'envelope-correlation',
  title: 'Envelope correlation',
  help: 'Correlation of amplitude envelopes between pairs of channels in one band.',
  options: envelopeCorrelationOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per pair; unit 1.' }],
  cost: { work: 94, given: 0.032 },
  open(context): NodeInstance {
    const { id, options, memory } = context
    const input = context.inputs.in!
    const { lowHz, highHz, orthogonalised } = options
    const pairs = resolvePairs({ id, kind, input, pairs: options.pairs })
    const correlations = orthogonalised ? 2 : 1
    const perPair = 1 + perCorrelation * correlations
    const statistics = (perPair * pairs.length) / 2
    const request = { id, kind, input, ...options, statistics }
    const hops = planHops(request)
    const points = planPoints(request, { 'the band': { lowHz, highHz } })
    const taps = designHalfAmplitudeBand({ lowHz, highHz }, input.nominalRateHz)
    const count = input.channels.length
    const analytic = memory.float64(2 * count)

    return openPointWindows(context, {
      kind,
      input,
      channels: Array.from({ length: pairs.length / 2 }, (_, p) => {
        const [x, y] = [pairs[2 * p]!, pairs[2 * p + 1]!].map((c) => input.channels[c]!.label)
        return physicalChannel(`${x}-${y} envelope`, 'MISC', '1')
      }),
      averaging: options.averaging,
      ...hops,
      ...points,
      statistics,
      addPoint(history, oldest, sums) {
        analyticAt(history, oldest, count, taps, analytic)
        for (let p = 0, at = 0; p < pairs.length; p += 2, at += perPair) {
          addPair(analytic, 2 * pairs[p]!, 2 * pairs[p + 1]!, orthogonalised, sums, at)
        }
      },
      evaluate(sums, values) {
        for (let p = 0, at = 0; at < sums.length; p++, at += perPair) {
          const forth = correlationOf(sums, at, at + 1)
          values[p] = orthogonalised
            ? (Math.abs(forth) + Math.abs(correlationOf(sums, at, at + 1 + perCorrelation))) / 2
            : forth
        }
      },
    })
  },
}

/** Adds one point of the channels whose analytic values stand at `x` and `y`. */
function addPair(
  analytic: Float64Array,
  x: number,
  y: number,
  orthogonalised: boolean,
  sums: Float64Array,
  at: number,
): void {
  const xr = analytic[x]!
  const xi = analytic[x + 1]!
  const yr = analytic[y]!
  const yi = analytic[y + 1]!
  const lengthX = Math.sqrt(xr * xr + xi * xi)
  const lengthY = Math.sqrt(yr * yr + yi * yi)
  if (!Number.isFinite(lengthX + lengthY)) return
  sums[at] = sums[at]! + 1
  if (!orthogonalised) {
    addProducts(sums, at + 1, lengthX, lengthY)
    return
  }
  const apart = Math.abs(xr * yi - xi * yr)
  addProducts(sums, at + 1, lengthX > 0 ? apart / lengthX : 0, lengthX)
  addProducts(sums, at + 1 + perCorrelation, lengthY > 0 ? apart / lengthY : 0, lengthY)
}

function addProducts(sums: Float64Array, at: number, a: number, b: number): void {
  sums[at] = sums[at]! + a
  sums[at + 1] = sums[at + 1]! + b
  sums[at + 2] = sums[at + 2]! + a * a
  sums[at + 3] = sums[at + 3]! + b * b
  sums[at + 4] = sums[at + 4]! + a * b
}

/** Pearson's correlation; 0 where an envelope does not move. */
function correlationOf(sums: Float64Array, pointsAt: number, at: number): number {
  const points = sums[pointsAt]!
  if (points <= 0) return 0
  const a = sums[at]!
  const b = sums[at + 1]!
  const varianceA = sums[at + 2]! - (a * a) / points
  const varianceB = sums[at + 3]! - (b * b) / points
  const rounding = 1e-12
  if (varianceA <= rounding * sums[at + 2]! || varianceB <= rounding * sums[at + 3]!) return 0
  const correlation = (sums[at + 4]! - (a * b) / points) / Math.sqrt(varianceA * varianceB)
  return Math.max(-1, Math.min(1, correlation))
}
