/**
 * Spectrogram: the power of the short-time Fourier transform, one column per hop, as
 * scipy.signal.spectrogram with constant detrending. One output channel per channel and bin, in dB
 * of unit squared per Hz (no power at all is −300 dB) or in unit squared per Hz. A window with a
 * value that is not finite gives NaN for that channel; after a gap columns resume with the first
 * full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { newWelch } from '../_spectrum/density.ts'
import { openDensityNode } from '../_spectrum/density-node.ts'
import { binRange } from '../_spectrum/frequency-range.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type SpectrogramOptions, spectrogramOptions } from './options.ts'

export const spectrogram: NodeDefinition<SpectrogramOptions> = {
  id: 'spectrogram',
  title: 'Spectrogram',
  help: 'Power over time and frequency: a short spectrum again and again.',
  options: spectrogramOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and frequency.' }],
  cost: { work: 170, given: 1.8 },
  open(context) {
    const { options } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'spectrogram' }
    const plan = planWindow(node, input, options, { fewest: 8 })
    const { windowFrames: frames, rateHz } = plan
    const range = binRange(node, input, options, frames)
    const estimate = newWelch(frames, rateHz, { frames, overlap: 0, taper: options.taper })
    return openDensityNode(context, { ...node, plan, estimate, range, scale: options.scale })
  },
}
