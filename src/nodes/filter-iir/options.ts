import { z } from 'zod'
import { option } from '../../signal/index.ts'

const frequency = z.number().positive().max(100_000).nullable()

export const filterIirOptions = z.strictObject({
  lowCutHz: option(frequency.default(1), {
    help: 'Frequencies below are removed; null leaves them.',
    unit: 'Hz',
  }),
  highCutHz: option(frequency.default(45), {
    help: 'Frequencies above are removed; null leaves them.',
    unit: 'Hz',
  }),
  order: option(z.int().min(1).max(10).default(4), {
    help: 'Order of the Butterworth filter at each cut.',
  }),
  notchHz: option(frequency.default(50), {
    help: 'Mains frequency to remove; null for none.',
    unit: 'Hz',
  }),
  notchQuality: option(z.number().min(1).max(200).default(30), {
    help: 'Notch frequency divided by the width removed around it.',
  }),
  bridgeSeconds: option(z.number().min(0).max(5).default(0.2), {
    help: 'Over a gap up to this long the filter holds the last value; after a longer one it starts anew.',
    unit: 's',
  }),
})

export type FilterIirOptions = z.infer<typeof filterIirOptions>
