import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { windowShape } from '../_window/window-plan.ts'

const entropyNames = ['sample', 'permutation', 'spectral', 'svd'] as const

export const entropyOptions = z.strictObject({
  ...windowShape(2, 0.25),
  features: option(
    z
      .array(z.enum(entropyNames))
      .min(1)
      .default([...entropyNames]),
    { help: 'Which entropies, in this order. Sample entropy allows 16384 samples per window.' },
  ),
  sampleOrder: option(z.int().min(1).max(10).default(2), {
    help: 'Length of the patterns of sample entropy.',
    unit: 'samples',
  }),
  sampleTolerance: option(z.number().positive().max(2).default(0.2), {
    help: 'Patterns closer than this many standard deviations of the window match.',
    unit: '1',
  }),
  permutationOrder: option(z.int().min(2).max(7).default(3), {
    help: 'Length of the patterns of permutation entropy.',
    unit: 'samples',
  }),
  svdOrder: option(z.int().min(2).max(10).default(3), {
    help: 'Length of the patterns of SVD entropy.',
    unit: 'samples',
  }),
  delaySamples: option(z.int().min(1).max(100).default(1), {
    help: 'Distance between the samples of a pattern, for permutation and SVD entropy.',
    unit: 'samples',
  }),
  normalised: option(z.boolean().default(true), {
    help: 'Permutation, spectral and SVD entropy from 0 to 1 instead of in bits.',
  }),
})

export type EntropyOptions = z.infer<typeof entropyOptions>
