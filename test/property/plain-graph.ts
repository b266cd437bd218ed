/**
 * The rules of the graph engine once more, as plainly as they can be said: one node after the
 * other, each over all that it is ever fed, sample by sample, with lists that only grow. What the
 * engine gives must be what this gives.
 */
import type { Resilience } from '../../src/graph/spec.ts'
import { PlainBreaker } from './plain-breaker.ts'
import { type Fails, failsAt, isEnded, lifeSeconds } from './test-nodes.ts'

export interface Sample {
  readonly index: number
  readonly time: number
  readonly value: number
}

/** What passes an edge, with the number of the source's chunk or gap that it comes from. */
export type PlainEvent = { readonly step: number } & (
  | { readonly samples: readonly Sample[] }
  | { readonly at: number; readonly lost: number }
)

export interface PlainNode {
  readonly id: string
  readonly kind: string
  readonly amount: number
  readonly fails: Fails
  /** Sources or nodes before it. */
  readonly from: readonly string[]
  readonly resilience: Resilience
  /** Before these steps it is opened anew with another amount. */
  readonly changes: readonly { readonly step: number; readonly amount: number }[]
  /** Of its input, per second. */
  readonly rateHz: number
}

export interface PlainAnswer {
  readonly events: PlainEvent[]
  readonly refused: string[]
  readonly framesRefused: number
  readonly framesSkipped: number
  readonly framesBypassed: number
  readonly errors: number
  readonly restarts: number
}

/** @param levelAt how far the graph is degraded at a step */
export function runPlain(
  node: PlainNode,
  inputs: readonly (readonly PlainEvent[])[],
  levelAt: (step: number) => number,
): PlainAnswer {
  return node.kind === 'join'
    ? plainJoin(node, inputs, levelAt)
    : new PlainRunner(node, levelAt).all(inputs[0]!)
}

function plainJoin(
  { resilience }: PlainNode,
  [left, right]: readonly (readonly PlainEvent[])[],
  levelAt: (step: number) => number,
): PlainAnswer {
  let framesSkipped = 0
  const seen = (events: readonly PlainEvent[]) =>
    new Map(
      events.flatMap((event) => {
        if (!('samples' in event)) return []
        const isSkipped = resilience.degrade && levelAt(event.step) >= resilience.degrade.level
        if (isSkipped) framesSkipped += event.samples.length
        return isSkipped
          ? []
          : event.samples.map((each) => [each.index, { each, ...event }] as const)
      }),
    )
  const [a, b] = [seen(left!), seen(right!)]
  let next: number | null = null
  const events = [...a].flatMap(([index, mine]): PlainEvent[] => {
    const other = b.get(index)
    if (!other) return []
    const step = Math.max(mine.step, other.step)
    const lost = next === null ? 0 : index - next
    const missing = lost > 0 ? [{ step, at: index - lost, lost }] : []
    next = index + 1
    const value = Math.fround(mine.each.value - other.each.value)
    const samples = [{ index, time: mine.each.time, value }]
    return [...missing, { step, samples }]
  })
  const none = { framesRefused: 0, framesBypassed: 0, errors: 0, restarts: 0 }
  return { events, refused: [], framesSkipped, ...none }
}

/** What a kind gives for one sample, or for a gap. */
interface PlainKind {
  sample(sample: Sample): Sample[]
  gap(at: number, lost: number): { before: Sample[]; at: number; lost: number }
}

/** What a node keeps by key: it outlives the node's instances. */
type Kept = Map<string, { readonly value: number; readonly until: number }>

const kinds: Readonly<Record<string, (amount: number, kept: Kept) => PlainKind>> = {
  scale: (amount) => ({
    sample: (sample) => [{ ...sample, value: Math.fround(sample.value * amount) }],
    gap: (at, lost) => ({ before: [], at, lost }),
  }),
  sum: () => {
    let since: number[] = []
    return {
      sample(sample) {
        since.push(sample.value)
        return [{ ...sample, value: since.reduce((a, b) => Math.fround(a + b), 0) }]
      },
      gap(at, lost) {
        since = []
        return { before: [], at, lost }
      },
    }
  },
  'hold-back': (amount) => {
    let held: Sample[] = []
    return {
      sample(sample) {
        held.push(sample)
        return held.splice(0, held.length - amount)
      },
      gap(at, lost) {
        const before = held
        held = []
        return { before, at, lost }
      },
    }
  },
  'hop-mean': (amount) => {
    let run: Sample[] = []
    let next = 0
    return {
      sample(sample) {
        run = sample.index % amount === 0 ? [sample] : [...run, sample]
        if (run.length < amount || sample.index % amount !== amount - 1) return []
        const total = run.reduce((sum, { value }) => sum + value, 0)
        const index = Math.floor(sample.index / amount)
        next = index + 1
        return [{ index, time: sample.time, value: Math.fround(total / amount) }]
      },
      gap(at, lost) {
        run = []
        const from = Math.max(next, Math.floor(at / amount))
        const to = Math.ceil((at + lost) / amount)
        next = Math.max(next, to)
        return { before: [], at: from, lost: to - from }
      },
    }
  },
  tally: plainTally,
  'strong-tally': plainTally,
}

function plainTally(amount: number, kept: Kept): PlainKind {
  const at = (key: string, time: number) => {
    const entry = kept.get(key)
    return entry && time < entry.until ? entry.value : 0
  }
  return {
    sample({ index, time, value }) {
      const mine = `k${index % amount}`
      const total = Math.fround(at(mine, time) + value)
      if (isEnded(index)) kept.delete(mine)
      else kept.set(mine, { value: total, until: time + lifeSeconds(index) })
      const all = [...kept.keys()]
        .sort()
        .reduce((sum, key) => Math.fround(sum + at(key, time)), total)
      return [{ index, time, value: all }]
    },
    gap: (at, lost) => ({ before: [], at, lost }),
  }
}

class PlainRunner {
  readonly #node: PlainNode
  readonly #levelAt: (step: number) => number
  readonly #changes: PlainNode['changes'][number][]
  #amount: number
  #kind: PlainKind
  readonly #kept: Kept = new Map()
  #breaker: PlainBreaker
  #missed: number | null = null
  #mustReopen = false
  #lastTime = 0
  /** What its output has to give next. */
  #next: number | null = null
  #step = 0
  #answer = newAnswer([])

  constructor(node: PlainNode, levelAt: (step: number) => number) {
    this.#node = node
    this.#levelAt = levelAt
    this.#changes = [...node.changes]
    this.#amount = node.amount
    this.#kind = kinds[node.kind]!(node.amount, this.#kept)
    this.#breaker = new PlainBreaker(node.resilience)
  }

  all(events: readonly PlainEvent[]): PlainAnswer {
    for (const event of events) {
      this.#changeUntil(event.step)
      this.#step = event.step
      if ('samples' in event) this.#chunk(event.samples)
      else this.#gap(event.at, event.lost)
    }
    this.#changeUntil(Number.POSITIVE_INFINITY)
    return this.#answer
  }

  #changeUntil(step: number): void {
    while (this.#changes.length > 0 && this.#changes[0]!.step <= step) {
      const { amount } = this.#changes.shift()!
      // The same options are the same node.
      if (amount === this.#amount) continue
      this.#amount = amount
      this.#kind = kinds[this.#node.kind]!(amount, this.#kept)
      this.#breaker = new PlainBreaker(this.#node.resilience)
      this.#missed = null
      this.#mustReopen = false
      this.#lastTime = 0
      this.#answer = newAnswer(this.#answer.events, this.#answer.refused)
    }
  }

  #chunk(samples: readonly Sample[]): void {
    const { degrade } = this.#node.resilience
    if (!degrade || this.#levelAt(this.#step) < degrade.level) this.#see(samples)
    else if (degrade.action === 'skip') this.#skip(samples)
    else if (degrade.action === 'bypass') {
      this.#answer.framesBypassed += samples.length
      this.#missed ??= samples[0]!.index
      this.#out(samples)
    } else {
      const { seenSeconds, everySeconds } = degrade
      const { rateHz } = this.#node
      const period = Math.max(2, Math.round(everySeconds * rateHz))
      const seen = Math.min(period - 1, Math.max(1, Math.round(seenSeconds * rateHz)))
      const isSeen = ({ index }: Sample) => index % period < seen
      for (const run of runsOf(samples, isSeen)) {
        if (isSeen(run[0]!)) this.#see(run)
        else this.#skip(run)
      }
    }
  }

  #skip(samples: readonly Sample[]): void {
    this.#answer.framesSkipped += samples.length
    this.#missed ??= samples[0]!.index
  }

  #see(samples: readonly Sample[]): void {
    const [{ index: first, time }] = samples as [Sample]
    if (!this.#breaker.admits(time)) {
      this.#refuse(samples, 'resting')
      return
    }
    this.#lastTime = time
    if (this.#mustReopen) this.#reopen()
    const missed = this.#missed
    this.#missed = null
    if (missed !== null && missed < first && !this.#tellGap(missed, first - missed)) {
      this.#refuse(samples, 'failed')
      return
    }
    const bad = samples.findIndex(({ index }) => failsAt(this.#node.fails, index))
    const good = bad < 0 ? samples : samples.slice(0, bad)
    this.#out(good.flatMap((sample) => this.#kind.sample(sample)))
    if (bad < 0) this.#breaker.note(time, false)
    else {
      this.#fail()
      this.#refuse(samples, 'failed')
    }
  }

  #gap(at: number, lost: number): void {
    if (this.#mustReopen) this.#missed ??= at
    if (this.#missed !== null || this.#tellGap(at, lost)) return
    this.#missed = at
    if (this.#hasStandIn) this.#outGap(at, lost)
    this.#answer.refused.push(`${this.#node.id} failed on a gap`)
  }

  /** @returns false when it failed on it */
  #tellGap(at: number, lost: number): boolean {
    if (failsAt(this.#node.fails, at)) {
      this.#fail()
      return false
    }
    const told = this.#kind.gap(at, lost)
    this.#out(told.before)
    if (told.lost > 0) this.#outGap(told.at, told.lost)
    return true
  }

  #fail(): void {
    this.#answer.errors++
    this.#breaker.note(this.#lastTime, true)
    this.#mustReopen = true
  }

  #reopen(): void {
    this.#mustReopen = false
    if ((this.#node.resilience.restart?.policy ?? 'never') === 'never') return
    this.#kind = kinds[this.#node.kind]!(this.#amount, this.#kept)
    this.#missed = null
    this.#answer.restarts++
  }

  #refuse(samples: readonly Sample[], reason: string): void {
    const { onError, defaultValue } = this.#node.resilience
    const { index } = samples[0]!
    this.#answer.framesRefused += samples.length
    this.#missed ??= index
    this.#answer.refused.push(`${this.#node.id} ${reason} ${index} ${samples.length}`)
    if (!this.#hasStandIn) return
    const value = Math.fround(defaultValue)
    if (onError === 'use-default') this.#out(samples.map((sample) => ({ ...sample, value })))
    else {
      this.#dropUntil(index)
      this.#outGap(index, samples.length)
    }
  }

  /** Nothing stands in on outputs of another rate. */
  get #hasStandIn(): boolean {
    return this.#node.kind !== 'hop-mean'
  }

  #dropUntil(index: number): void {
    if (this.#next !== null && this.#next < index) this.#outGap(this.#next, index - this.#next)
  }

  #out(samples: readonly Sample[]): void {
    const fresh = samples.filter(({ index }) => this.#next === null || index >= this.#next)
    // A chunk never spans a gap.
    for (const run of runsOf(fresh, ({ index }, i) => index - i)) {
      this.#dropUntil(run[0]!.index)
      this.#next = run.at(-1)!.index + 1
      this.#answer.events.push({ step: this.#step, samples: run })
    }
  }

  #outGap(at: number, lost: number): void {
    const from = Math.max(this.#next ?? at, at)
    if (at + lost <= from) return
    this.#next = at + lost
    this.#answer.events.push({ step: this.#step, at: from, lost: at + lost - from })
  }
}

function newAnswer(events: PlainEvent[], refused: string[] = []) {
  const none = { framesRefused: 0, framesSkipped: 0, framesBypassed: 0, errors: 0, restarts: 0 }
  return { events, refused, ...none }
}

/** Samples that follow each other and are alike. */
function runsOf(
  samples: readonly Sample[],
  trait: (sample: Sample, i: number) => unknown,
): Sample[][] {
  const runs: Sample[][] = []
  let last: unknown
  for (const [i, sample] of samples.entries()) {
    const mine = trait(sample, i)
    if (runs.length > 0 && mine === last) runs.at(-1)!.push(sample)
    else runs.push([sample])
    last = mine
  }
  return runs
}
