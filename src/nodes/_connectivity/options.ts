import { z } from 'zod'
import { option } from '../../signal/index.ts'

const label = z.string().min(1)

const pairList = z.array(z.tuple([label, label])).min(1)

/** Which channels are compared with which. */
export const pairsOption = option(z.union([z.literal('all'), pairList]).default('all'), {
  help: 'Every channel with every other, or a list of pairs of labels.',
})

export const averagingOption = option(z.enum(['sliding', 'exponential']).default('sliding'), {
  help: 'Sliding: the last windowSeconds count alike. Exponential: the past fades with that time constant.',
})

export const hopOption = option(z.number().min(0.02).max(60).default(0.5), {
  help: 'Time from one value to the next.',
  unit: 's',
})

export function windowOption(seconds: number) {
  return option(z.number().min(0.1).max(600).default(seconds), {
    help: 'Length of the sliding window, or time constant of the exponential one.',
    unit: 's',
  })
}

export const directedPairsOption = option(
  z.union([z.enum(['same', 'all']), pairList]).default('same'),
  {
    help: 'Each channel with itself, every ordered pair, or a list of [phase, amplitude] labels.',
  },
)

export type PairsChoice = 'same' | 'all' | readonly (readonly [string, string])[]
