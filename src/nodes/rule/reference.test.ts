/** The rule node beside a reference that looks at everything again in every frame. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cuts, timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'

const info = featureStream(['x', 'y', 'z'], 64)
const bridgeSeconds = 2

interface Condition {
  readonly text: string
  holds(values: readonly number[]): boolean
}

interface Step {
  readonly when: Condition
  readonly until?: Condition
  readonly guard?: Condition
  readonly absent: boolean
  readonly forSeconds: number
  readonly breakSeconds: number
  readonly times: number
  readonly inSeconds?: number
  readonly withinSeconds?: number
}

interface Rule {
  readonly steps: readonly Step[]
  readonly event: 'met' | 'over'
  readonly notAgainForSeconds: number
  readonly withinSeconds?: number
}

interface Run {
  readonly onset: number
  /** Indices of its frames in which the condition holds. */
  readonly held: number[]
  /** When it ended; Infinity while it goes on. */
  end: number
  /** Index of the frame in which it was seen to end. */
  seenEnding: number
}

/** All runs of a step's condition over frames that hang together, with their ends as far as known. */
function runsOf(step: Step, frames: readonly PortFrame[]): Run[] {
  const runs: Run[] = []
  let latched = false
  let pause: number | null = null
  frames.forEach(({ time, values }, i) => {
    const keeps = latched && step.until !== undefined
    latched = !step.until?.holds(values) && (keeps || step.when.holds(values))
    const guarded = step.guard?.holds(values) ?? true
    const current = runs.at(-1)?.end === Number.POSITIVE_INFINITY ? runs.at(-1)! : null
    if (guarded && latched !== step.absent) {
      if (current) current.held.push(i)
      else runs.push({ onset: time, held: [i], end: Number.POSITIVE_INFINITY, seenEnding: -1 })
      pause = null
    } else if (current) {
      pause ??= time
      if (guarded && time - pause < step.breakSeconds) return
      current.end = pause
      current.seenEnding = i
      pause = null
    }
  })
  return runs
}

interface Met {
  readonly time: number
  readonly onset: number
}

class Reference {
  readonly events: { time: number; values: number[] }[] = []
  readonly #rule: Rule
  #frames: PortFrame[] = []
  #met: Met[][] = []
  #occurrences: number[][] = []
  /** Runs that have come as an occurrence, by step and onset; moments used, by step and run. */
  #occurred = new Set<string>()
  #used = new Set<string>()
  #pending: { onset: number; value: number; run: number } | null = null
  #quietUntil = Number.NEGATIVE_INFINITY

  constructor(rule: Rule) {
    this.#rule = rule
    this.#clear()
  }

  #clear(): void {
    this.#met = this.#rule.steps.map(() => [])
    this.#occurrences = this.#rule.steps.map(() => [])
    this.#used.clear()
  }

  #send(time: number, end: number): void {
    const { onset, value } = this.#pending!
    this.events.push({ time, values: [time - onset, end - onset, value].map(Math.fround) })
    this.#pending = null
    this.#quietUntil = time + this.#rule.notAgainForSeconds
  }

  see(frame: PortFrame): void {
    const { time } = frame
    const newest = this.#frames.at(-1)?.time ?? time
    const sent = this.events.length
    if (time - newest > bridgeSeconds) {
      this.#frames = []
      this.#clear()
      this.#occurred.clear()
      if (this.#pending) this.#send(time, newest)
    }
    this.#frames.push(frame)
    const runs = this.#rule.steps.map((step) => runsOf(step, this.#frames))
    if (this.#pending) {
      const { end } = runs.at(-1)![this.#pending.run]!
      if (end < Number.POSITIVE_INFINITY) this.#send(time, end)
    } else if (this.events.length === sent && time >= this.#quietUntil) {
      this.#match(runs, frame)
    }
  }

  #match(runs: readonly Run[][], { time, values }: PortFrame): void {
    const last = this.#rule.steps.length - 1
    for (let k = last; k >= 0; k--) {
      const onset = this.#metSince(k, runs[k]!)
      if (onset === null) continue
      if (k < last) {
        this.#met[k]!.push({ time, onset })
        continue
      }
      this.#pending = { onset, value: values[0]!, run: runs[k]!.length - 1 }
      this.#clear()
      if (this.#rule.event === 'met') this.#send(time, time)
      return
    }
  }

  /** Whether step k is met in the newest frame; the begin of all that led to it. */
  #metSince(k: number, runs: readonly Run[]): number | null {
    const step = this.#rule.steps[k]!
    const newest = this.#frames.length - 1
    const { time } = this.#frames[newest]!
    const run = runs.at(-1)
    if (run?.held.at(-1) !== newest) return null
    const total = this.#rule.withinSeconds ?? Number.POSITIVE_INFINITY
    const isNearEnough = (onset: number) => time - onset <= total
    const lasts = k > 0 && step.forSeconds > 0 && step.times === 1
    if (!(lasts && step.absent) && time - run.onset < step.forSeconds) return null
    const within = step.withinSeconds ?? Number.POSITIVE_INFINITY
    const before = (this.#met[k - 1] ?? []).filter(
      (met) => time - met.time <= within && isNearEnough(met.onset),
    )
    if (!lasts) {
      const first = this.#occurs(k, step, run, time)
      if (first === null) return null
      if (k === 0) return isNearEnough(first) ? first : null
      return before.findLast((met) => met.time < first)?.onset ?? null
    }
    const fits = before.filter(
      (met) =>
        time - met.time >= step.forSeconds && (!step.absent || this.#isQuietSince(met.time, run)),
    )
    const found = fits.at(-1)
    if (!found || this.#used.has(`${k} ${run.onset} ${found.time}`)) return null
    this.#used.add(`${k} ${run.onset} ${found.time}`)
    return found.onset
  }

  /** Every frame after `since` belongs to the run. */
  #isQuietSince(since: number, run: Run): boolean {
    return this.#frames.every(({ time }, i) => time <= since || run.held.includes(i))
  }

  /** Notes that the run has come; the begin of the first of as many as the step wants. */
  #occurs(k: number, step: Step, run: Run, time: number): number | null {
    if (this.#occurred.has(`${k} ${run.onset}`)) return null
    this.#occurred.add(`${k} ${run.onset}`)
    this.#occurrences[k]!.push(run.onset)
    const first = this.#occurrences[k]!.at(-step.times)
    if (first === undefined || time - first > (step.inSeconds ?? Number.POSITIVE_INFINITY))
      return null
    return first
  }
}

const ticks = (most: number) => fc.integer({ min: 1, max: most }).map((n) => n / 16)
const condition = fc
  .record({
    channel: fc.constantFrom(0, 1, 2),
    sign: fc.constantFrom('above', 'below'),
    level: fc.integer({ min: -1, max: 1 }),
  })
  .map(
    ({ channel, sign, level }): Condition => ({
      text: `${'xyz'[channel]} ${sign} ${level}`,
      holds: (values) => (sign === 'above' ? values[channel]! > level : values[channel]! < level),
    }),
  )

function stepAt(index: number): fc.Arbitrary<Step> {
  const base = {
    when: condition,
    until: fc.option(condition, { nil: undefined }),
    guard: fc.option(condition, { nil: undefined, freq: 2 }),
  }
  const none = { absent: false, forSeconds: 0, breakSeconds: 0, times: 1 }
  const within = index > 0 ? fc.option(ticks(80), { nil: undefined }) : fc.constant(undefined)
  const kinds: fc.Arbitrary<object>[] = [
    fc.record({ withinSeconds: within }),
    fc.record({ forSeconds: ticks(12), breakSeconds: fc.oneof(fc.constant(0), ticks(6)) }),
    fc.record({ absent: fc.constant(true), forSeconds: ticks(12) }),
    fc.record({
      times: fc.integer({ min: 2, max: 4 }),
      inSeconds: ticks(120),
      withinSeconds: within,
    }),
  ]
  return fc.tuple(fc.record(base), fc.oneof(...kinds)).map(([said, kind]) => {
    const { until, guard, ...rest } = { ...none, ...said, ...kind }
    const step = { ...rest, ...(until ? { until } : {}), ...(guard ? { guard } : {}) }
    return withoutUndefined(step) as unknown as Step
  })
}

const rules: fc.Arbitrary<Rule> = fc
  .integer({ min: 1, max: 3 })
  .chain((count) =>
    fc.record({
      steps: fc.tuple(...Array.from({ length: count }, (_, i) => stepAt(i))),
      event: fc.constantFrom('met' as const, 'over' as const),
      notAgainForSeconds: fc.oneof(fc.constant(0), ticks(20)),
      withinSeconds: fc.option(ticks(160), { nil: undefined, freq: 2 }),
    }),
  )
  .map((rule) => withoutUndefined(rule) as unknown as Rule)

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

function asSteps({ steps, ...rule }: Rule) {
  return {
    ...rule,
    value: 'x',
    steps: steps.map(({ when, until, guard, ...step }) => ({
      ...step,
      when: when.text,
      ...(until ? { until: until.text } : {}),
      ...(guard ? { while: guard.text } : {}),
    })),
  }
}

function inWords({ steps, event, notAgainForSeconds, withinSeconds }: Rule): string {
  const said = steps.map((step) =>
    [
      step.absent ? 'no' : '',
      step.when.text,
      step.times > 1 ? `${step.times} times in ${step.inSeconds} s` : '',
      step.until ? `until ${step.until.text}` : '',
      step.forSeconds ? `for ${step.forSeconds * 1000} ms` : '',
      step.breakSeconds ? `ignoring breaks of ${step.breakSeconds} s` : '',
      step.withinSeconds ? `within ${step.withinSeconds} seconds` : '',
      step.guard ? `while ${step.guard.text}` : '',
    ]
      .filter(Boolean)
      .join(' '),
  )
  const closings = [
    event === 'over' ? ', then event when over' : ', then event',
    notAgainForSeconds ? `, not again for ${notAgainForSeconds} s` : '',
    withinSeconds ? `, all within ${withinSeconds} s` : '',
    ', value x',
  ]
  return said.join(', then ') + closings.join('')
}

/** Values that come and go: each stays for a while. */
const frames = fc
  .tuple(
    timedFrames(3, 100, 40),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 100, maxLength: 100 }),
  )
  .map(([each, holds]) => {
    let from = 0
    let left = 0
    return each.map((frame, i) => {
      if (left-- === 0) {
        from = i
        left = holds[i]! - 1
      }
      const values = each[from]!.values.map((value) => Math.max(-2, Math.min(2, Math.round(value))))
      return { time: frame.time, values }
    })
  })

test('a rule gives the events of the reference, in words and as steps, cut anyhow, after any restore', () => {
  let found = 0
  fc.assert(
    fc.property(rules, frames, cuts('in'), fc.array(fc.nat(9)), (rule, signal, arrivals, at) => {
      const reference = new Reference(rule)
      for (const frame of signal) reference.see(frame)
      const run = (said: unknown) =>
        runPorts({
          node: 'rule',
          options: { rule: said, bridgeSeconds },
          feeds: { in: { info, frames: signal } },
          arrivals,
          restoreBefore: at,
        }).out!.frames
      const wanted = reference.events.map((event, index) => ({ index, ...event }))
      expect(run(asSteps(rule))).toEqual(wanted)
      expect(run(inWords(rule))).toEqual(wanted)
      found += wanted.length
    }),
    { numRuns: 800 },
  )
  expect(found).toBeGreaterThan(300)
})
