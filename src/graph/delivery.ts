/** How chunks and gaps go on from an output: into nodes, and out of the graph. */
import type { Chunk, Gap, StreamInfo, SynapseError } from '../signal/index.ts'

/** A node, as those before it see it. */
interface Receiver {
  process(port: string, chunk: Chunk): void
  gap(port: string, gap: Gap): void
  watermark(port: string, time: number): void
}

/** Where a port leads: into a node, or out of the graph. */
export interface Target {
  readonly node: Receiver | null
  /** The node's input port, or the output's name. */
  readonly port: string
  readonly counts: EdgeCounts
}

/**
 * Where the ports of a node, or the sources of a graph, lead. Most have one that is used over and over:
 * it is remembered, because looking it up would be a tenth of what a record costs.
 */
export class Wiring {
  readonly #targets = new Map<string, Target[]>()
  #port = ''
  #found: readonly Target[] | undefined

  add(port: string, target: Target): void {
    const known = this.#targets.get(port)
    if (known) known.push(target)
    else this.#targets.set(port, [target])
    this.#found = this.#targets.get(this.#port)
  }

  clear(): void {
    this.#targets.clear()
    this.#found = undefined
  }

  get(port: string): readonly Target[] | undefined {
    if (port !== this.#port) {
      this.#port = port
      this.#found = this.#targets.get(port)
    }
    return this.#found
  }
}

/** What has gone along one edge since the graph was opened. */
export interface EdgeCounts {
  /** `node.port`, or a source. */
  readonly from: string
  /** `node.port`, or an output. */
  readonly to: string
  chunks: number
  frames: number
  gaps: number
}

/** What leaves a graph, and what happens to its nodes. */
export interface GraphOutputs {
  chunk(output: string, chunk: Chunk): void
  gap(output: string, gap: Gap): void
  /** No frame at or before `time` will leave by this output any more. */
  watermark?(output: string, time: number): void
  /** A node asks its service: one call per frame. */
  request(node: string, chunk: Chunk): void
  /** A node did not take what it was given, and its policy lets the graph go on; lent. */
  refused?(refusal: Refusal): void
}

/** What a node did not take, and why. */
export interface Refusal {
  readonly node: string
  readonly port: string
  /** Of what the port is fed. */
  readonly info: StreamInfo
  /** `failed` on this chunk, or `resting` since it failed on one before. */
  readonly reason: 'failed' | 'resting'
  /** Null where it failed on a gap. */
  readonly chunk: Chunk | null
  /** The failure, or that which it rests from. */
  readonly error: SynapseError
}

export function deliver(
  targets: readonly Target[] | undefined,
  chunk: Chunk,
  outputs: GraphOutputs,
): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port, counts } = targets[t]!
    counts.chunks++
    counts.frames += chunk.frames
    if (node) node.process(port, chunk)
    else outputs.chunk(port, chunk)
  }
}

export function deliverGap(
  targets: readonly Target[] | undefined,
  gap: Gap,
  outputs: GraphOutputs,
): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port, counts } = targets[t]!
    counts.gaps++
    if (node) node.gap(port, gap)
    else outputs.gap(port, gap)
  }
}

export function deliverWatermark(
  targets: readonly Target[] | undefined,
  time: number,
  outputs: GraphOutputs,
): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port } = targets[t]!
    if (node) node.watermark(port, time)
    else outputs.watermark?.(port, time)
  }
}
