/**
 * All that a node remembers between calls, as plain data made at `open`. The host copies it for
 * a snapshot and writes it back in place for a restore; a node needs no code for either.
 */
export type NodeState = { [name: string]: StateValue }
export type StateValue =
  | number
  | boolean
  | string
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | NodeState
