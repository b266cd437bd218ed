/**
 * Entropy of every channel over a sliding window: sample entropy (Richman & Moorman 2000; nats),
 * permutation entropy (Bandt & Pompe 2002), spectral entropy (Inouye et al. 1991) and SVD entropy
 * (Roberts et al. 1999), the last three in bits or from 0 to 1. As antropy.sample_entropy,
 * perm_entropy, spectral_entropy(method="fft") and svd_entropy, except that what has no value is
 * not infinite or missing: a constant window gives 0, and sample entropy of a window where no
 * longer pattern matches counts as if one did, its greatest measurable value.
 *
 * Sample entropy compares every pair of samples: 0.4 ns × n² / 2 per channel, whatever the signal,
 * 0.8 ms for 2000 samples. The work is dealt out to parts of 0.1 ms. A window with a value that is not finite gives NaN for that channel; after a gap
 * values resume with the first full window.
 */
import type { NodeDefinition, NodeMemory } from '../../signal/index.ts'
import { featureChannels, unitless } from '../_window/feature-set.ts'
import type { ChannelWork } from '../_window/sliding-window.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type EntropyOptions, entropyOptions } from './options.ts'
import { newPermutationEntropy } from './permutation-entropy.ts'
import { newSampleEntropy } from './sample-entropy.ts'
import { newSpectralEntropy } from './spectral-entropy.ts'
import { newSvdEntropy } from './svd-entropy.ts'

const mostSampleEntropyFrames = 2 ** 14

export const entropy: NodeDefinition<EntropyOptions> = {
  id: 'entropy',
  title: 'Entropy',
  help: 'Sample, permutation, spectral and SVD entropy over a sliding window.',
  options: entropyOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, best band-passed.' }],
  outputs: [{ name: 'out', help: 'One value per channel and entropy.' }],
  cost: { work: 1000, given: 0.064 },
  open(context) {
    const { features, sampleOrder, permutationOrder, svdOrder, delaySamples } = context.options
    const node = { id: context.id, kind: 'entropy' }
    const pattern = Math.max(permutationOrder, svdOrder, 2) * delaySamples
    const plan = planWindow(node, context.inputs.in!, context.options, {
      fewest: Math.max(16, 2 * pattern, 2 * sampleOrder),
      ...(features.includes('sample') ? { most: mostSampleEntropyFrames } : {}),
    })
    return openWindowNode(context, {
      ...node,
      plan,
      work: entropyWork(plan.windowFrames, context.options, context.memory),
      channels: (channel) => featureChannels(channel, features, described),
    })
  },
}

const described = {
  sample: { unit: unitless },
  permutation: { unit: unitless },
  spectral: { unit: unitless },
  svd: { unit: unitless },
}

/** Sample entropy part by part, all others with the last part. Only what is asked for is made. */
function entropyWork(frames: number, options: EntropyOptions, memory: NodeMemory): ChannelWork {
  const { features, sampleOrder, sampleTolerance } = options
  const sample = features.includes('sample')
    ? newSampleEntropy(frames, sampleOrder, sampleTolerance, memory)
    : null
  const others = features.map((name) => newFeature(name, frames, options, memory))
  const parts = sample?.parts ?? 1
  const once = others.reduce((sum, each) => sum + each.cost, 0)
  return {
    values: features.length,
    nanoseconds: (sample?.nanoseconds ?? 0) + once / parts,
    parts,
    ...(sample ? { tally: sample.tally } : {}),
    compute(segment, into, at, part) {
      sample?.add(segment, part)
      if (part < parts - 1) return
      for (let i = 0; i < others.length; i++) {
        const { of } = others[i]!
        if (of) of(segment, into, at + i)
        else sample!.write(into, at + i)
      }
    },
  }
}

/** Cost in nanoseconds, measured; `of` is null for sample entropy. */
function newFeature(
  name: EntropyOptions['features'][number],
  frames: number,
  options: EntropyOptions,
  memory: NodeMemory,
) {
  const { permutationOrder, svdOrder, delaySamples: delay, normalised } = options
  switch (name) {
    case 'sample':
      return { cost: 0, of: null }
    case 'permutation': {
      const of = newPermutationEntropy(permutationOrder, delay, normalised, memory)
      return { cost: 2 * permutationOrder ** 2 * frames, of }
    }
    case 'spectral':
      return {
        cost: 3 * frames * Math.log2(frames),
        of: newSpectralEntropy(frames, normalised),
      }
    case 'svd': {
      const of = newSvdEntropy(svdOrder, delay, normalised, memory)
      return { cost: 1.5 * svdOrder ** 2 * frames + 3000, of }
    }
  }
}
