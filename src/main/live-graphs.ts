/**
 * The graphs that users run over the open streams: opened, changed while they run, taken back, and
 * ended. What cannot be is refused before anything that runs is touched.
 */
import type { GraphPlan, GraphProblem } from '../contract/index.ts'
import { type GraphSpec, type ParameterValues, readGraphText } from '../graph/index.ts'
import type { StoredModel } from '../inference/index.ts'
import {
  asSynapseError,
  type Clock,
  type ErrorNote,
  errorFromNote,
  type Marker,
  SynapseError,
} from '../signal/index.ts'
import type { LinkStream } from './device-link.ts'
import { differenceOf } from './graph-difference.ts'
import { GraphInspector, type Inspected } from './graph-inspector.ts'
import { type GraphMaking, newMaking } from './graph-making.ts'
import { graphProblem } from './graph-problem.ts'
import type { GraphShelf } from './graph-shelf.ts'
import { liveSources } from './live-sources.ts'
import { MarkerFeed } from './marker-feed.ts'
import type { Notices } from './notices.ts'
import type { Processing } from './processing.ts'
import type { LiveSources } from './running-graph.ts'

/** So many changes can be taken back. */
const mostTexts = 20
/** A thread that comes to no end in so long is told of as such; starting one takes a second or ten. */
const settleSeconds = 60
/** What the text is called in messages. */
const textName = 'the text'

export interface LiveGraphsOwner {
  readonly clock: Clock
  readonly processing: Processing
  readonly notices: Pick<Notices, 'add'>
  readonly graphShelf: GraphShelf
  streams(): readonly LinkStream[]
  /** A user's graph runs, runs otherwise, or has ended. */
  graphChanged(id: string): void
}

/** A text that has passed its check, and what would become of it. */
interface Planned {
  readonly spec: GraphSpec
  readonly sources: LiveSources
  readonly plan: GraphPlan
}

interface Trouble {
  readonly note: ErrorNote
  /** Seconds on the host's clock. */
  readonly time: number
}

export class LiveGraphs {
  readonly #owner: LiveGraphsOwner
  readonly #inspector: GraphInspector
  /** By id: what it was made of, the last one being what runs. */
  readonly #texts = new Map<string, string[]>()
  /** By id: what runs, or is about to. */
  readonly #making = new Map<string, GraphMaking>()
  readonly #inForce = new Map<string, GraphMaking>()
  readonly #troubles = new Map<string, Trouble>()
  readonly #waiting = new Map<string, (note: ErrorNote | null) => void>()

  /** @param modules folder of the modules for sandboxed nodes, if there is one */
  constructor(
    owner: LiveGraphsOwner,
    models: ReadonlyMap<string, StoredModel>,
    modules: string | null,
  ) {
    this.#owner = owner
    this.#inspector = new GraphInspector(models, modules)
  }

  /**
   * Runs a graph over the streams that are open, bound as over a recording, until one of them ends.
   * @returns the id under which it runs
   * @throws SynapseError graph-invalid, naming the source that nothing is there for
   */
  open(spec: GraphSpec, parameters: ParameterValues = {}): string {
    const processing = this.#owner.processing
    const id = firstFree(`graph ${spec.name}`, processing.graphs)
    const sources = this.#sourcesOf(spec)
    this.#making.set(id, newMaking(spec.name, JSON.stringify(spec)))
    processing.open(id, sources, spec, { parameters })
    return id
  }

  /** By id: what runs of users' graphs. */
  get inForce(): ReadonlyMap<string, GraphMaking> {
    const { graphs } = this.#owner.processing
    return new Map([...this.#inForce].filter(([id]) => graphs.get(id)?.graph))
  }

  /** What runs, or is about to; undefined for a graph that the host has made. */
  makingOf(id: string): GraphMaking | undefined {
    return this.#making.get(id)
  }

  /** Into every graph that reads markers. */
  marked(marker: Marker): void {
    for (const { id, sources } of this.#owner.processing.graphs.values()) {
      for (const feed of Object.values(sources)) {
        if (feed instanceof MarkerFeed && !feed.mark(marker)) this.#tellLeftOut(id, feed)
      }
    }
  }

  /** What it was made of; undefined for a graph that the host has made. */
  textOf(id: string): string | undefined {
    return this.#texts.get(id)?.at(-1)
  }

  canUndo(id: string): boolean {
    return (this.#texts.get(id)?.length ?? 0) > 1
  }

  /** The newest, if any; it may be over. */
  troubleOf(id: string): Trouble | undefined {
    return this.#troubles.get(id)
  }

  /** To be told by whoever runs them: what was begun has come to its end, or to `note`. */
  settled(id: string, note: ErrorNote | null): void {
    const making = this.#making.get(id)
    if (note) this.#troubles.set(id, { note, time: this.#owner.clock.now() })
    else if (making) {
      this.#inForce.set(id, making)
      this.#owner.graphChanged(id)
    }
    this.#waiting.get(id)?.(note)
    this.#waiting.delete(id)
  }

  /** How a graph that runs, or is to run, is made. @throws SynapseError as `check` */
  inspect(spec: GraphSpec, sources: LiveSources): Inspected {
    return this.#inspector.inspect(spec, infosOf(sources))
  }

  /**
   * What would become of every node.
   * @param id whose place it would take; null: it would run beside the others
   */
  check(id: string | null, text: string): { problem: GraphProblem | null; plan: GraphPlan | null } {
    try {
      return { problem: null, plan: this.#planned(id, text).plan }
    } catch (error) {
      const problem = graphProblem(text, asSynapseError(error, 'checking the graph'))
      return { problem, plan: null }
    }
  }

  /**
   * Runs it from the next chunk on; where it cannot, what ran runs on.
   * @param id whose place it takes; null: it runs beside the others
   * @returns the id under which it runs
   * @throws SynapseError graph-invalid, bad-option, model-missing, file-missing, not-ready
   */
  async apply(id: string | null, text: string): Promise<string> {
    const planned = this.#planned(id, text)
    const under = id ?? firstFree(`graph ${planned.spec.name}`, this.#owner.processing.graphs)
    await this.#run(under, text, planned)
    return under
  }

  /**
   * What ran once, over the streams that are open now; it begins without a past.
   * @param from ids of the streams that it may read; without them, any
   * @throws SynapseError as `apply`
   */
  async runAgain(id: string, from?: readonly string[]): Promise<void> {
    const kept = this.#owner.graphShelf.get(id)
    if (!kept) throw new SynapseError('graph-invalid', `looking for ${id}: it is not kept`)
    if (this.#owner.processing.graphs.has(id)) return
    await this.#run(id, kept.text, this.#planned(null, kept.text, from))
  }

  async #run(id: string, text: string, { spec, sources, plan }: Planned): Promise<void> {
    const { processing, graphShelf } = this.#owner
    const before = processing.graphs.get(id)
    const made = this.#making.get(id)
    this.#making.set(id, newMaking(spec.name, text, made ?? graphShelf.get(id)))
    const settled = this.#settling(id)
    if (before && !plan.isBoundAnew) processing.apply(id, spec)
    else processing.open(id, sources, spec)
    try {
      await settled
    } catch (error) {
      if (made) this.#making.set(id, made)
      else this.#making.delete(id)
      // It has passed its check, and cannot even begin: it is not tried again and again.
      if (!before) processing.close(id)
      else if (plan.isBoundAnew) processing.open(id, before.sources, before.wanted)
      throw error
    }
    if (!processing.graphs.has(id)) {
      throw new SynapseError('not-ready', `running ${id}: it was ended while it began`)
    }
    this.#wrote(id, text)
  }

  /** Back to what it was before the last change. @throws SynapseError not-ready, and as `apply` */
  async undo(id: string): Promise<void> {
    const texts = this.#texts.get(id) ?? []
    const before = texts.at(-2)
    if (before === undefined) {
      throw new SynapseError('not-ready', `taking back a change of ${id}: there is none`)
    }
    await this.apply(id, before)
    this.#texts.set(id, texts.slice(0, -1))
  }

  /** @throws SynapseError graph-invalid where the host has made it */
  close(id: string): void {
    this.#own(id)
    this.#owner.processing.close(id)
    this.#forget(id)
    this.#owner.graphChanged(id)
  }

  #planned(id: string | null, text: string, from?: readonly string[]): Planned {
    const spec = readGraphText(text, textName)
    const sources = this.#sourcesOf(spec, from)
    const after = this.inspect(spec, sources)
    const running = id === null ? null : this.#own(id)
    const before = running && this.inspect(running.graph?.spec ?? running.wanted, running.sources)
    return { spec, sources, plan: differenceOf(before, after) }
  }

  #sourcesOf(spec: GraphSpec, from?: readonly string[]): LiveSources {
    const streams = this.#owner.streams().filter(({ info }) => from?.includes(info.id) ?? true)
    return liveSources(spec, streams, this.#owner.clock)
  }

  #own(id: string) {
    const entry = this.#owner.processing.graphs.get(id)
    if (entry && this.#texts.has(id)) return entry
    if (!entry) {
      this.#forget(id)
      throw new SynapseError('graph-invalid', `looking for ${id}: it does not run any more`, {
        remedy: 'Run it as a graph of its own.',
      })
    }
    throw new SynapseError('graph-invalid', `changing ${id}: the host makes it for the traces`, {
      remedy: 'Change montage and filters above the traces, or run a graph of your own beside it.',
    })
  }

  /** At the first, and again whenever there are ten times as many. */
  #tellLeftOut(id: string, { leftOut, info }: MarkerFeed): void {
    if (!Number.isInteger(Math.log10(leftOut))) return
    const what = `marking in ${id}: ${leftOut} came too late for "${info.name}", and were left out`
    const remedy = 'Let markers.settleSeconds of that source be longer; the recording has them.'
    this.#owner.notices.add(id, 'warning', new SynapseError('graph-late', what, { remedy }).note)
  }

  #wrote(id: string, text: string): void {
    const { graphs } = this.#owner.processing
    for (const known of [...this.#texts.keys()]) if (!graphs.has(known)) this.#forget(known)
    this.#texts.set(id, [...(this.#texts.get(id) ?? []), text].slice(-mostTexts))
    this.#troubles.delete(id)
    const { name, version } = this.#making.get(id)!
    const sources = Object.values(graphs.get(id)?.sources ?? {})
    const reads = sources.filter((each) => !(each instanceof MarkerFeed)).map(({ info }) => info.id)
    this.#owner.graphShelf.ran({ id, name, text, version, reads })
  }

  #forget(id: string): void {
    this.#texts.delete(id)
    this.#making.delete(id)
    this.#inForce.delete(id)
    this.#troubles.delete(id)
  }

  #settling(id: string): Promise<void> {
    const { clock } = this.#owner
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(id)
        reject(
          new SynapseError('not-ready', `changing ${id}: it has not come to an end yet`, {
            remedy: 'Look at its state; what ran before runs until then.',
          }),
        )
      }
      const cancel = clock.after(settleSeconds, late)
      this.#waiting.set(id, (note) => {
        cancel()
        if (note) reject(errorFromNote(note))
        else resolve()
      })
    })
  }
}

function infosOf(sources: LiveSources) {
  return Object.fromEntries(Object.entries(sources).map(([name, { info }]) => [name, info]))
}

export function firstFree(wanted: string, taken: { has(id: string): boolean }): string {
  if (!taken.has(wanted)) return wanted
  for (let n = 2; ; n++) if (!taken.has(`${wanted}#${n}`)) return `${wanted}#${n}`
}
