/**
 * What a node has taken, refused and left out, as a stream of its own: one frame in every second of
 * the stream's own time in which there is something to tell it by. Counts since the node's beginning.
 */
import { type Emit, type NodeMemory, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'

export interface Account {
  readonly info: StreamInfo
  readonly state: AccountState
  /** The counts, in the order of the names, as they are when `tell` is called. */
  readonly counts: Float64Array
  /** At time `times[at]`: arrays, because a number that is handed over makes garbage. */
  tell(times: Float64Array, hostTimes: Float64Array, at: number, emit: Emit): void
}

export type AccountState = { counts: Float64Array; second: number; told: number }

export const accountPort = {
  name: 'account',
  help: 'How many frames were taken, refused and left out so far; one frame a second.',
}

export function newAccount(
  memory: NodeMemory,
  input: StreamInfo,
  node: { readonly id: string; readonly kind: string; readonly options: object },
  names: readonly string[],
): Account {
  const state: AccountState = {
    counts: memory.float64(names.length),
    second: Number.NEGATIVE_INFINITY,
    told: 0,
  }
  const output = newSignalBuffer(memory, names.length, 1)
  const info = deriveStream(input, {
    node: node.id,
    kind: node.kind,
    type: 'Account',
    nominalRateHz: 0,
    channels: names.map((name) => physicalChannel(name, 'MISC', '1')),
    options: node.options,
  })
  return {
    info: { ...info, id: `${info.id}/account`, name: `${info.name} account` },
    state,
    counts: state.counts,
    tell(times, hostTimes, at, emit) {
      const second = Math.floor(times[at]!)
      if (!(second > state.second)) return
      state.second = second
      output.firstSample = state.told++
      output.frames = 1
      output.time[0] = times[at]!
      output.hostTime[0] = hostTimes[at]!
      for (let i = 0; i < names.length; i++) output.data[i] = state.counts[i]!
      emit.chunk('account', output)
    },
  }
}
