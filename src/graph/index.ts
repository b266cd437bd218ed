/** The graph engine: checks, opens and runs a `GraphSpec` chunk by chunk. */

export { type DeadLetter, DeadLetterQueue, deadLetter, letterBytes } from './dead-letter.ts'
export { LagWatch } from './degrade.ts'
export type { EdgeCounts, GraphOutputs, Refusal } from './delivery.ts'
export { expandGraph, type ParameterValues } from './expand.ts'
export { Graph, type GraphContext, type GraphSnapshot } from './graph.ts'
export { type AnyMarker, MarkerFrames, markerStream } from './marker-source.ts'
export { GraphMemory, type LentMemory } from './memory.ts'
export type { NodeIdentity } from './node-runner.ts'
export type { NodeCounters, NodeStatus } from './node-status.ts'
export { type NodeCatalog, planGraph } from './plan.ts'
export type { GraphProbe, NodeProbe, ProbedNode } from './probe.ts'
export { type ReplaySpec, replaySpec } from './replay-spec.ts'
export {
  type GraphSpec,
  graphJsonSchema,
  type MarkerSource,
  markerSource,
  type Pacing,
  pacingOf,
  parseGraphSpec,
  type QueueSettings,
  readGraphText,
} from './spec.ts'
export { type Cut, mainThread, type Segment, splitGraph } from './split.ts'
export { type ImageLayout, layImage, StateImage, sameLayout } from './state-image.ts'
