/**
 * Teager–Kaiser energy of every channel, averaged over a sliding window: the mean of
 * x[i]² − x[i−1] × x[i+1], in the channel's unit squared (Kaiser 1990). For A × sin(Ω i + φ) it is
 * A² sin²(Ω). A window with a value that is not finite gives NaN for that channel; after a gap
 * values resume with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { featureChannels, unitSquared, workOf } from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type TeagerKaiserOptions, teagerKaiserOptions } from './options.ts'

export const teagerKaiser: NodeDefinition<TeagerKaiserOptions> = {
  id: 'teager-kaiser',
  title: 'Teager–Kaiser energy',
  help: 'Energy that weighs amplitude and frequency alike, averaged over a sliding window.',
  options: teagerKaiserOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, best high-passed.' }],
  outputs: [{ name: 'out', help: 'One value per channel, unit squared.' }],
  cost: { work: 13, given: 0.016 },
  open(context) {
    const node = { id: context.id, kind: 'teager-kaiser' }
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 3 })
    const feature = { unit: unitSquared, nanoseconds: 2 * plan.windowFrames, of: meanEnergy }
    return openWindowNode(context, {
      ...node,
      plan,
      work: workOf([feature]),
      channels: (channel) => featureChannels(channel, ['energy'], { energy: feature }),
    })
  },
}

function meanEnergy(segment: Float64Array): number {
  let sum = 0
  for (let i = 1; i < segment.length - 1; i++) {
    sum += segment[i]! * segment[i]! - segment[i - 1]! * segment[i + 1]!
  }
  return sum / (segment.length - 2)
}
