/**
 * Fourier spectrum of every channel over a sliding window, its mean taken off first: magnitude in
 * the channel's unit, scaled so that a sine of amplitude A on a bin shows A, and phase in radians
 * from −π to π, of the cosine that begins with the window. X[k] = Σ w[i] x[i] exp(−2πi k i / n), as
 * numpy.fft.rfft; magnitude 2 |X| / Σ w, half of that at 0 Hz and half the rate. A bin without any
 * power has phase 0. A window with a value that is not finite gives NaN for that channel; after a
 * gap values resume with the first full window.
 */
import { type Channel, type NodeDefinition, physicalChannel } from '../../signal/index.ts'
import { type BinRange, binRange } from '../_spectrum/frequency-range.ts'
import { RealFourier } from '../_spectrum/real-fourier.ts'
import { type TaperName, taperOf } from '../_spectrum/tapers.ts'
import type { ChannelWork } from '../_window/sliding-window.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type SpectrumOptions, spectrumOptions } from './options.ts'

type Parts = SpectrumOptions['parts']

export const spectrum: NodeDefinition<SpectrumOptions> = {
  id: 'spectrum',
  title: 'Spectrum',
  help: 'Magnitude and phase of every frequency over a sliding window.',
  options: spectrumOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel, part and frequency.' }],
  cost: { work: 120, given: 1.4 },
  open(context) {
    const { parts, taper } = context.options
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'spectrum' }
    const plan = planWindow(node, input, context.options, { fewest: 8 })
    const range = binRange(node, input, context.options, plan.windowFrames)
    return openWindowNode(context, {
      ...node,
      plan,
      work: spectrumWork(plan.windowFrames, range, taper, parts),
      channels: (channel) => parts.flatMap((part) => partChannels(channel, part, range.names)),
    })
  },
}

function partChannels(channel: Channel, part: Parts[number], names: readonly string[]): Channel[] {
  const unit = part === 'phase' ? 'rad' : channel.unit
  return names.map((hz) => physicalChannel(`${channel.label} ${part} ${hz} Hz`, 'MISC', unit))
}

function spectrumWork(
  frames: number,
  { first, end }: BinRange,
  taperName: TaperName,
  parts: Parts,
): ChannelWork {
  const fourier = new RealFourier(frames)
  const taper = taperOf(taperName, frames)
  const { input, re, im } = fourier
  const scale = 2 / taper.reduce((sum, w) => sum + w, 0)
  const bins = end - first

  function load(segment: Float64Array): void {
    let mean = 0
    for (let i = 0; i < frames; i++) mean += segment[i]!
    mean /= frames
    for (let i = 0; i < frames; i++) input[i] = (segment[i]! - mean) * taper[i]!
  }

  return {
    values: bins * parts.length,
    nanoseconds: fourier.nanoseconds + 3 * frames + 20 * bins * parts.length,
    compute(segment, into, at) {
      load(segment)
      fourier.transform()
      for (let p = 0; p < parts.length; p++) {
        const to = at + p * bins - first
        for (let k = first; k < end; k++) {
          if (parts[p] === 'phase') into[to + k] = Math.atan2(im[k]!, re[k]!)
          else {
            const sides = k === 0 || 2 * k === frames ? 0.5 : 1
            into[to + k] = Math.sqrt(re[k]! * re[k]! + im[k]! * im[k]!) * scale * sides
          }
        }
      }
    },
  }
}
