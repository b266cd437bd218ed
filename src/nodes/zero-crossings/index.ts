/**
 * How often every channel changes its sign within a sliding window, from one sample to the next
 * (Kedem 1986); zero counts as positive. By default the window's mean is taken off first. A
 * window with a value that is not finite gives NaN for that channel; after a gap values resume
 * with the first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { featureChannels, unitless, workOf } from '../_window/feature-set.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type ZeroCrossingsOptions, zeroCrossingsOptions } from './options.ts'

export const zeroCrossings: NodeDefinition<ZeroCrossingsOptions> = {
  id: 'zero-crossings',
  title: 'Zero crossings',
  help: 'Number of sign changes over a sliding window.',
  options: zeroCrossingsOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One count per channel.' }],
  cost: { work: 21, given: 0.016 },
  open(context) {
    const node = { id: context.id, kind: 'zero-crossings' }
    const plan = planWindow(node, context.inputs.in!, context.options, { fewest: 2 })
    const aboutMean = context.options.level === 'mean'
    const feature = {
      unit: unitless,
      nanoseconds: 3 * plan.windowFrames,
      of: (segment: Float64Array) => crossingsOf(segment, aboutMean ? meanOf(segment) : 0),
    }
    return openWindowNode(context, {
      ...node,
      plan,
      work: workOf([feature]),
      channels: (channel) => featureChannels(channel, ['crossings'], { crossings: feature }),
    })
  },
}

function meanOf(segment: Float64Array): number {
  let sum = 0
  for (let i = 0; i < segment.length; i++) sum += segment[i]!
  return sum / segment.length
}

function crossingsOf(segment: Float64Array, level: number): number {
  let count = 0
  for (let i = 1; i < segment.length; i++) {
    if (segment[i]! < level !== segment[i - 1]! < level) count++
  }
  return count
}
