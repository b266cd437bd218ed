/**
 * What an artifact node did, as a stream of its own: per window and channel the RMS of what was
 * taken away, in the channel's unit, and after them values of the node's own. Record k is about
 * the samples k × window to (k + 1) × window − 1; where a gap takes some of them, about the rest.
 * Difference and window are counted at the samples' own indices, also where a node emits late.
 */
import {
  type Channel,
  type ChunkBuffer,
  type Emit,
  type Gap,
  type NodeMemory,
  type NodeState,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'

/** The output port of every artifact node beside its signal. */
export const donePort = {
  name: 'done',
  help: 'Per window: RMS taken away from each channel, and what the node decided.',
} as const

interface RecordRequest {
  /** The node's id in the graph, and its kind. */
  readonly node: string
  readonly kind: string
  readonly input: StreamInfo
  readonly memory: NodeMemory
  readonly windowSeconds: number
  /** The node's own values, after those of the channels. */
  readonly own: readonly Channel[]
  readonly options: object
}

export interface RemovalRecord {
  readonly info: StreamInfo
  readonly state: NodeState
  /** The node's own values: what stands here when a window ends goes into its record. */
  readonly own: Float64Array
  /** True before the first frame of a window has been counted. */
  begins(): boolean
  /**
   * Counts the frame that came in at `before[from]` and leaves as frame `f` of `output`, whose
   * values, index and times are there already.
   */
  frame(
    before: Float32Array,
    from: number,
    output: ChunkBuffer<Float32Array>,
    f: number,
    emit: Emit,
  ): void
  gap(gap: Gap, emit: Emit): void
}

export function newRemovalRecord(request: RecordRequest): RemovalRecord {
  const { node, kind, input, memory, windowSeconds, options } = request
  const count = input.channels.length
  const windowFrames = Math.max(1, Math.round(windowSeconds * input.nominalRateHz))
  const channels = [
    ...input.channels.map(({ label, unit }) => physicalChannel(`${label} removed`, 'MISC', unit)),
    ...request.own,
  ]
  const output = newSignalBuffer(memory, channels.length, 1)
  const squares = memory.float64(count)
  const own = memory.float64(Math.max(1, request.own.length))
  /** Time and host time of the last frame. */
  const times = memory.float64(2)
  const state = { squares, own, times, frames: 0, window: 0 }

  function emitRecord(emit: Emit): void {
    for (let c = 0; c < count; c++) output.data[c] = Math.sqrt(squares[c]! / state.frames)
    for (let i = 0; i < request.own.length; i++) output.data[count + i] = own[i]!
    output.firstSample = state.window
    output.frames = 1
    output.time[0] = times[0]!
    output.hostTime[0] = times[1]!
    state.frames = 0
    squares.fill(0)
    emit.chunk('done', output)
  }

  return {
    info: {
      ...deriveStream(input, {
        node,
        kind,
        type: 'Artifacts',
        nominalRateHz: input.nominalRateHz / windowFrames,
        channels,
        options,
      }),
      id: `${input.id}/${node}.done`,
      name: `${input.name} ${node} done`,
    },
    state,
    own,
    begins: () => state.frames === 0,
    frame(before, from, after, f, emit) {
      const to = f * after.stride
      const sample = after.firstSample + f
      for (let c = 0; c < count; c++) {
        const removed = before[from + c]! - after.data[to + c]!
        if (Number.isFinite(removed)) squares[c] = squares[c]! + removed * removed
      }
      state.frames++
      state.window = Math.floor(sample / windowFrames)
      times[0] = after.time[f]!
      times[1] = after.hostTime[f]!
      if ((sample + 1) % windowFrames === 0) emitRecord(emit)
    },
    gap(gap, emit) {
      const next = gap.atSample + gap.lostSamples
      if (state.frames > 0 && Math.floor(next / windowFrames) > state.window) emitRecord(emit)
    },
  }
}
