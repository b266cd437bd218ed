/**
 * Forward and backward over a whole recording: no phase shift, the gain applied twice. For files
 * only; a live signal has no future. As scipy.signal.sosfiltfilt with its odd padding, which
 * turns the ends around themselves so that an offset does not ring.
 */
import { iirCascadeTwin } from '../twins/iir.ts'
import { packSections, primeIirState } from './cascade.ts'
import type { Section } from './sections.ts'

/**
 * Filters one unbroken stretch of a channel in place.
 * @throws RangeError when it is not longer than the padding, which the message names
 */
export function filterZeroPhase(sections: readonly Section[], signal: Float64Array): void {
  const pad = paddingOf(sections)
  const { length } = signal
  if (length <= pad) {
    throw new RangeError(`${length} samples are not more than the ${pad} that the filter needs`)
  }
  const padded = new Float64Array(length + 2 * pad)
  for (let i = 0; i < pad; i++) {
    padded[i] = 2 * signal[0]! - signal[pad - i]!
    padded[pad + length + i] = 2 * signal[length - 1]! - signal[length - 2 - i]!
  }
  padded.set(signal, pad)
  const packed = new Float64Array(sections.length * 5)
  packSections(sections, packed)
  for (let pass = 0; pass < 2; pass++) {
    const state = new Float64Array(sections.length * 2)
    primeIirState(packed, state, padded, 0, 1)
    iirCascadeTwin(padded, padded, padded.length, 1, packed, state)
    padded.reverse()
  }
  signal.set(padded.subarray(pad, pad + length))
}

/** Three times the length of the filter's difference equation, as SciPy does. */
function paddingOf(sections: readonly Section[]): number {
  const shortened = (index: 2 | 4) => sections.filter((section) => section[index] === 0).length
  return 3 * (2 * sections.length + 1 - Math.min(shortened(2), shortened(4)))
}
