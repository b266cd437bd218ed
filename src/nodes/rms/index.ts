/**
 * Root mean square of every channel over a sliding window: √(Σ x² / n), in the channel's unit. An
 * offset counts; put a high-pass in front to leave it out. A window with a value that is not
 * finite gives NaN for that channel; after a gap values resume with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { featureChannels, sameUnit, workOf } from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type RmsOptions, rmsOptions } from './options.ts'

export const rms: NodeDefinition<RmsOptions> = {
  id: 'rms',
  title: 'Root mean square',
  help: 'Root mean square of every channel over a sliding window.',
  options: rmsOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel, in its unit.' }],
  cost: { work: 12, given: 0.016 },
  open(context) {
    const node = { id: context.id, kind: 'rms' }
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 1 })
    const feature = { unit: sameUnit, nanoseconds: 2 * plan.windowFrames, of: rootMeanSquare }
    return openWindowNode(context, {
      ...node,
      plan,
      work: workOf([feature]),
      channels: (channel) => featureChannels(channel, ['rms'], { rms: feature }),
    })
  },
}

function rootMeanSquare(segment: Float64Array): number {
  let sum = 0
  for (let i = 0; i < segment.length; i++) sum += segment[i]! * segment[i]!
  return Math.sqrt(sum / segment.length)
}
