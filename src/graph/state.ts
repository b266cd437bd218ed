/** Copies of a node's state for snapshots, and their way back into the arrays in use. */
import { type NodeState, type StateValue, SynapseError } from '../signal/index.ts'

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array

function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value)
}

export function copyState(state: NodeState): NodeState {
  const copy: NodeState = {}
  for (const [name, value] of Object.entries(state)) copy[name] = copyValue(value)
  return copy
}

function copyValue(value: StateValue): StateValue {
  // slice() of an array in shared memory gives one in ordinary memory.
  if (isNumbers(value)) return value.slice()
  return typeof value === 'object' ? copyState(value) : value
}

/**
 * Writes `saved` into `state` in place.
 * @throws SynapseError graph-invalid when the two do not have the same shape
 */
export function restoreState(state: NodeState, saved: NodeState, path: string): void {
  for (const name of new Set([...Object.keys(state), ...Object.keys(saved)])) {
    const [mine, theirs] = [state[name], saved[name]]
    if (isNumbers(mine) && isNumbers(theirs) && mine.length === theirs.length) {
      mine.set(theirs)
    } else if (typeof mine === 'object' && typeof theirs === 'object' && !isNumbers(mine)) {
      restoreState(mine, theirs as NodeState, `${path}.${name}`)
    } else if (typeof mine === typeof theirs && typeof mine !== 'object') {
      state[name] = theirs as StateValue
    } else {
      throw new SynapseError('graph-invalid', `restoring ${path}.${name}: the shapes differ`)
    }
  }
}
