/** What a node says when it cannot be opened: which node of the graph, why, and what would do. */
import { type StreamInfo, SynapseError } from '../../signal/index.ts'

/** The node that opens: its id in the graph and its kind. */
export interface NodeName {
  readonly id: string
  readonly kind: string
}

/**
 * @param reason names option, value and what is allowed
 * @param cause what was thrown, where something was
 */
export function refusal(
  { id, kind }: NodeName,
  reason: string,
  remedy?: string,
  cause?: unknown,
): SynapseError {
  const more = { ...(remedy === undefined ? {} : { remedy }), ...(cause ? { cause } : {}) }
  return new SynapseError('graph-invalid', `opening node "${id}" (${kind}): ${reason}`, more)
}

/** @throws SynapseError graph-invalid for a stream without a fixed rate */
export function rateOf(node: NodeName, input: StreamInfo): number {
  if (input.nominalRateHz > 0) return input.nominalRateHz
  throw refusal(node, `stream "${input.name}" has no fixed rate`, 'Give it a regular signal.')
}
