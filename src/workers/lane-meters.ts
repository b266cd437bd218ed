/**
 * Measures one graph from inside its thread: what its nodes and edges count, and how long nodes
 * take. Counts go to shared memory ten times a second. Times are taken of so many chunks that it
 * costs a hundredth of the work; of every chunk while a trace is on. Allocates nothing per chunk.
 */
import type { EdgeCounts, GraphProbe, NodeProbe, ProbedNode } from '../graph/index.ts'
import { LatencyHistogram, type StageMeters, type TraceRing } from '../ring/index.ts'
import type { Chunk } from '../signal/index.ts'
import {
  edgeFields,
  inputFields,
  newNodeMeter,
  newValues,
  nodeFields,
  type SharedEdgeMeter,
  type SharedInputMeter,
  type SharedMeters,
  type SharedNodeMeter,
} from './meter-layout.ts'

const publishSeconds = 0.1
/** Share of the work that reading clocks may cost; what is done with the times costs as much. */
const clockShare = 0.004
/** However little the work is, so many chunks are passed over at most. */
const longestSkip = 60
/** By which the cost of a look at the clock is found. */
const clockRounds = 20
const clockLooks = 500
/** Deeper than any graph is. */
const mostDepth = 256
const breakerPhases = ['closed', 'open', 'half-open', 'given-up']
const field = Object.fromEntries(nodeFields.map((name, i) => [name, i])) as Record<
  (typeof nodeFields)[number],
  number
>
/** Fields that the node itself counts: the first ones. */
const counted = nodeFields.slice(0, field.timedChunks) as readonly (keyof ProbedNode['counters'])[]

export interface MeterContext {
  readonly trace: TraceRing
  readonly stages: StageMeters
  /** Seconds on the host's clock. */
  now(): number
}

/** A stream that the graph reads. */
export interface MeteredInput {
  readonly name: string
  readonly chunk: Chunk
  readonly waitingFrames: number
  readonly capacityFrames: number
  readonly overrunFrames: number
}

export class LaneMeters implements GraphProbe {
  readonly #lane: string
  readonly #context: MeterContext
  /** Of nodes that have opened and do not run yet. */
  readonly #opened = new Map<ProbedNode, NodeMeter>()
  #nodeList: readonly NodeMeter[] = []
  #edgeList: readonly EdgeMeter[] = []
  #inputList: readonly InputMeter[] = []
  /** Of an earlier thread: counts go on from there. */
  readonly #before: SharedMeters
  readonly #clock: NodeClock
  #publishedAt = Number.NEGATIVE_INFINITY

  constructor(lane: string, context: MeterContext, before: SharedMeters) {
    this.#lane = lane
    this.#context = context
    this.#before = before
    this.#clock = new NodeClock(context)
  }

  get shared(): SharedMeters {
    return {
      nodes: this.#nodeList.map(({ shared }) => shared),
      edges: this.#edgeList.map(({ shared }) => shared),
      inputs: this.#inputList.map(({ shared }) => shared),
    }
  }

  node(node: ProbedNode, kind: string): NodeProbe {
    const old = this.#nodeList.find((meter) => meter.node.id === node.id)?.shared
    const left = old ?? this.#before.nodes.find((each) => each.node === node.id)
    const shared = left?.kind === kind ? left : newNodeMeter(node.id, kind)
    const name = this.#context.trace.number(`${this.#lane} ${node.id}`)
    const meter = new NodeMeter(node, shared, name, this.#clock)
    this.#opened.set(node, meter)
    return meter
  }

  wired(nodes: readonly ProbedNode[], edges: readonly EdgeCounts[]): void {
    this.publish(Number.POSITIVE_INFINITY)
    const meters = new Map(this.#nodeList.map((meter) => [meter.node, meter]))
    this.#nodeList = nodes.map((node) => this.#opened.get(node) ?? meters.get(node)!)
    for (const node of nodes) this.#opened.get(node)?.goOn()
    this.#opened.clear()
    const known = [...this.#edgeList.map(({ shared }) => shared), ...this.#before.edges]
    this.#edgeList = edges.map((counts) => {
      const same = known.find(({ from, to }) => from === counts.from && to === counts.to)
      const mine = this.#edgeList.find((meter) => meter.counts === counts)
      return mine ?? new EdgeMeter(counts, same)
    })
  }

  reads(inputs: readonly MeteredInput[]): void {
    this.#inputList = inputs.map((input) => {
      const same = this.#before.inputs.find(({ source }) => source === input.name)
      return new InputMeter(input, same)
    })
  }

  /** @param chunk that enters the graph from a source; null for the answer of a service */
  enter(chunk: Chunk | null): void {
    this.#clock.enter(chunk)
  }

  /** It has gone through. */
  leave(): void {
    this.#clock.leave()
  }

  /** @param now seconds on the host's clock */
  publish(now: number): void {
    if (now - this.#publishedAt < publishSeconds) return
    if (Number.isFinite(now)) this.#publishedAt = now
    for (let n = 0; n < this.#nodeList.length; n++) this.#nodeList[n]!.publish()
    for (let e = 0; e < this.#edgeList.length; e++) this.#edgeList[e]!.publish()
    for (let i = 0; i < this.#inputList.length; i++) this.#inputList[i]!.publish()
  }
}

/** Times nodes inside each other: each is charged for its own part alone. */
class NodeClock {
  isTiming = false
  readonly #context: MeterContext
  readonly #starts = new Float64Array(mostDepth)
  /** What ran inside of the node at this depth. */
  readonly #inner = new Float64Array(mostDepth)
  readonly #readSeconds: number
  #depth = 0
  #reads = 0
  /** The first ones waited for the graph to open, and run before it is compiled. */
  #skip = 8
  /** As a linear congruential generator has it: good enough to fall out of step. */
  #chance = 1
  #enteredAt = 0

  constructor(context: MeterContext) {
    this.#context = context
    this.#readSeconds = secondsPerLook(context)
  }

  enter(chunk: Chunk | null): void {
    this.isTiming = this.#skip-- <= 0 || this.#context.trace.isOn
    if (!this.isTiming) return
    this.#depth = 0
    this.#reads = 2
    this.#enteredAt = this.#context.now()
    if (chunk) this.#context.stages.recordBuffering(this.#enteredAt - chunk.hostTime[0]!)
  }

  leave(): void {
    if (!this.isTiming) return
    this.isTiming = false
    const seconds = this.#context.now() - this.#enteredAt
    this.#context.stages.record('processing', seconds)
    const cost = this.#reads * this.#readSeconds
    // Not evenly, or it would beat with what a node does every so many chunks.
    const skip = Math.min(longestSkip, cost / (clockShare * seconds))
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0
    this.#skip = Math.round(skip * (0.5 + this.#chance / 2 ** 32))
  }

  push(): void {
    this.#depth++
    this.#reads += 2
    const depth = Math.min(this.#depth, mostDepth - 1)
    this.#inner[depth] = 0
    this.#starts[depth] = this.#context.now()
  }

  pop(meter: NodeMeter): void {
    const depth = Math.min(this.#depth, mostDepth - 1)
    const start = this.#starts[depth]!
    const seconds = this.#context.now() - start
    this.#depth--
    this.#inner[depth - 1] = this.#inner[depth - 1]! + seconds
    meter.took(seconds - this.#inner[depth]!)
    const { trace } = this.#context
    if (trace.isOn) trace.add(meter.traceNumber, start, seconds)
  }
}

/** What one look at the clock costs, once it is compiled: the best of some rounds. */
function secondsPerLook({ now }: MeterContext): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < clockRounds; round++) {
    const begin = now()
    for (let look = 1; look < clockLooks; look++) now()
    best = Math.min(best, (now() - begin) / clockLooks)
  }
  return best
}

class NodeMeter implements NodeProbe {
  readonly shared: SharedNodeMeter
  readonly traceNumber: number
  readonly node: ProbedNode
  readonly #clock: NodeClock
  readonly #values: Float64Array
  readonly #latency: LatencyHistogram
  /** What nodes of this id have counted before. */
  #base: Float64Array

  constructor(node: ProbedNode, shared: SharedNodeMeter, traceNumber: number, clock: NodeClock) {
    this.shared = shared
    this.traceNumber = traceNumber
    this.node = node
    this.#clock = clock
    this.#values = new Float64Array(shared.values)
    this.#latency = new LatencyHistogram(shared.latency)
    this.#base = new Float64Array(counted.length)
  }

  /** Its counts stand on those of the node whose place it takes. */
  goOn(): void {
    this.#base = this.#values.slice(0, counted.length)
  }

  begin(chunk: Chunk): void {
    this.#values[field.newestTime] = chunk.time[chunk.frames - 1]!
    if (this.#clock.isTiming) this.#clock.push()
  }

  end(): void {
    if (this.#clock.isTiming) this.#clock.pop(this)
  }

  took(seconds: number): void {
    this.#values[field.timedChunks] = this.#values[field.timedChunks]! + 1
    this.#values[field.timedSeconds] = this.#values[field.timedSeconds]! + seconds
    this.#latency.record(seconds)
  }

  publish(): void {
    const { counters, status } = this.node
    for (let i = 0; i < counted.length; i++) {
      this.#values[i] = this.#base[i]! + counters[counted[i]!]
    }
    this.#values[field.breaker] = breakerPhases.indexOf(status.breaker)
    this.#values[field.degraded] = status.degraded === null ? 0 : 1
  }
}

class EdgeMeter {
  readonly counts: EdgeCounts
  readonly shared: SharedEdgeMeter
  readonly #values: Float64Array
  readonly #base: Float64Array

  constructor(counts: EdgeCounts, before: SharedEdgeMeter | undefined) {
    const { from, to } = counts
    this.counts = counts
    this.shared = before ?? { from, to, values: newValues(edgeFields) }
    this.#values = new Float64Array(this.shared.values)
    this.#base = this.#values.slice()
  }

  publish(): void {
    for (let i = 0; i < edgeFields.length; i++) {
      this.#values[i] = this.#base[i]! + this.counts[edgeFields[i]!]
    }
  }
}

class InputMeter {
  readonly input: MeteredInput
  readonly shared: SharedInputMeter
  readonly #values: Float64Array

  constructor(input: MeteredInput, before: SharedInputMeter | undefined) {
    this.input = input
    this.shared = before ?? { source: input.name, values: newValues(inputFields) }
    this.#values = new Float64Array(this.shared.values)
  }

  publish(): void {
    const { chunk, waitingFrames, capacityFrames, overrunFrames } = this.input
    this.#values[0] = waitingFrames
    this.#values[1] = capacityFrames
    this.#values[2] = overrunFrames
    if (chunk.frames === 0) return
    this.#values[3] = chunk.time[chunk.frames - 1]!
    this.#values[4] = chunk.hostTime[chunk.frames - 1]!
  }
}
