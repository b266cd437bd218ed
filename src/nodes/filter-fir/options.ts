import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'

const frequency = z.number().positive().max(100_000).nullable()

export const filterFirOptions = z.strictObject({
  method: option(z.enum(['window', 'remez', 'taps']).default('window'), {
    help: 'How the filter is made: a windowed ideal filter, the smallest largest error, or taps as given.',
  }),
  lowCutHz: option(frequency.default(1), {
    help: 'Frequencies below are removed; null leaves them.',
    unit: 'Hz',
  }),
  highCutHz: option(frequency.default(40), {
    help: 'Frequencies above are removed; null leaves them.',
    unit: 'Hz',
  }),
  kind: option(z.enum(['pass', 'stop']).default('pass'), {
    help: 'pass keeps what lies between the cuts; stop removes it.',
  }),
  transitionHz: option(z.number().positive().max(10_000).default(2), {
    help: 'Width of the way from pass to stop, half of it on either side of a cut; the delay grows as it shrinks.',
    unit: 'Hz',
  }),
  window: option(z.enum(['hamming', 'hann', 'blackman', 'rectangular']).default('hamming'), {
    help: 'For method window: Hamming stops 53 dB, Hann 44, Blackman 74, none 21.',
  }),
  attenuationDb: option(z.number().min(21).max(120).default(60), {
    help: 'For method remez: attenuation of what is removed.',
    unit: 'dB',
  }),
  rippleDb: option(z.number().min(0.0001).max(3).default(0.05), {
    help: 'For method remez: ripple of what is kept.',
    unit: 'dB',
  }),
  taps: option(z.array(z.number()).max(16_384).default([]), {
    help: 'For method taps: the impulse response, symmetric or antisymmetric.',
  }),
  bridgeSeconds: bridgeOption,
})

export type FilterFirOptions = z.infer<typeof filterFirOptions>
