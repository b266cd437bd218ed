/**
 * Hjorth's parameters of every channel over a sliding window (Hjorth 1970): activity, the variance
 * (unit squared); mobility, √(variance of the steps / variance); complexity, the mobility of the
 * steps over the mobility. Steps are from sample to sample, so mobility is per sample, as in
 * antropy.hjorth_params. A constant window has 0 for all three. A window with a value that is not
 * finite gives NaN for that channel; after a gap values resume with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import {
  featureChannels,
  unitless,
  unitSquared,
  type WindowFeature,
} from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type HjorthOptions, hjorthNames, hjorthOptions } from './options.ts'

type HjorthName = HjorthOptions['features'][number]

export const hjorth: NodeDefinition<HjorthOptions> = {
  id: 'hjorth',
  title: 'Hjorth parameters',
  help: 'Activity, mobility and complexity over a sliding window.',
  options: hjorthOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and parameter.' }],
  cost: { work: 17, given: 0.048 },
  open(context) {
    const { features } = context.options
    const node = { id: context.id, kind: 'hjorth' }
    const found = new Float64Array(hjorthNames.length)
    const order = features.map((name) => hjorthNames.indexOf(name))
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 3 })
    return openWindowNode(context, {
      ...node,
      plan,
      work: {
        values: features.length,
        nanoseconds: 8 * plan.windowFrames,
        compute(segment, into, at) {
          findParameters(segment, found)
          for (let i = 0; i < order.length; i++) into[at + i] = found[order[i]!]!
        },
      },
      channels: (channel) => featureChannels(channel, features, described),
    })
  },
}

const described: Readonly<Record<HjorthName, Pick<WindowFeature, 'unit'>>> = {
  activity: { unit: unitSquared },
  mobility: { unit: unitless },
  complexity: { unit: unitless },
}

/** @param result in the order of `hjorthNames` */
function findParameters(segment: Float64Array, result: Float64Array): void {
  const n = segment.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += segment[i]!
  mean /= n
  // The mean step, and the mean step of the steps, come from the ends alone.
  const meanStep = (segment[n - 1]! - segment[0]!) / (n - 1)
  const lastStep = segment[n - 1]! - segment[n - 2]!
  const meanBend = (lastStep - (segment[1]! - segment[0]!)) / (n - 2)
  let level = (segment[0]! - mean) ** 2
  let steps = 0
  let bends = 0
  let previous = 0
  for (let i = 1; i < n; i++) {
    const step = segment[i]! - segment[i - 1]!
    level += (segment[i]! - mean) ** 2
    steps += (step - meanStep) ** 2
    if (i > 1) bends += (step - previous - meanBend) ** 2
    previous = step
  }
  level /= n
  steps /= n - 1
  bends /= n - 2
  const mobility = level > 0 ? Math.sqrt(steps / level) : 0
  result[0] = level
  result[1] = mobility
  result[2] = steps > 0 ? Math.sqrt(bends / steps) / mobility : 0
}
