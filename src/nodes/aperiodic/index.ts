/**
 * The aperiodic part of the spectrum of every channel over a sliding window: power falls as
 * 10^offset / f^exponent. Welch's spectrum (Hann taper, half overlap) is fitted with a line over
 * log10 f and log10 power, and again over the points that lie lowest under the first line, so that
 * peaks do not bend it: the robust fit of Donoghue et al. 2020 ("fixed" mode, 2.5th percentile).
 * `offset` is log10 of unit squared per Hz at 1 Hz. A window without any power at some frequency
 * has exponent and offset 0. A window with a value that is not finite gives NaN for that channel;
 * after a gap values resume with the first full window.
 */
import { type Channel, type NodeDefinition, physicalChannel } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { densityWork, newWelch } from '../_spectrum/density.ts'
import { binRange } from '../_spectrum/frequency-range.ts'
import { segmentFramesOf } from '../_spectrum/welch-segment.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type AperiodicOptions, aperiodicOptions } from './options.ts'
import { newRobustLine } from './robust-line.ts'

const fewestBins = 8

export const aperiodic: NodeDefinition<AperiodicOptions> = {
  id: 'aperiodic',
  title: 'Aperiodic slope',
  help: 'How steeply power falls with frequency (1/f), peaks left aside.',
  options: aperiodicOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, not filtered within the range.' }],
  outputs: [{ name: 'out', help: 'Exponent and offset for each channel.' }],
  cost: { work: 300, given: 0.008 },
  open(context) {
    const { features, lowHz, highHz } = context.options
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'aperiodic' }
    const plan = planWindow(node, input, context.options, { fewest: 8 })
    const frames = segmentFramesOf(node, plan, context.options)
    const range = binRange(node, input, context.options, frames)
    // 0 Hz has no logarithm.
    const first = Math.max(1, range.first)
    if (range.end - first < fewestBins) {
      throw refusal(
        node,
        `lowHz to highHz = ${lowHz} to ${highHz} Hz holds ${range.end - first} bins`,
        `Choose a range or segmentSeconds that give at least ${fewestBins}.`,
      )
    }
    const segment = { frames, overlap: 0.5, taper: 'hann' } as const
    const estimate = newWelch(plan.windowFrames, plan.rateHz, segment)
    const logHz = Float64Array.from({ length: range.end - first }, (_, i) =>
      Math.log10((first + i) * range.binHz),
    )
    const fitLine = newRobustLine(logHz)
    return openWindowNode(context, {
      ...node,
      plan,
      work: densityWork(estimate, features.length, (density, into, at) => {
        const line = fitLine(density, first)
        for (let i = 0; i < features.length; i++) into[at + i] = line[features[i]!]
      }),
      channels: (channel) => features.map((name) => featureChannel(channel, name)),
    })
  },
}

function featureChannel({ label, unit }: Channel, name: string): Channel {
  return physicalChannel(
    `${label} ${name}`,
    'MISC',
    name === 'offset' ? `log10(${unit}^2/Hz)` : '1',
  )
}
