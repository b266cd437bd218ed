/**
 * Line length of every channel over a sliding window: Σ |x[i] − x[i−1]|, in the channel's unit
 * (Esteller et al. 2001). It grows with amplitude and with frequency, and is the classic feature
 * of seizure detectors. A window with a value that is not finite gives NaN for that channel; after
 * a gap values resume with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { featureChannels, sameUnit, workOf } from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type LineLengthOptions, lineLengthOptions } from './options.ts'

export const lineLength: NodeDefinition<LineLengthOptions> = {
  id: 'line-length',
  title: 'Line length',
  help: 'Sum of the absolute steps from sample to sample over a sliding window.',
  options: lineLengthOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel, in its unit.' }],
  cost: { work: 12, given: 0.016 },
  open(context) {
    const node = { id: context.id, kind: 'line-length' }
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 2 })
    const feature = { unit: sameUnit, nanoseconds: 2 * plan.windowFrames, of: lengthOf }
    return openWindowNode(context, {
      ...node,
      plan,
      work: workOf([feature]),
      channels: (channel) => featureChannels(channel, ['length'], { length: feature }),
    })
  },
}

function lengthOf(segment: Float64Array): number {
  let sum = 0
  for (let i = 1; i < segment.length; i++) sum += Math.abs(segment[i]! - segment[i - 1]!)
  return sum
}
