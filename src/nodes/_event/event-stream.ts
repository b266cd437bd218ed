/**
 * Events as a stream: irregular, one frame per event, content type `Events`. A frame's index counts
 * the events, its time is the moment at which the event was known, strictly increasing. Its
 * channels:
 *
 * - `channel`: index of the input's channel, from 0
 * - `since onset`: seconds from the event's first sample to this frame's time, so that
 *   frame time − since onset is the onset
 * - `duration`: seconds from the first sample of the event to the first after it
 * - `peak`: its most extreme value, in the input's unit
 *
 * and what else a node has to say of its events.
 */
import {
  type ChunkBuffer,
  type Emit,
  type NodeContext,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'

export interface EventValue {
  readonly label: string
  readonly unit: string
}

export interface EventStream {
  readonly info: StreamInfo
  readonly state: EventStreamState
  /** To be filled before `send`, in the order of the channels. */
  readonly values: Float32Array
  /** Sends what `values` holds. */
  send(time: number, hostTime: number, emit: Emit): void
}

export type EventStreamState = { count: number; lastTime: number }

/** Events that become known in the same instant are this far apart, so that time increases. */
const tickSeconds = 1e-9

export function newEventStream(
  context: NodeContext<object>,
  kind: string,
  extras: readonly EventValue[],
): EventStream {
  const { id, memory, options } = context
  const input = context.inputs.in!
  const values: readonly EventValue[] = [
    { label: 'channel', unit: '1' },
    { label: 'since onset', unit: 's' },
    { label: 'duration', unit: 's' },
    { label: 'peak', unit: sharedUnit(input) },
    ...extras,
  ]
  const channels = values.map(({ label, unit }) => physicalChannel(label, 'MISC', unit))
  const output: ChunkBuffer<Float32Array> = newSignalBuffer(memory, channels.length, 1)
  const state: EventStreamState = { count: 0, lastTime: Number.NEGATIVE_INFINITY }
  return {
    info: deriveStream(input, {
      node: id,
      kind,
      type: 'Events',
      nominalRateHz: 0,
      channels,
      options,
    }),
    state,
    values: output.data,
    send(time, hostTime, emit) {
      state.lastTime = Math.max(time, state.lastTime + tickSeconds)
      output.firstSample = state.count++
      output.frames = 1
      output.time[0] = state.lastTime
      output.hostTime[0] = hostTime
      emit.chunk('out', output)
    },
  }
}

/** Of the channels, or 1 where they differ. */
export function sharedUnit({ channels }: StreamInfo): string {
  const units = new Set(channels.map(({ unit }) => unit))
  return units.size === 1 ? channels[0]!.unit : '1'
}
