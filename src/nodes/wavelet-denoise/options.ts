import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const waveletDenoiseOptions = z.strictObject({
  target: option(z.enum(['noise', 'artifacts']).default('noise'), {
    help: 'Noise: what stays below the threshold goes. Artifacts: what rises above it goes.',
  }),
  wavelet: option(z.enum(['db4', 'sym4']).default('db4'), {
    help: 'Daubechies wavelet or symlet with four vanishing moments.',
  }),
  transform: option(z.enum(['dwt', 'swt']).default('dwt'), {
    help: 'Dwt: orthogonal. Swt: stationary, the same wherever a block begins, with fewer ripples beside what is sharp; several times the work, the same delay.',
  }),
  levels: option(z.int().min(1).max(12).default(5), {
    help: 'How many times the signal is halved; below rate / 2^(levels + 1) nothing changes.',
  }),
  thresholdScale: option(z.number().min(0.05).max(20).default(1), {
    help: 'Factor on the universal threshold, noise × √(2 ln n).',
  }),
  blockSeconds: option(z.number().min(0.02).max(60).default(1), {
    help: 'Length of the blocks, which overlap by half; rounded to a power of two of samples.',
    unit: 's',
  }),
  recordSeconds: recordOption,
})

export type WaveletDenoiseOptions = z.infer<typeof waveletDenoiseOptions>
