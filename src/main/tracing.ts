/**
 * Who ran when, over all threads: switched on for a while, then written as a file that Perfetto
 * (https://ui.perfetto.dev) and Chrome's tracing page open. Chrome's trace-event format, JSON.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TraceRing } from '../ring/index.ts'
import { asSynapseError, type Clock, SynapseError, sleep } from '../signal/index.ts'

export interface TracedThread {
  readonly name: string
  /** Of a `TraceRing`. */
  readonly trace: SharedArrayBuffer
}

export interface SavedTrace {
  readonly path: string
  readonly spans: number
  /** Spans that were overwritten because the trace ran for so long. */
  readonly lost: number
}

const processNumber = 1

export class Tracing {
  /** The host's own thread. */
  readonly own: TraceRing
  readonly #clock: Clock
  readonly #threads: () => readonly TracedThread[]
  #begun: number | null = null

  /** @param threads all that there are at the moment, but for the host's own */
  constructor(clock: Clock, threads: () => readonly TracedThread[], own = new TraceRing()) {
    this.own = own
    this.#clock = clock
    this.#threads = threads
  }

  /** Threads that start later are not in it. @throws SynapseError not-ready while one runs */
  begin(): void {
    if (this.#begun !== null) {
      throw new SynapseError('not-ready', 'tracing: a trace is being taken', {
        remedy: 'Wait until it is saved.',
      })
    }
    this.#begun = this.#clock.now()
    for (const { ring } of this.#rings()) ring.begin()
  }

  /** Ends the trace and writes it. @throws SynapseError io-failed, file-denied, disk-full … */
  save(path: string): SavedTrace {
    const rings = this.#rings()
    for (const { ring } of rings) ring.end()
    const begun = this.#begun ?? this.#clock.now()
    this.#begun = null
    const threads = rings.map(({ name, ring }) => ({ name, spans: ring.spans(), lost: ring.lost }))
    const spans = threads.reduce((sum, thread) => sum + thread.spans.length, 0)
    const lost = threads.reduce((sum, thread) => sum + thread.lost, 0)
    try {
      writeFileSync(path, traceText(threads, begun))
    } catch (error) {
      throw asSynapseError(error, `writing ${path}`)
    }
    return { path, spans, lost }
  }

  /** The next so many seconds. @throws SynapseError as `begin` and `save` */
  async take(path: string, seconds: number): Promise<SavedTrace> {
    this.begin()
    await sleep(this.#clock, seconds)
    return this.save(path)
  }

  #rings() {
    const others = this.#threads().map(({ name, trace }) => ({ name, ring: new TraceRing(trace) }))
    return [{ name: 'host', ring: this.own }, ...others]
  }
}

/** Where a trace of this moment goes. */
export function tracePath(folder: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return join(folder, `trace_${stamp}_${now.getUTCMilliseconds()}.json`)
}

type TracedSpans = {
  readonly name: string
  readonly spans: ReturnType<TraceRing['spans']>
  readonly lost: number
}

/** @param begun seconds on the host's clock: the trace's zero */
function traceText(threads: readonly TracedSpans[], begun: number): string {
  const named = threads.map(({ name }, thread) => ({
    ph: 'M',
    name: 'thread_name',
    pid: processNumber,
    tid: thread + 1,
    args: { name },
  }))
  const events = threads.flatMap(({ spans }, thread) =>
    spans.map(({ name, start, seconds }) => ({
      ph: 'X',
      name,
      cat: threads[thread]!.name,
      pid: processNumber,
      tid: thread + 1,
      ts: Math.round((start - begun) * 1e9) / 1e3,
      dur: Math.round(seconds * 1e9) / 1e3,
    })),
  )
  const lost = Object.fromEntries(threads.map((thread) => [`lost ${thread.name}`, thread.lost]))
  return JSON.stringify({
    displayTimeUnit: 'ms',
    otherData: { program: 'SynapseStream', ...lost },
    traceEvents: [
      { ph: 'M', name: 'process_name', pid: processNumber, args: { name: 'SynapseStream' } },
      ...named,
      ...events,
    ],
  })
}
