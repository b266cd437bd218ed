/**
 * Individual alpha frequency of every channel over a sliding window, from Welch's spectrum with a
 * Hann taper and half overlap (Klimesch 1999; Corcoran et al. 2018): `peak`, the highest local
 * maximum of the band, between bins by a parabola through the logarithms of its three bins, or as it
 * stands in the spectrum; `gravity`, the power-weighted mean frequency of the band; `height`, the density at the highest
 * bin, in unit squared per Hz. A band without a local maximum has peak and height 0, one without
 * any power gravity 0. A window with a value that is not finite gives NaN for that channel; after a
 * gap values resume with the first full window.
 */
import { type Channel, type NodeDefinition, physicalChannel } from '../../signal/index.ts'
import { densityWork, newWelch } from '../_spectrum/density.ts'
import { binRange } from '../_spectrum/frequency-range.ts'
import { segmentFramesOf } from '../_spectrum/welch-segment.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type AlphaPeakOptions, alphaPeakOptions } from './options.ts'

type FeatureName = AlphaPeakOptions['features'][number]

export const alphaPeak: NodeDefinition<AlphaPeakOptions> = {
  id: 'alpha-peak',
  title: 'Alpha peak',
  help: 'Individual alpha frequency: the peak and the centre of gravity of the alpha band.',
  options: alphaPeakOptions,
  inputs: [{ name: 'in', help: 'An EEG signal in float32.' }],
  outputs: [{ name: 'out', help: 'Peak, gravity and height for each channel.' }],
  cost: { work: 200, given: 0.012 },
  open(context) {
    const { features, interpolate } = context.options
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'alpha-peak' }
    const plan = planWindow(node, input, context.options, { fewest: 8 })
    const frames = segmentFramesOf(node, plan, context.options)
    const range = binRange(node, input, context.options, frames)
    const segment = { frames, overlap: 0.5, taper: 'hann' } as const
    const estimate = newWelch(plan.windowFrames, plan.rateHz, segment)
    const found = { peak: 0, gravity: 0, height: 0 }
    return openWindowNode(context, {
      ...node,
      plan,
      work: densityWork(estimate, features.length, (density, into, at) => {
        findPeak(density, range.first, range.end, range.binHz, interpolate, found)
        for (let i = 0; i < features.length; i++) into[at + i] = found[features[i]!]
      }),
      channels: (channel) => features.map((name) => featureChannel(channel, name)),
    })
  },
}

function featureChannel({ label, unit }: Channel, name: FeatureName): Channel {
  return physicalChannel(`${label} ${name}`, 'MISC', name === 'height' ? `${unit}^2/Hz` : 'Hz')
}

/** @param result is refilled */
function findPeak(
  density: Float64Array,
  first: number,
  end: number,
  binHz: number,
  interpolate: boolean,
  result: Record<FeatureName, number>,
): void {
  let power = 0
  let moment = 0
  let best = 0
  for (let k = first; k < end; k++) {
    const here = density[k]!
    power += here
    moment += here * k
    if (k === 0 || k + 1 >= density.length) continue
    const isPeak = here > density[k - 1]! && here >= density[k + 1]!
    if (isPeak && (best === 0 || here > density[best]!)) best = k
  }
  result.gravity = power > 0 ? (moment / power) * binHz : 0
  result.height = best ? density[best]! : 0
  result.peak = best ? (best + (interpolate ? topOf(density, best) : 0)) * binHz : 0
}

/** Where between the bins beside `k`, from −0.5 to 0.5, the parabola has its top. */
function topOf(density: Float64Array, k: number): number {
  const below = density[k - 1]!
  const above = density[k + 1]!
  if (below <= 0 || above <= 0) return 0
  const a = Math.log(below)
  const b = Math.log(density[k]!)
  const c = Math.log(above)
  return (0.5 * (a - c)) / (a - 2 * b + c)
}
