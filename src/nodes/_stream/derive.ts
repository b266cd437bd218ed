/** What a node's output stream says of itself: everything of its input but what the node changed. */
import {
  type Channel,
  type ChunkBuffer,
  type NodeMemory,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'

export interface Derivation {
  /** The node's id in the graph. */
  readonly node: string
  /** The node's kind. */
  readonly kind: string
  readonly type?: string
  readonly nominalRateHz?: number
  readonly channels?: readonly Channel[]
  readonly options: object
}

export function deriveStream(input: StreamInfo, derivation: Derivation): StreamInfo {
  const { node, kind, options } = derivation
  return {
    id: `${input.id}/${node}`,
    name: `${input.name} ${node}`,
    type: derivation.type ?? input.type,
    sampleFormat: 'float32',
    nominalRateHz: derivation.nominalRateHz ?? input.nominalRateHz,
    channels: derivation.channels ?? input.channels,
    origin: { source: 'graph', model: kind, settings: { options: JSON.stringify(options) } },
  }
}

/** A float32 chunk in the graph's memory, padded for the kernels. */
export function newSignalBuffer(
  memory: NodeMemory,
  channels: number,
  maxFrames: number,
): ChunkBuffer<Float32Array> {
  const stride = strideFor(channels)
  return {
    firstSample: 0,
    frames: 0,
    data: memory.float32(stride * maxFrames),
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}

/** Copies index and times of `frames` frames: what a node that changes only values passes on. */
export function copyTimes(
  from: { firstSample: number; frames: number; time: Float64Array; hostTime: Float64Array },
  into: ChunkBuffer,
): void {
  into.firstSample = from.firstSample
  into.frames = from.frames
  for (let f = 0; f < from.frames; f++) {
    into.time[f] = from.time[f]!
    into.hostTime[f] = from.hostTime[f]!
  }
}
