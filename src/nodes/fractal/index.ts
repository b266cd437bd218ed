/**
 * Fractal dimension of every channel over a sliding window, estimated after Higuchi (1988), Katz
 * (1988) or Petrosian (1995); no unit, as antropy.higuchi_fd, katz_fd and petrosian_fd. A constant
 * window, which has no dimension to estimate, gives 0 by Higuchi and Katz. A window with a value
 * that is not finite gives NaN for that channel; after a gap values resume with the first full
 * window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { featureChannels, workOf } from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { fractalFeatures } from './fractal-dimension.ts'
import { type FractalOptions, fractalOptions } from './options.ts'

export const fractal: NodeDefinition<FractalOptions> = {
  id: 'fractal',
  title: 'Fractal dimension',
  help: 'Fractal dimension by Higuchi, Katz or Petrosian over a sliding window.',
  options: fractalOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and estimate.' }],
  cost: { work: 120, given: 0.048 },
  open(context) {
    const { features, higuchiMost } = context.options
    const node = { id: context.id, kind: 'fractal' }
    const fewest = Math.max(4, features.includes('higuchi') ? higuchiMost * 2 : 0)
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest })
    const known = fractalFeatures(plan.windowFrames, higuchiMost, context.memory)
    return openWindowNode(context, {
      ...node,
      plan,
      work: workOf(features.map((name) => known[name])),
      channels: (channel) => featureChannels(channel, features, known),
    })
  },
}
