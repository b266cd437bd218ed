/**
 * The outputs of one node: what it emits goes through the flow of its port, and from there to those
 * whom the port feeds. Whatever fails there is not this node's failure.
 */
import {
  type Chunk,
  type Emit,
  type Gap,
  type NodeState,
  requestPort,
  type StreamInfo,
} from '../signal/index.ts'
import { deliver, deliverGap, deliverWatermark, type GraphOutputs, Wiring } from './delivery.ts'
import type { LentMemory } from './memory.ts'
import { type FlowEnd, OutputFlow } from './output-flow.ts'

export class NodeOutputs implements Emit {
  /** Rewired when the graph changes. */
  readonly targets = new Wiring()
  framesOut = 0
  readonly #node: string
  readonly #outputs: GraphOutputs
  readonly #flows = new Map<string, OutputFlow>()
  /** Of the port that gave a chunk last. */
  #flow: OutputFlow | undefined
  #flowPort = ''
  /** Came out of those that it feeds. */
  #passedError: unknown
  readonly #deliverer: Pick<Emit, 'chunk' | 'gap'> = {
    chunk: (port, chunk) => this.#deliver(port, chunk),
    gap: (port, gap) => this.#deliverGap(port, gap),
  }

  constructor(node: string, outputs: GraphOutputs) {
    this.#node = node
    this.#outputs = outputs
  }

  /**
   * @param input the node's first
   * @param standIn memory for what has to stand in; null for a node on whose outputs nothing does
   * @param before the same node as it ran until now: its outputs go on where they are
   */
  open(
    infos: Readonly<Record<string, StreamInfo>>,
    input: StreamInfo | undefined,
    standIn: { maxFrames: number; memory: LentMemory } | null,
    before: NodeOutputs | undefined,
  ): void {
    for (const [port, info] of Object.entries(infos)) {
      const flow = new OutputFlow(port, info, input, this.#deliverer)
      if (standIn) flow.prepareStandIn(standIn.maxFrames, standIn.memory)
      const old = before ? before.#flows.get(port) : undefined
      if (old) flow.goOn(old.rateHz, old.state)
      this.#flows.set(port, flow)
    }
  }

  /** By port. */
  get rates(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#flows].map(([port, { rateHz }]) => [port, rateHz]))
  }

  /** As `open` with the node before, of which only its rates and its state are left. */
  goOn(rates: Readonly<Record<string, number>>, state: NodeState): void {
    for (const [port, flow] of this.#flows) {
      const old = state[port] as unknown as FlowEnd | undefined
      if (old && rates[port] !== undefined) flow.goOn(rates[port], old)
    }
  }

  /** In place, by port. */
  get state(): NodeState {
    return Object.fromEntries([...this.#flows].map(([port, { state }]) => [port, state]))
  }

  /** Whether an error that came out of the node came from behind it. */
  isPassed(error: unknown): boolean {
    return error === this.#passedError
  }

  chunk(port: string, chunk: Chunk): void {
    if (port !== this.#flowPort) {
      this.#flowPort = port
      this.#flow = this.#flows.get(port)
    }
    if (this.#flow) this.#flow.chunk(chunk)
    else this.#deliver(port, chunk)
  }

  gap(port: string, gap: Gap): void {
    this.#flows.get(port)?.gap(gap)
  }

  watermark(port: string, time: number): void {
    try {
      deliverWatermark(this.targets.get(port), time, this.#outputs)
    } catch (error) {
      this.#passedError = error
      throw error
    }
  }

  /** The node's instance is another one from here on. */
  reopened(): void {
    for (const flow of this.#flows.values()) flow.reopened()
  }

  /** A gap in the place of a chunk, wherever something may stand in. */
  drop(chunk: Chunk): void {
    for (const flow of this.#flows.values()) flow.drop(chunk)
  }

  fill(chunk: Chunk, value: number): void {
    for (const flow of this.#flows.values()) flow.fill(chunk, value)
  }

  /** The chunk itself leaves by `port`; the others have a gap. */
  bypass(port: string, chunk: Chunk): void {
    for (const [name, flow] of this.#flows) {
      if (name === port) flow.pass(chunk)
      else flow.drop(chunk)
    }
  }

  passGap(gap: Gap): void {
    for (const flow of this.#flows.values()) flow.passGap(gap)
  }

  #deliver(port: string, chunk: Chunk): void {
    this.framesOut += chunk.frames
    try {
      if (port === requestPort) this.#outputs.request(this.#node, chunk)
      else deliver(this.targets.get(port), chunk, this.#outputs)
    } catch (error) {
      this.#passedError = error
      throw error
    }
  }

  #deliverGap(port: string, gap: Gap): void {
    try {
      deliverGap(this.targets.get(port), gap, this.#outputs)
    } catch (error) {
      this.#passedError = error
      throw error
    }
  }
}
