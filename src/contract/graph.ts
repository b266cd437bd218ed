/** Graphs that run over live streams: how they are made, how they go, and what is to become of them. */
import { z } from 'zod'
import { errorNoteSchema } from './messages.ts'

/**
 * `opening`: its nodes open. `changing`: another graph takes its place at the next chunk.
 * `failed`: it ended by a failure, and is opened again by itself.
 */
export const graphStates = ['opening', 'running', 'changing', 'failed'] as const

const graphSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Opened by a user, who may change it; else the host makes it of a stream and the view. */
  isOwn: z.boolean(),
  /** Names of the streams that it reads. */
  streams: z.array(z.string()),
  state: z.enum(graphStates),
})
export type GraphSummary = z.infer<typeof graphSummarySchema>

/** A graph that was run, whether it runs or not: found again when the program begins anew. */
const keptGraphSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** `waiting`: it begins as soon as the streams are there. */
  state: z.enum(['running', 'waiting', 'ended']),
  /** Ids of the streams that it read last. */
  reads: z.array(z.string()),
  startsAlone: z.boolean(),
  isRecorded: z.boolean(),
})
export type KeptGraph = z.infer<typeof keptGraphSchema>

/** What flows along an edge. */
const flowSchema = z.object({
  name: z.string(),
  /** Content type: EEG, Markers … */
  type: z.string(),
  /** 0: irregular. */
  rateHz: z.number(),
  channels: z.array(z.object({ label: z.string(), unit: z.string() })),
})
export type GraphFlow = z.infer<typeof flowSchema>

const shapeNodeSchema = z.object({
  /** Within a part: `part/node`. */
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  help: z.string(),
  /** Key of the segment that it runs in. */
  segment: z.string(),
  inputs: z.array(z.string()),
  /** Null: not known before the graph has opened. */
  outputs: z.array(z.object({ port: z.string(), flow: flowSchema.nullable() })),
  /** With defaults. */
  options: z.record(z.string(), z.unknown()),
  resilience: z.record(z.string(), z.unknown()),
})
export type GraphNode = z.infer<typeof shapeNodeSchema>

const shapeEdgeSchema = z.object({
  /** A source, or `node.port`. */
  from: z.string(),
  /** `node.port`, or an output. Names the edge: an input is fed once. */
  to: z.string(),
  /** Null where both ends are in one thread. */
  queue: z
    .object({ policy: z.enum(['block', 'drop-oldest', 'spill']), holdsFrames: z.number() })
    .nullable(),
})
export type GraphEdge = z.infer<typeof shapeEdgeSchema>

export const graphShapeSchema = z.object({
  id: z.string(),
  name: z.string(),
  help: z.string(),
  isOwn: z.boolean(),
  /** As it was written; comments and all. */
  text: z.string(),
  /** Whether an earlier text can be taken back to. */
  canUndo: z.boolean(),
  /** In words: when it takes what has come. */
  pacing: z.string(),
  /** Behind this, nodes that declare it give up something. */
  latencyBudgetMs: z.number(),
  sources: z.array(z.object({ name: z.string(), stream: z.string(), flow: flowSchema })),
  /** A node comes after all that feed it. */
  nodes: z.array(shapeNodeSchema),
  edges: z.array(shapeEdgeSchema),
  outputs: z.array(z.object({ name: z.string(), flow: flowSchema.nullable() })),
  /** More than one where the graph is cut over threads. */
  segments: z.array(z.object({ key: z.string(), thread: z.string() })),
})
export type GraphShape = z.infer<typeof graphShapeSchema>

/** Of its circuit breaker. */
export const breakerPhases = ['closed', 'open', 'half-open', 'given-up'] as const

const nodeMeterSchema = z.object({
  id: z.string(),
  chunks: z.number(),
  framesIn: z.number(),
  framesOut: z.number(),
  gaps: z.number(),
  errors: z.number(),
  framesRefused: z.number(),
  framesSkipped: z.number(),
  framesBypassed: z.number(),
  restarts: z.number(),
  breaker: z.enum(breakerPhases),
  isDegraded: z.boolean(),
  /** Of the last minute; null where no chunk was timed. Nodes are timed now and then. */
  taken: z
    .object({
      count: z.number(),
      p50Ms: z.number(),
      p99Ms: z.number(),
      p999Ms: z.number(),
    })
    .nullable(),
  /** From its watermark, the newest time that it was given, to now; null before the first chunk. */
  behindSeconds: z.number().nullable(),
  /** Dead letters since the host began. */
  letters: z.number(),
  /** Its newest failure. */
  failure: errorNoteSchema.nullable(),
})
export type NodeMeter = z.infer<typeof nodeMeterSchema>

const edgeMeterSchema = z.object({
  to: z.string(),
  chunks: z.number(),
  frames: z.number(),
  gaps: z.number(),
  queue: z
    .object({
      waitingFrames: z.number(),
      droppedFrames: z.number(),
      spilledFrames: z.number(),
      spilledBytes: z.number(),
    })
    .nullable(),
})
export type EdgeMeter = z.infer<typeof edgeMeterSchema>

const sourceMeterSchema = z.object({
  name: z.string(),
  waitingFrames: z.number(),
  capacityFrames: z.number(),
  /** Overwritten before the graph had read them. */
  overrunFrames: z.number(),
  /** From the arrival of the newest frame read to now; null before the first. */
  lagSeconds: z.number().nullable(),
  /** From the newest time read to now. */
  behindSeconds: z.number().nullable(),
})
export type SourceMeter = z.infer<typeof sourceMeterSchema>

export const graphMetersSchema = z.object({
  /** Seconds on the host's clock. */
  time: z.number(),
  /** Why it does not run, or did not take the last change. */
  trouble: errorNoteSchema.nullable(),
  sources: z.array(sourceMeterSchema),
  nodes: z.array(nodeMeterSchema),
  edges: z.array(edgeMeterSchema),
})
export type GraphMeters = z.infer<typeof graphMetersSchema>

export const graphLookSchema = z.object({
  graphs: z.array(graphSummarySchema),
  /** The one that was run last stands last. */
  kept: z.array(keptGraphSchema),
  /** The graph asked for, or the first one; null where none runs. */
  id: z.string().nullable(),
  /** Of the shape: another one whenever the graph has changed. */
  revision: z.int(),
  /** Null where the caller has this revision. */
  shape: graphShapeSchema.nullable(),
  meters: graphMetersSchema.nullable(),
})
export type GraphLook = z.infer<typeof graphLookSchema>

/** What is wrong with a graph's text, and where. */
export const graphProblemSchema = z.object({
  note: errorNoteSchema,
  /** Of the place in the text, in UTF-16 units. */
  offset: z.int(),
  length: z.int(),
  /** From 1. */
  line: z.int(),
  column: z.int(),
  node: z.string().nullable(),
  port: z.string().nullable(),
  /** What stands there. */
  value: z.string().nullable(),
})
export type GraphProblem = z.infer<typeof graphProblemSchema>

/** `kept`: instance and state go on; `anew`: it opens anew, without its past. */
export const nodeFates = ['kept', 'anew', 'begins', 'ends'] as const
export const changeReasons = ['kind', 'options', 'input', 'resilience', 'source'] as const

export const graphPlanSchema = z.object({
  name: z.string(),
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      fate: z.enum(nodeFates),
      /** What is other than before, of a node that opens anew. */
      because: z.array(z.enum(changeReasons)),
    }),
  ),
  /** Which stream feeds which source. */
  sources: z.array(z.object({ name: z.string(), stream: z.string() })),
  outputs: z.array(z.string()),
  threads: z.array(z.string()),
  /** It is cut otherwise: the graph stands at one sample while the next one opens. */
  isCutAnew: z.boolean(),
  /** Its sources are other ones: it ends, and the next one begins at the newest sample. */
  isBoundAnew: z.boolean(),
})
export type GraphPlan = z.infer<typeof graphPlanSchema>

export const libraryGraphSchema = z.object({
  file: z.string(),
  name: z.string(),
  help: z.string(),
  text: z.string(),
})
export type LibraryGraph = z.infer<typeof libraryGraphSchema>

export const listedLetterSchema = z.object({
  /** Names it as long as the host runs. */
  number: z.int(),
  file: z.string(),
  port: z.string(),
  reason: z.enum(['failed', 'resting']),
  note: errorNoteSchema,
  firstSample: z.number(),
  frames: z.number(),
  /** Of its first frame, seconds on the host's clock. */
  time: z.number(),
})
export type ListedLetterEntry = z.infer<typeof listedLetterSchema>

export const letterListSchema = z.object({
  folder: z.string(),
  /** Of this node since the host began; the newest of them are listed. */
  written: z.number(),
  /** Of all nodes: there was no room for them. */
  dropped: z.number(),
  letters: z.array(listedLetterSchema),
})

/** What is in one letter, by channel. */
export const letterValuesSchema = z.object({
  channels: z.array(
    z.object({ label: z.string(), unit: z.string(), low: z.number(), high: z.number() }),
  ),
  /** Values that are no numbers. */
  notNumbers: z.number(),
})
