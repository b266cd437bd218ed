/**
 * Moments of every channel over a sliding window: mean and standard deviation (channel's unit),
 * variance (unit squared), skewness and excess kurtosis (no unit; 0 for a normal distribution).
 * All are the moments of the window itself, divided by n and not n − 1: as numpy.var(ddof=0),
 * scipy.stats.skew and kurtosis with their defaults. A constant window has skewness and kurtosis
 * 0. A window with a value that is not finite gives NaN for that channel; after a gap values
 * resume with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import {
  featureChannels,
  sameUnit,
  unitless,
  unitSquared,
  type WindowFeature,
} from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type MomentsOptions, momentNames, momentsOptions } from './options.ts'

type MomentName = MomentsOptions['features'][number]

export const moments: NodeDefinition<MomentsOptions> = {
  id: 'moments',
  title: 'Moments',
  help: 'Mean, variance, standard deviation, skewness and kurtosis over a sliding window.',
  options: momentsOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and moment.' }],
  cost: { work: 15, given: 0.079 },
  open(context) {
    const { features } = context.options
    const node = { id: context.id, kind: 'moments' }
    const found = new Float64Array(momentNames.length)
    const order = features.map((name) => momentNames.indexOf(name))
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 2 })
    return openWindowNode(context, {
      ...node,
      plan,
      work: {
        values: features.length,
        nanoseconds: 6 * plan.windowFrames,
        compute(segment, into, at) {
          findMoments(segment, found)
          for (let i = 0; i < order.length; i++) into[at + i] = found[order[i]!]!
        },
      },
      channels: (channel) => featureChannels(channel, features, described),
    })
  },
}

const described: Readonly<Record<MomentName, Pick<WindowFeature, 'unit'>>> = {
  mean: { unit: sameUnit },
  variance: { unit: unitSquared },
  std: { unit: sameUnit },
  skewness: { unit: unitless },
  kurtosis: { unit: unitless },
}

/**
 * Two passes: the first for the mean, so that an electrode's offset costs no digits.
 * @param result in the order of `momentNames`
 */
function findMoments(segment: Float64Array, result: Float64Array): void {
  const n = segment.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += segment[i]!
  mean /= n
  let m2 = 0
  let m3 = 0
  let m4 = 0
  for (let i = 0; i < n; i++) {
    const d = segment[i]! - mean
    const square = d * d
    m2 += square
    m3 += square * d
    m4 += square * square
  }
  m2 /= n
  result[0] = mean
  result[1] = m2
  result[2] = Math.sqrt(m2)
  const isConstant = m2 <= (Number.EPSILON * Math.abs(mean)) ** 2
  result[3] = isConstant ? 0 : m3 / n / m2 ** 1.5
  result[4] = isConstant ? 0 : m4 / n / (m2 * m2) - 3
}
