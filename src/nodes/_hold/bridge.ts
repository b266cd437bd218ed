/** What every filtering node does about gaps: fill short ones, start anew after long ones. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const bridgeOption = option(z.number().min(0).max(5).default(0.2), {
  help: 'Over a gap up to this long the filter holds the last value; after a longer one it starts anew.',
  unit: 's',
})

/**
 * Fills the memory of an FIR filter with one frame, as if it had been there for ever, so that an
 * electrode's offset does not ring.
 */
export function fillHistory(
  history: { readonly rows: Float64Array; readonly next: number },
  frame: Float32Array,
  stride: number,
): void {
  for (let row = 0; row < history.next; row++) {
    for (let c = 0; c < stride; c++) history.rows[row * stride + c] = frame[c]!
  }
}
