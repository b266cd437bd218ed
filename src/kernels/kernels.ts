/**
 * The WebAssembly kernels bound to one memory. They work in place on arrays that live in that
 * memory (`NodeMemory` hands such arrays out), allocate nothing, and know nothing of streams.
 * Frames are `stride` values apart; `stride` is a multiple of 8, so that no tail is left over.
 */
import { bindFilters, type FilterKernels } from './bind-filter.ts'
import { bindMatrices, type MatrixKernels } from './bind-matrix.ts'
import { bindSummaries, type SummaryKernels } from './bind-summary.ts'
import { rawKernelsOn } from './module.ts'

export interface Kernels extends FilterKernels, MatrixKernels, SummaryKernels {}

const bound = new WeakMap<WebAssembly.Memory, Kernels>()

/** The kernels over `memory`; bound once per memory and thread. */
export function kernelsOn(memory: WebAssembly.Memory): Kernels {
  const known = bound.get(memory)
  if (known) return known
  const raw = rawKernelsOn(memory)
  const kernels = { ...bindFilters(raw), ...bindMatrices(raw), ...bindSummaries(raw) }
  bound.set(memory, kernels)
  return kernels
}
