/**
 * One seed, one troubled session on a clock of its own: samples arrive with jitter, the thread is
 * slow for a while, its ring overruns, nodes fail, the graph is degraded and mended, the thread dies
 * and goes on from its latest snapshot. What left it must be, bit for bit, what a graph gives that
 * is told the same levels at the same samples, and never dies.
 */
import {
  Graph,
  GraphMemory,
  type GraphSnapshot,
  type GraphSpec,
  LagWatch,
} from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { type Chunk, newChunkBuffer, SynapseError, strideFor } from '../../src/signal/index.ts'
import { Random } from './random.ts'
import { randomSession, type Session } from './random-session.ts'
import { flakyCatalog, withTrouble } from './random-trouble.ts'

const maxFrames = 64
/** More frames than this do not wait: the oldest are lost. */
const ringFrames = 192
const budgetSeconds = 0.1

/** One memory for all, because every new one reserves address space. */
const memory = new GraphMemory(newKernelMemory())

/** What the thread took, in the order in which it took it: enough to do it again. */
type Step =
  | { readonly kind: 'chunk'; readonly at: number; readonly frames: number; readonly level: number }
  | { readonly kind: 'gap'; readonly atSample: number; readonly lostSamples: number }

/** @throws Error naming the seed, the output and the first place where the two part */
export function simulateTrouble(seed: number): void {
  const random = new Random(seed + 0x5eed)
  const catalog = flakyCatalog(seed)
  const session = randomSession(random, (info, spec) => canOpen({ info }, spec, catalog))
  const troubled = withTrouble(random, session.spec)
  const live = new LiveThread(session, troubled, catalog, random)
  const steps = live.run()
  const again = new Run(session, troubled, catalog)
  for (const step of steps) again.take(step)
  again.close()
  compare(seed, troubled, again.trace, live.trace)
  if (again.refusedFrames !== again.countedRefused) {
    throw new Error(
      `seed ${seed}: ${again.refusedFrames} frames told as refused, ${again.countedRefused} counted`,
    )
  }
}

function compare(seed: number, spec: GraphSpec, expected: Trace, got: Trace): void {
  for (const [output, lines] of expected.lines) {
    const others = got.lines.get(output)!
    const at = lines.findIndex((line, i) => line !== others[i])
    if (at < 0 && others.length === lines.length) continue
    throw new Error(
      `seed ${seed}: output ${output} of ${JSON.stringify(spec)} parts at line ${at}: ` +
        `expected ${lines[at] ?? 'the end'}, got ${others[at < 0 ? lines.length : at] ?? 'the end'}`,
    )
  }
}

type Catalog = ReturnType<typeof flakyCatalog>

function canOpen(session: Pick<Session, 'info'>, spec: GraphSpec, catalog: Catalog): boolean {
  try {
    new Run({ ...session, spec, frames: [], gaps: new Map() }, spec, catalog).close()
    return true
  } catch (error) {
    if (error instanceof SynapseError) return false
    throw error
  }
}

/** By output, as its ring holds it: index and bits of every frame, none twice. */
class Trace {
  readonly lines: ReadonlyMap<string, string[]>
  readonly #next = new Map<string, number>()

  constructor(spec: GraphSpec) {
    this.lines = new Map(Object.keys(spec.outputs).map((name) => [name, []]))
  }

  chunk(output: string, chunk: Chunk, channels: number): void {
    const next = this.#next.get(output) ?? 0
    for (let f = 0; f < chunk.frames; f++) {
      if (chunk.firstSample + f < next) continue
      const from = f * chunk.stride
      const values = chunk.data.slice(from, from + channels)
      const words = new Uint32Array(values.buffer, 0, channels)
      this.lines.get(output)!.push(`${chunk.firstSample + f} ${[...words].join(' ')}`)
    }
    this.#next.set(output, Math.max(next, chunk.firstSample + chunk.frames))
  }
}

/** A graph, its trace, and a hand that feeds it. */
class Run {
  readonly trace: Trace
  refusedFrames = 0
  readonly #session: Session
  readonly #spec: GraphSpec
  readonly #catalog: Catalog
  readonly #lent = memory.lend()
  readonly #chunk
  #graph: Graph
  #channels = new Map<string, number>()

  constructor(session: Session, spec: GraphSpec, catalog: Catalog, trace = new Trace(spec)) {
    this.trace = trace
    this.#session = session
    this.#spec = spec
    this.#catalog = catalog
    const stride = strideFor(session.info.channels.length)
    this.#chunk = newChunkBuffer({ format: 'float32', channels: stride, maxFrames })
    this.#chunk.data = this.#lent.float32(stride * maxFrames)
    this.#graph = this.#open()
  }

  get countedRefused(): number {
    const counters = [...this.#counted.values()]
    return counters.reduce((sum, { framesRefused }) => sum + framesRefused, 0)
  }

  #counted: Graph['counters'] = new Map()

  take(step: Step): void {
    if (step.kind === 'gap') {
      this.#graph.gap('eeg', { ...step, exact: true, reason: 'overrun' })
      return
    }
    this.#graph.degrade(step.level)
    const chunk = this.#chunk
    const { frames, info } = this.#session
    chunk.firstSample = frames[step.at]!.sample
    chunk.frames = step.frames
    for (let f = 0; f < step.frames; f++) {
      const { sample, values } = frames[step.at + f]!
      chunk.data.set(values, f * chunk.stride)
      chunk.time[f] = chunk.hostTime[f] = sample / info.nominalRateHz
    }
    this.#graph.chunk('eeg', chunk)
  }

  snapshot(): GraphSnapshot {
    return structuredClone(this.#graph.snapshot())
  }

  /** The thread died: another one begins with what was saved. */
  beginAnew(saved: GraphSnapshot | null): void {
    this.#graph.close()
    this.#graph = this.#open()
    if (saved) this.#graph.restore(saved)
  }

  close(): void {
    this.#counted = this.#graph.counters
    this.#graph.close()
    this.#lent.release()
  }

  #open(): Graph {
    const graph = new Graph(this.#spec, {
      catalog: this.#catalog,
      sources: { eeg: this.#session.info },
      memory,
      maxFrames,
      model: (name) => {
        throw new Error(`no model ${name} here`)
      },
      outputs: {
        chunk: (output, chunk) => this.trace.chunk(output, chunk, this.#channels.get(output)!),
        gap: () => {}, // an output's next chunk tells of it by its index
        request: () => {},
        refused: ({ chunk }) => {
          this.refusedFrames += chunk?.frames ?? 0
        },
      },
    })
    this.#channels = new Map(
      Object.entries(graph.outputs).map(([name, { channels }]) => [name, channels.length]),
    )
    return graph
  }
}

/** The thread on its clock: takes what has arrived, as fast as it can, until all is taken. */
class LiveThread {
  readonly #session: Session
  readonly #random: Random
  readonly #run: Run
  readonly #watch = new LagWatch(budgetSeconds)
  readonly #steps: Step[] = []
  #now = 0
  #at = 0
  /** The thread is this much slower than the samples until then. */
  #slowUntil = 0
  #slowness = 0
  #saved: { readonly snapshot: GraphSnapshot; readonly steps: number } | null = null

  constructor(session: Session, spec: GraphSpec, catalog: Catalog, random: Random) {
    this.#session = session
    this.#random = random
    this.#run = new Run(session, spec, catalog)
    this.#now = this.#arrivalOf(0)
  }

  get trace(): Trace {
    return this.#run.trace
  }

  run(): readonly Step[] {
    const { frames } = this.#session
    while (this.#at < frames.length) {
      if (this.#random.chance(0.03)) this.#becomeSlow()
      this.#overrun()
      this.#next()
      if (this.#random.chance(0.1)) this.#save()
      if (this.#random.chance(0.03)) this.#die()
    }
    this.#run.close()
    return this.#steps
  }

  #next(): void {
    const { frames, gaps, info } = this.#session
    const arrival = this.#arrivalOf(this.#at)
    this.#now = Math.max(this.#now, arrival)
    const lost = gaps.get(this.#at)
    const { sample } = frames[this.#at]!
    if (lost !== undefined) this.#take({ kind: 'gap', atSample: sample - lost, lostSamples: lost })
    const most = this.#random.between(1, maxFrames)
    let n = 1
    while (n < most && this.#isThere(this.#at + n)) n++
    const level = this.#watch.update(this.#now, this.#now - arrival)
    this.#take({ kind: 'chunk', at: this.#at, frames: n, level })
    this.#at += n
    const load = this.#now < this.#slowUntil ? this.#slowness / (1 + level) : 0.1
    this.#now += (load * n) / info.nominalRateHz
  }

  #isThere(at: number): boolean {
    const { frames, gaps } = this.#session
    return at < frames.length && !gaps.has(at) && this.#arrivalOf(at) <= this.#now
  }

  #arrivalOf(at: number): number {
    const { frames, info } = this.#session
    const frame = frames[at]
    // In packets of eight, each a little late.
    const packet = Math.ceil((at + 1) / 8)
    return frame
      ? frame.sample / info.nominalRateHz + 0.002 * (packet % 7)
      : Number.POSITIVE_INFINITY
  }

  #becomeSlow(): void {
    this.#slowUntil = this.#now + this.#random.pick([0.2, 1, 3])
    this.#slowness = this.#random.pick([1.2, 2, 6])
  }

  /** What waits beyond the ring's end is lost. */
  #overrun(): void {
    const { frames } = this.#session
    let newest = this.#at
    while (newest < frames.length && this.#arrivalOf(newest) <= this.#now) newest++
    if (newest - this.#at <= ringFrames) return
    const from = this.#at
    this.#at = newest - ringFrames
    // From the last frame taken on; gaps on the way are part of it.
    const atSample = from > 0 ? frames[from - 1]!.sample + 1 : frames[0]!.sample
    const end = frames[this.#at]!.sample - (this.#session.gaps.get(this.#at) ?? 0)
    if (end > atSample) this.#take({ kind: 'gap', atSample, lostSamples: end - atSample })
  }

  #take(step: Step): void {
    this.#steps.push(step)
    this.#run.take(step)
  }

  #save(): void {
    this.#saved = { snapshot: this.#run.snapshot(), steps: this.#steps.length }
  }

  /** The rings still hold what came since the snapshot. */
  #die(): void {
    this.#run.beginAnew(this.#saved?.snapshot ?? null)
    for (const step of this.#steps.slice(this.#saved?.steps ?? 0)) this.#run.take(step)
  }
}
