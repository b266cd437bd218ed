/** What the host and its threads say to each other. Samples go by rings, never by message. */
import type { DeadLetter, GraphSpec, NodeIdentity, Pacing, QueueSettings } from '../graph/index.ts'
import type { StoredModel } from '../inference/index.ts'
import type { SharedQueue, SharedRing, SharedStages } from '../ring/index.ts'
import type {
  ClockOffset,
  ErrorNote,
  Marker,
  RemoteCall,
  SandboxSettings,
  StreamInfo,
} from '../signal/index.ts'
import type { RecorderStatus, SplitRule } from '../sinks/index.ts'
import type { SharedImage } from './lane-image.ts'
import type { SharedMeters } from './meter-layout.ts'
import type { StateLine } from './state-messages.ts'
import type { SharedTrouble } from './trouble-cells.ts'

/** Shared memory that every thread is born with. */
export interface ThreadData {
  /** Wakes this thread. */
  readonly bell: SharedArrayBuffer
  /** Counted up in every round of the thread's loop: a host sees whether it still turns. */
  readonly pulse: SharedArrayBuffer
  /** Orders sent so far: looking for a message makes garbage, so a thread looks only for those. */
  readonly orders: SharedArrayBuffer
  /** Who runs when in this thread: a `TraceRing`. */
  readonly trace: SharedArrayBuffer
}

/** To any thread: end when the round is over. One that is cut off in native code aborts us all. */
export const endOrder = 'end'

export interface ProcessData extends ThreadData {
  /** What its graphs work in: it outlives the thread, because getting new memory takes long. */
  readonly memory: WebAssembly.Memory
  /** Threads that had it so far. */
  readonly births: SharedArrayBuffer
  /** Wakes the inference thread. */
  readonly inferBell: SharedArrayBuffer
  readonly models: ReadonlyMap<string, StoredModel>
  /** Folder of the modules for sandboxed nodes, if there is one. */
  readonly modules: string | null
  /** Folder of what nodes keep by key: read here, written by the thread at the end of the line. */
  readonly stateFolder: string
  readonly stateLine: StateLine
  /** Seconds since 1970 at time 0 of the host's clock. */
  readonly epochSeconds: number
  /** Folder for what queues spill. */
  readonly spillFolder: string
  /** Latency from a sample's bytes to its filtered value. */
  readonly filteredLatency: SharedArrayBuffer
  readonly stages: SharedStages
  /** Dead letters that the host has taken from this thread, modulo 2^32. */
  readonly lettersTaken: SharedArrayBuffer
}

/** A device's stream, as a lane reads it. */
export interface LaneSource {
  readonly info: StreamInfo
  readonly ring: SharedRing
  /** First sample that it reads. */
  readonly from: number
}

/** The reading side of a queue between two lanes. */
export interface QueueEnd {
  readonly queue: OpenQueue
  /** Which of its readers this one is. */
  readonly reader: number
  /** Wakes the thread that writes it. */
  readonly writerBell: SharedArrayBuffer
}

/** The writing side of a queue, to be opened. */
export interface QueueOrder {
  /** The lane's output that goes into it. */
  readonly name: string
  readonly queue: QueueSettings
  /** Of every reader: rung when there is something; null of one that looks by itself. */
  readonly readerBells: readonly (SharedArrayBuffer | null)[]
}

/** A queue as its writer has opened it. */
export interface OpenQueue {
  readonly name: string
  readonly info: StreamInfo
  readonly shared: SharedQueue
  /** Of a queue that spills. */
  readonly spillPath: string | null
}

/** A graph, or a segment of one, that runs in one thread. */
export interface Lane {
  /** Another one for every segment. */
  readonly id: string
  readonly spec: GraphSpec
  /** By the names of the spec's sources, as are `reads`. */
  readonly sources: Readonly<Record<string, LaneSource>>
  readonly reads: Readonly<Record<string, QueueEnd>>
  readonly writes: readonly QueueOrder[]
  readonly pacing: Pacing
  /** What all lanes of a graph agree on snapshots by: see `SnapshotCells`. */
  readonly snapshots: SharedArrayBuffer
  /** By source, its place in those cells. */
  readonly sourceNumbers: Readonly<Record<string, number>>
  /** Of the one lane that says when a snapshot is due: all sources of the graph. */
  readonly leads: readonly SharedRing[] | null
  /** The output whose way is the latency from bytes to filtered values; it leaves no other way. */
  readonly timedOutput?: string
  /** Later than this, nodes that declare it are degraded. */
  readonly latencyBudgetMs?: number
  /** That it begins at, where it does not go on from anywhere: the graph before it ran at that. */
  readonly level?: number
  /** What an earlier thread had opened when it died: the lane goes on from its last snapshot. */
  readonly resume?: OpenLane
  /** What the graph that it takes the place of has left. */
  readonly handover?: Handover
}

/** What a lane has opened: all that another thread needs to go on in its place. */
export interface OpenLane {
  readonly outputs: readonly LaneOutput[]
  readonly calls: readonly CallLine[]
  readonly queues: readonly OpenQueue[]
  readonly image: SharedImage
  readonly meters: SharedMeters
  readonly trouble: SharedTrouble
  /** What its nodes are, by node id. */
  readonly identities: Readonly<Record<string, NodeIdentity>>
}

/** What a graph leaves to the one that takes its place, cut in another way. */
export interface Handover {
  /** Of the snapshot. */
  readonly number: number
  readonly images: readonly SharedImage[]
  readonly identities: Readonly<Record<string, NodeIdentity>>
  readonly outputs: readonly LaneOutput[]
  readonly calls: readonly CallLine[]
  readonly meters: SharedMeters
}

export type ProcessOrder =
  | { readonly kind: 'open'; readonly lane: Lane }
  | { readonly kind: 'apply'; readonly lane: string; readonly spec: GraphSpec }
  | {
      readonly kind: 'close'
      readonly lane: string
      /** Ids of outputs and calls that another lane has. */
      readonly leaves: readonly string[]
    }

export interface LaneOutput {
  /** Another one for every ring that is made, even under the same name. */
  readonly id: string
  readonly name: string
  readonly info: StreamInfo
  readonly ring: SharedRing
  /** Since when frames wait for the window: a `WaitStamp`. */
  readonly waits: SharedArrayBuffer
  /** From the arrival of what a chunk was made of to its leaving: a `LatencyHistogram`. */
  readonly latency: SharedArrayBuffer
}

/** A node's line to the inference thread, or to the thread of its own sandbox. */
export interface CallLine {
  /** As for an output. */
  readonly id: string
  /** The node's id in its graph. */
  readonly node: string
  /** The call as text: the same text, the same line, also when the graph changes. */
  readonly remote: string
  readonly service: RemoteCall['service']
  readonly target: string
  /** Of a call to a sandbox. */
  readonly sandbox?: SandboxSettings
  /** Of the requests. */
  readonly rateHz: number
  readonly whenLate: RemoteCall['whenLate']
  readonly requests: SharedRing
  readonly replies: SharedRing
  /** Rung when there is a request. */
  readonly bell: SharedArrayBuffer
  /** To be rung when there is an answer. */
  readonly answerBell: SharedArrayBuffer
}

/** From the chunk of `source` that begins at `time` on. */
export interface DegradedReport {
  readonly lane: string
  /** Of all changes of this lane; told again by the thread that takes over from one that died. */
  readonly number: number
  readonly source: string
  readonly time: number
  /** 0: the graph is whole again. */
  readonly level: number
  readonly lagSeconds: number
  /** All that are degraded now. */
  readonly nodes: readonly { readonly node: string; readonly action: string }[]
}

export type ProcessReport =
  /** Nodes keep something by key: somebody has to listen to the thread's line. */
  | { readonly kind: 'keeps' }
  /** What stands after an `open` or `apply`: rings not named any more are closed. */
  | {
      readonly kind: 'opened'
      readonly lane: string
      /** It goes on where its thread died. */
      readonly isResumed: boolean
      readonly open: OpenLane
      /** By source: the first sample that it sees as it now is. */
      readonly from: Readonly<Record<string, number>>
    }
  /** It stands at the snapshot of this number, until it is closed or all are told to go on. */
  | { readonly kind: 'stopped'; readonly lane: string; readonly number: number }
  | { readonly kind: 'failed'; readonly lane: string; readonly note: ErrorNote }
  /** A node failed, and its policy lets the graph go on: the 1st, 2nd, 4th, 8th … time. */
  | { readonly kind: 'node-failed'; readonly lane: string; readonly note: ErrorNote }
  /** What nodes refused, the oldest first, and how many letters were dropped before these. */
  | {
      readonly kind: 'dead-letters'
      readonly lane: string
      readonly letters: readonly DeadLetter[]
      readonly dropped: number
    }
  /** Nodes are given up because the lane is late, or taken back. */
  | ({ readonly kind: 'degraded' } & DegradedReport)
  /** The new graph was refused; the old one runs on. */
  | { readonly kind: 'refused'; readonly lane: string; readonly note: ErrorNote }

/** Of the thread that writes what nodes keep by key. */
export interface StateData extends ThreadData {
  readonly folder: string
}

export interface InferData extends ThreadData {
  readonly models: ReadonlyMap<string, StoredModel>
  /** Latency from a sample's bytes to the answer of the model. */
  readonly inferenceLatency: SharedArrayBuffer
}

export type InferOrder =
  | { readonly kind: 'open'; readonly call: CallLine }
  | { readonly kind: 'close'; readonly call: string }

export type InferReport = {
  readonly kind: 'failed'
  readonly call: string
  readonly note: ErrorNote
}

/** What the thread of one sandboxed node is born with; it takes no orders, and is cut off. */
export interface SandboxData extends ThreadData {
  readonly call: CallLine
  /** `oldest` at first, `now` after a failure. */
  readonly from: 'oldest' | 'now'
  /** Counted up on the way into the module and on the way out: odd while it is inside. */
  readonly inside: SharedArrayBuffer
  /** Frames taken from the ring and done with, modulo 2^32. */
  readonly done: SharedArrayBuffer
}

export type SandboxReport =
  | { readonly kind: 'opened' }
  /** The module is slower than its input: so many samples were skipped so far. */
  | { readonly kind: 'late'; readonly skipped: number }
  /** It ended. */
  | { readonly kind: 'failed'; readonly note: ErrorNote }

export interface RecordData extends ThreadData {
  readonly stages: SharedStages
}

export interface RecordedSource {
  readonly info: StreamInfo
  readonly ring: SharedRing
  /** Of a stamped stream, the last one measured, if any: its rows in a file bear its own stamps. */
  readonly clockOffset?: ClockOffset | null
}

export type RecordOrder =
  | {
      readonly kind: 'start'
      readonly path: string
      readonly startedAt: Date
      readonly sources: readonly RecordedSource[]
      /** `oldest` when it takes over from a thread that died. */
      readonly from: 'oldest' | 'now'
      readonly split?: SplitRule | null
      /** Where a copy is written, too. */
      readonly mirrorFolder?: string | null
    }
  | { readonly kind: 'add'; readonly source: RecordedSource; readonly from: 'oldest' | 'now' }
  | { readonly kind: 'marker'; readonly marker: Marker }
  | { readonly kind: 'clock-offset'; readonly stream: string; readonly offset: ClockOffset }
  | { readonly kind: 'stop' }

export type RecordReport =
  | { readonly kind: 'started'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly note: ErrorNote }
  /** Its file was taken away: it goes on in this one, with all that the rings still held. */
  | { readonly kind: 'moved'; readonly path: string; readonly note: ErrorNote }
  | { readonly kind: 'status'; readonly status: RecorderStatus }
  | {
      readonly kind: 'stopped'
      readonly status: RecorderStatus
      /** The file is whole but for its footers, or worse. */
      readonly note: ErrorNote | null
    }
