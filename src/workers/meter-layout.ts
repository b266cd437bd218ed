/**
 * What is counted of a running graph, as it lies in shared memory: the graph's thread writes, the
 * host reads when it is asked. One block per node, edge and input; a block lives on when the graph
 * changes, and when its thread dies.
 */
import { LatencyHistogram } from '../ring/index.ts'

export const nodeFields = [
  'chunks',
  'framesIn',
  'framesOut',
  'gaps',
  'errors',
  'framesRefused',
  'framesSkipped',
  'framesBypassed',
  'restarts',
  /** Chunks whose processing was timed, and how long all of them took. */
  'timedChunks',
  'timedSeconds',
  /** Time of the newest frame that it was given: its watermark. */
  'newestTime',
  /** Of its circuit breaker: 0 closed, 1 open, 2 half-open, 3 given up. */
  'breaker',
  /** 1 while it gives something up. */
  'degraded',
] as const
export type NodeValues = Record<(typeof nodeFields)[number], number>

export const edgeFields = ['chunks', 'frames', 'gaps'] as const
export type EdgeValues = Record<(typeof edgeFields)[number], number>

export const inputFields = [
  /** Frames that wait for the graph, and how many there is room for. */
  'waitingFrames',
  'capacityFrames',
  /** Samples that were overwritten before they were read. */
  'overrunFrames',
  /** Time of the newest frame that was read, and when its bytes came. */
  'newestTime',
  'newestArrival',
] as const
export type InputValues = Record<(typeof inputFields)[number], number>

export interface SharedNodeMeter {
  readonly node: string
  readonly kind: string
  readonly values: SharedArrayBuffer
  /** Of its own processing, without those that it feeds. */
  readonly latency: SharedArrayBuffer
}

export interface SharedEdgeMeter {
  /** `node.port`, or a source. */
  readonly from: string
  /** `node.port`, or an output's name. */
  readonly to: string
  readonly values: SharedArrayBuffer
}

export interface SharedInputMeter {
  readonly source: string
  readonly values: SharedArrayBuffer
}

export interface SharedMeters {
  readonly nodes: readonly SharedNodeMeter[]
  readonly edges: readonly SharedEdgeMeter[]
  readonly inputs: readonly SharedInputMeter[]
}

export const noMeters: SharedMeters = { nodes: [], edges: [], inputs: [] }

export function newValues(fields: readonly string[]): SharedArrayBuffer {
  return new SharedArrayBuffer(fields.length * 8)
}

export function newNodeMeter(node: string, kind: string): SharedNodeMeter {
  return { node, kind, values: newValues(nodeFields), latency: new LatencyHistogram().shared }
}

/** @returns what stands in a block now, by name */
export function readValues<F extends string>(
  fields: readonly F[],
  shared: SharedArrayBuffer,
): Record<F, number> {
  const values = new Float64Array(shared)
  return Object.fromEntries(fields.map((field, i) => [field, values[i]!])) as Record<F, number>
}
