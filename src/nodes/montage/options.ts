import { z } from 'zod'
import { option } from '../../signal/index.ts'

const label = z.string().min(1)

export const montageOptions = z.strictObject({
  scheme: option(
    z
      .enum(['average', 'linked-ears', 'channels', 'bipolar', 'laplacian', 'rest'])
      .default('average'),
    {
      help: 'What each channel is measured against: the mean of all, both ears, chosen channels, another electrode, its neighbours, or a point at infinity (REST).',
    },
  ),
  references: option(z.array(label).default([]), {
    help: 'For scheme channels: the reference is the mean of these.',
  }),
  pairs: option(z.array(z.tuple([label, label])).default([]), {
    help: 'For scheme bipolar: each channel that comes out is the first of a pair minus the second.',
  }),
  neighbours: option(z.int().min(1).max(12).default(4), {
    help: 'For scheme laplacian: the mean of so many nearest electrodes is subtracted.',
  }),
  exclude: option(z.array(label).default([]), {
    help: 'Bad channels: they are re-referenced, but count in no mean and as nobody’s neighbour.',
  }),
})

export type MontageOptions = z.infer<typeof montageOptions>
