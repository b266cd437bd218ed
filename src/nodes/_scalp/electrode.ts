/** From the labels that devices and files write to the names of the 10-05 system. */
import type { Channel } from '../../signal/index.ts'

/** `EEG Fp1-Ref` and `fp1.` are both the electrode FP1. */
export function electrodeOf(label: string): string {
  return label
    .trim()
    .replace(/^EEG\s+/i, '')
    .replace(/[-.].*$/, '')
    .toUpperCase()
}

/**
 * Index of the channel that is meant: the one of exactly this label, or else the only one of this
 * electrode. −1 where there is none or more than one.
 */
export function findChannel(channels: readonly Channel[], wanted: string): number {
  const exact = indicesOf(channels, ({ label }) => label === wanted)
  if (exact.length) return exact.length === 1 ? exact[0]! : -1
  const electrode = electrodeOf(wanted)
  const same = indicesOf(channels, ({ label }) => electrodeOf(label) === electrode)
  return same.length === 1 ? same[0]! : -1
}

function indicesOf(channels: readonly Channel[], fits: (channel: Channel) => boolean): number[] {
  return channels.flatMap((channel, index) => (fits(channel) ? [index] : []))
}
