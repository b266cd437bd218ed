/**
 * Which channels show a blink best: for the model's montage, for blink removal, and for a graph
 * that asks for `frontal`.
 */
import type { StreamInfo } from '../../signal/index.ts'
import { electrodeOf } from './electrode.ts'

interface Place {
  readonly take: readonly string[]
  /** The place counts only where these electrodes stand beside it. */
  readonly beside?: readonly string[]
}

/**
 * By 10-20 labels, the best place first. TP9, TP10, AF7, AF8 without any Fp electrode is a Muse:
 * its reference lies at Fpz, so that a blink is large at the ears and hardly there at AF7 and AF8.
 */
const places: readonly Place[] = [
  { take: ['FP1', 'FP2'] },
  { take: ['FPZ'] },
  { take: ['TP9', 'TP10'], beside: ['AF7', 'AF8'] },
  { take: ['AF7', 'AF8'] },
]

/**
 * Indices of the channels on which a blink is largest; where no label tells, the first two
 * channels, which is where most caps and boards put the electrodes over the eyes.
 */
export function frontalChannels(info: StreamInfo): number[] {
  const electrodes = info.channels.map(({ label }) => electrodeOf(label))
  for (const { take, beside = [] } of places) {
    if (!beside.every((electrode) => electrodes.includes(electrode))) continue
    const found = take.map((electrode) => electrodes.indexOf(electrode)).filter((at) => at >= 0)
    if (found.length) return found
  }
  return electrodes.slice(0, 2).map((_, index) => index)
}
