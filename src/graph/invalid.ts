import { SynapseError } from '../signal/index.ts'

/** What is wrong with a graph as it is written. */
export function invalid(
  spec: { readonly name: string },
  message: string,
  remedy?: string,
): SynapseError {
  return new SynapseError(
    'graph-invalid',
    `checking graph "${spec.name}": ${message}`,
    remedy ? { remedy } : {},
  )
}
