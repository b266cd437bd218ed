/**
 * One node as it runs: its instance and memory, whom it feeds, and what becomes of it when it
 * fails, rests, or has to give up something because its thread is late. All of that is counted in
 * stream time and samples, so that a run over a recording does the same at the same samples.
 */
import {
  type Chunk,
  type Consistency,
  type Gap,
  type GraphKeyed,
  type KeyedContext,
  type ModelCard,
  type ModuleFile,
  type NodeDefinition,
  type NodeInstance,
  type NodeState,
  reasonOf,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import { Breaker } from './breaker.ts'
import { checkDegrade, DutyCycle, type PartTaker } from './degrade.ts'
import type { GraphOutputs, Refusal, Wiring } from './delivery.ts'
import type { GraphMemory, LentMemory } from './memory.ts'
import { NodeOutputs } from './node-outputs.ts'
import type { NodeCounters, NodeStatus } from './node-status.ts'
import type { GraphProbe, NodeProbe } from './probe.ts'
import type { Resilience } from './spec.ts'
import { restoreState } from './state.ts'

/** Everything a node is opened with; the same again when it is opened anew. */
export interface NodeSetup {
  readonly id: string
  readonly definition: NodeDefinition
  readonly options: unknown
  readonly inputs: Readonly<Record<string, StreamInfo>>
  readonly resilience: Resilience
}

/** What a node is, as plain data. */
export interface NodeIdentity {
  /** Same signature, same node. */
  readonly signature: string
  /** Of its outputs, in Hz. */
  readonly rates: Readonly<Record<string, number>>
}

export interface RunnerContext {
  readonly memory: GraphMemory
  readonly maxFrames: number
  readonly outputs: GraphOutputs
  model(name: string): ModelCard
  module?(name: string): ModuleFile
  readonly keyed?: GraphKeyed
  readonly probe?: GraphProbe
}

/** On this port answers of a service come; they are nobody's samples. */
const replyPort = 'reply'
const nothingMissed = -1

export class NodeRunner {
  readonly id: string
  /** Same signature, same node: it keeps its state when the graph changes. */
  readonly signature: string
  readonly #counters: NodeCounters = {
    chunks: 0,
    framesIn: 0,
    framesOut: 0,
    gaps: 0,
    errors: 0,
    framesRefused: 0,
    framesSkipped: 0,
    framesBypassed: 0,
    restarts: 0,
  }
  readonly #setup: NodeSetup
  readonly #context: RunnerContext
  readonly #outputs: NodeOutputs
  readonly #probe: NodeProbe | undefined
  #instance: NodeInstance
  #state: NodeState
  #memory: LentMemory
  /** Of what the node itself does not know of. */
  readonly #ownMemory: LentMemory
  /** Null for a node whose failure is the graph's. */
  readonly #breaker: Breaker | null
  readonly #dutyCycle: DutyCycle | null
  readonly #parts: PartTaker = {
    seen: (port, part) => this.#see(port, part),
    missed: (port, part) => this.#skip(port, part),
  }
  /** By input port: the first sample that the instance did not see and was not told of. */
  readonly #missed: Record<string, number> = {}
  readonly #own = { mustReopen: false, lastTime: 0 }
  #isDegraded = false
  /** The failure that it rests from. */
  #error: SynapseError | null = null

  /**
   * @param before the node of this id that it takes the place of
   * @throws SynapseError graph-invalid, bad-option, model-missing
   */
  constructor(
    setup: NodeSetup,
    signature: string,
    context: RunnerContext,
    before: NodeRunner | undefined,
  ) {
    const { id, definition, inputs, resilience } = setup
    this.id = id
    this.signature = signature
    this.#setup = setup
    this.#context = context
    for (const port of Object.keys(inputs)) this.#missed[port] = nothingMissed
    this.#outputs = new NodeOutputs(id, context.outputs)
    this.#memory = context.memory.lend()
    this.#instance = this.#open()
    this.#ownMemory = context.memory.lend()
    this.#breaker = resilience.onError === 'propagate' ? null : new Breaker(resilience)
    this.#dutyCycle = this.#openDegrade()
    const input = inputs[definition.inputs[0]?.name ?? '']
    const standIn = { maxFrames: context.maxFrames, memory: this.#ownMemory }
    const mayStandIn = this.#breaker !== null || resilience.degrade !== undefined
    const { outputs } = this.#instance
    const old = before ? before.#outputs : undefined
    this.#outputs.open(outputs, input, mayStandIn ? standIn : null, old)
    this.#state = this.#wholeState()
    this.#probe = context.probe?.node(this, definition.id)
  }

  get counters(): Readonly<NodeCounters> {
    this.#counters.framesOut = this.#outputs.framesOut
    return this.#counters
  }

  get definition(): NodeDefinition {
    return this.#setup.definition
  }

  /** Whom each output feeds: rewired when the graph changes. */
  get targets(): Wiring {
    return this.#outputs.targets
  }

  get instance(): NodeInstance {
    return this.#instance
  }

  get isDegradable(): boolean {
    return this.#setup.resilience.degrade !== undefined
  }

  get status(): NodeStatus {
    const degraded = this.#isDegraded ? this.#setup.resilience.degrade!.action : null
    return { breaker: this.#breaker?.phase ?? 'closed', degraded }
  }

  /**
   * All that has to be saved so that it goes on as it would have: in place, not a copy, and the same
   * object until the node opens anew.
   */
  get state(): NodeState {
    return this.#state
  }

  process(port: string, chunk: Chunk): void {
    const counters = this.#counters
    counters.chunks++
    counters.framesIn += chunk.frames
    if (!this.#isDegraded || port === replyPort) this.#see(port, chunk)
    else if (this.#dutyCycle) this.#dutyCycle.divide(port, chunk, this.#parts)
    else if (this.#setup.resilience.degrade!.action === 'skip') this.#skip(port, chunk)
    else this.#bypass(port, chunk)
  }

  gap(port: string, gap: Gap): void {
    this.#counters.gaps++
    if (this.#own.mustReopen) this.#miss(port, gap.atSample)
    // What was missed before is told together with this.
    if (this.#missed[port]! >= 0) return
    try {
      this.#instance.gap(port, gap, this.#outputs)
    } catch (error) {
      this.#fail(error)
      this.#miss(port, gap.atSample)
      this.#outputs.passGap(gap)
      this.#tellRefused(port, 'failed', null)
    }
  }

  /** A node that rests is not asked; time goes on behind it all the same. */
  watermark(port: string, time: number): void {
    const { watermark, remote, outputs, delaySamples } = this.#instance
    if (watermark && !this.#own.mustReopen) {
      try {
        watermark.call(this.#instance, port, time, this.#outputs)
      } catch (error) {
        this.#fail(error)
        this.#tellRefused(port, 'failed', null)
      }
    } else if (!remote && port === this.definition.inputs[0]?.name) {
      const rate = this.#setup.inputs[port]!.nominalRateHz
      const delaySeconds = rate > 0 ? delaySamples / rate : 0
      for (const output of Object.keys(outputs))
        this.#outputs.watermark(output, time - delaySeconds)
    }
  }

  /** What it is, for one in another thread that takes its place. */
  get identity(): NodeIdentity {
    return { signature: this.signature, rates: this.#outputs.rates }
  }

  /**
   * Takes the place of a node of this id in another thread: as that one, where the two are the same;
   * else only its outputs go on where they were.
   */
  adopt({ signature, rates }: NodeIdentity, saved: NodeState): void {
    if (signature === this.signature) restoreState(this.#state, saved, this.id)
    else this.#outputs.goOn(rates, saved.outputs as NodeState)
  }

  /** Between two chunks. */
  degrade(level: number): void {
    const { degrade } = this.#setup.resilience
    this.#isDegraded = degrade !== undefined && level >= degrade.level
  }

  close(): void {
    this.#memory.release()
    this.#ownMemory.release()
  }

  #see(port: string, chunk: Chunk): void {
    const time = chunk.time[0]!
    if (this.#breaker && !this.#breaker.admits(time)) {
      this.#refuse(port, chunk, 'resting')
      return
    }
    this.#own.lastTime = time
    if (this.#own.mustReopen) this.#reopen()
    try {
      if (this.#missed[port]! >= 0) this.#tellMissed(port, chunk.firstSample)
      this.#probe?.begin(chunk)
      this.#instance.process(port, chunk, this.#outputs)
      this.#probe?.end()
    } catch (error) {
      this.#probe?.end()
      this.#fail(error)
      this.#refuse(port, chunk, 'failed')
      return
    }
    this.#breaker?.succeeded(time)
  }

  #skip(port: string, chunk: Chunk): void {
    this.#counters.framesSkipped += chunk.frames
    this.#miss(port, chunk.firstSample)
  }

  #bypass(port: string, chunk: Chunk): void {
    this.#counters.framesBypassed += chunk.frames
    this.#miss(port, chunk.firstSample)
    this.#outputs.bypass(this.definition.outputs[0]!.name, chunk)
  }

  #miss(port: string, sample: number): void {
    if (this.#missed[port] === nothingMissed) this.#missed[port] = sample
  }

  #tellMissed(port: string, until: number): void {
    const atSample = this.#missed[port]!
    this.#missed[port] = nothingMissed
    const lostSamples = until - atSample
    if (lostSamples <= 0) return
    this.#instance.gap(
      port,
      { atSample, lostSamples, exact: true, reason: 'dropped' },
      this.#outputs,
    )
  }

  #open(): NodeInstance {
    const { id, definition, inputs, options } = this.#setup
    const { maxFrames, model, module = noModule } = this.#context
    const keyed = (consistency: Consistency) =>
      this.#context.keyed?.open(id, consistency) ?? noKeyed(id)
    try {
      const memory = this.#memory
      return definition.open({ id, inputs, options, memory, maxFrames, model, module, keyed })
    } catch (error) {
      this.#memory.release()
      if (error instanceof SynapseError) throw error
      const what = `opening node "${id}" (${definition.id}): ${reasonOf(error)}`
      throw new SynapseError('graph-invalid', what, { cause: error })
    }
  }

  #reopen(): void {
    this.#own.mustReopen = false
    const { restart } = this.#setup.resilience
    if (!restart || restart.policy === 'never') return
    this.#memory.release()
    this.#memory = this.#context.memory.lend()
    this.#instance = this.#open()
    this.#counters.restarts++
    for (const port of Object.keys(this.#missed)) this.#missed[port] = nothingMissed
    this.#outputs.reopened()
    this.#state = this.#wholeState()
  }

  #wholeState(): NodeState {
    const plain = { node: this.#instance.state, outputs: this.#outputs.state }
    if (!this.#breaker && !this.#setup.resilience.degrade) return plain
    const breaker = this.#breaker?.state ?? {}
    return { ...plain, breaker, missed: this.#missed, own: this.#own }
  }

  /** @throws what is not its own, and its own where that is the graph's */
  #fail(error: unknown): void {
    if (this.#outputs.isPassed(error)) throw error
    const what = `running node "${this.id}" (${this.definition.id}): ${reasonOf(error)}`
    const failure = new SynapseError('node-failed', what, { cause: error })
    if (!this.#breaker) throw failure
    this.#counters.errors++
    this.#breaker.failed(this.#own.lastTime)
    this.#own.mustReopen = true
    this.#error = failure
  }

  /** What the node does not see is a gap to those after it, or stands in for with defaults. */
  #refuse(port: string, chunk: Chunk, reason: Refusal['reason']): void {
    this.#counters.framesRefused += chunk.frames
    if (port !== replyPort) this.#miss(port, chunk.firstSample)
    if (port === this.#setup.definition.inputs[0]?.name) {
      const { onError, defaultValue } = this.#setup.resilience
      if (onError === 'use-default') this.#outputs.fill(chunk, defaultValue)
      else this.#outputs.drop(chunk)
    }
    this.#tellRefused(port, reason, chunk)
  }

  #tellRefused(port: string, reason: Refusal['reason'], chunk: Chunk | null): void {
    const { outputs } = this.#context
    const info = this.#setup.inputs[port] ?? this.#instance.remote?.reply
    if (!outputs.refused || !info) return
    const error = this.#error ?? this.#unknown()
    outputs.refused({ node: this.id, port, info, reason, chunk, error })
  }

  /** After a restore the failure itself is forgotten. */
  #unknown(): SynapseError {
    const what = `running node "${this.id}" (${this.definition.id}): it failed before the restore`
    return new SynapseError('node-failed', what)
  }

  #openDegrade(): DutyCycle | null {
    const { id, definition, inputs, resilience } = this.#setup
    const { degrade } = resilience
    if (!degrade) return null
    try {
      checkDegrade(id, definition, degrade, inputs, this.#instance.outputs)
    } catch (error) {
      this.close()
      throw error
    }
    if (degrade.action !== 'lower-rate') return null
    const input = inputs[definition.inputs[0]!.name]!
    return new DutyCycle(degrade, input, this.#context.maxFrames, this.#ownMemory)
  }
}

function noKeyed(id: string): KeyedContext {
  throw new SynapseError(
    'graph-invalid',
    `opening node "${id}": it keeps state by key, and this host keeps none`,
  )
}

function noModule(name: string): never {
  throw new SynapseError('file-missing', `looking for the module "${name}": this host has none`)
}
