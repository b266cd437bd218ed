/**
 * What a host does about the troubles of live graphs: keeps dead letters in a folder beside the
 * recordings, tells of nodes that are given up and taken back, and marks it in the recording.
 */
import { join } from 'node:path'
import type { DeadLetter } from '../graph/index.ts'
import { type ErrorNote, type Marker, reasonOf, SynapseError } from '../signal/index.ts'
import type { LetterStore } from './dead-letters/letter-store.ts'
import { letterStream } from './dead-letters/letter-words.ts'
import { openLiveLetterStore } from './dead-letters/open-store.ts'
import { RecentLetters } from './dead-letters/recent-letters.ts'
import { levelMarker } from './level-markers.ts'
import type { Notices } from './notices.ts'
import type { ProcessingListener } from './processing.ts'

const folderName = 'dead-letters'

export interface GraphTroubleContext {
  /** Of the recordings. */
  readonly folder: string
  readonly notices: Pick<Notices, 'add'>
  mark(marker: Marker): void
}

export class GraphTrouble {
  readonly listener: Pick<ProcessingListener, 'deadLetters' | 'degraded'> = {
    deadLetters: (id, letters, dropped) => {
      const store = this.#store === undefined ? this.#open() : this.#store
      if (dropped > 0) this.#tellDropped(dropped)
      if (dropped > 0) store?.drop(dropped, letters[0]?.chunk.time[0] ?? 0)
      for (const letter of letters) {
        const file = store?.add(letter, id)
        if (file) this.recent.add(recentOf(letter, id, file))
      }
    },
    degraded: (about, stream, { level, time, lagSeconds, nodes }) => {
      if (stream !== undefined) this.#context.mark(levelMarker(stream, time, level))
      const late = degradedNote(about, lagSeconds, nodes)
      if (level === 0) this.#context.notices.add(about, 'info', wholeNote(about))
      else this.#context.notices.add(about, 'warning', late)
    },
  }
  /** Letters of late: what a window lists. */
  readonly recent = new RecentLetters()
  readonly #context: GraphTroubleContext
  /** On their way here: too many at once, or gone with a thread. */
  #lostOnTheWay = 0
  /** Opened when there is the first letter; null when it cannot be. */
  #store: LetterStore | null | undefined

  constructor(context: GraphTroubleContext) {
    this.#context = context
  }

  /** Of the letters. */
  get folder(): string {
    return join(this.#context.folder, folderName)
  }

  /** Letters that had no room, since the host began. */
  get dropped(): number {
    return this.#store?.account.dropped ?? 0
  }

  /** When all letters that came so far are in the folder. */
  async settled(): Promise<void> {
    await this.#store?.settled()
  }

  async end(): Promise<void> {
    await this.#store?.close()
  }

  /** At the first, and again whenever there are ten times as many. */
  #tellDropped(dropped: number): void {
    const magnitude = () => Math.floor(Math.log10(this.#lostOnTheWay))
    const before = magnitude()
    this.#lostOnTheWay += dropped
    if (magnitude() === before) return
    const what = `keeping dead letters: ${this.#lostOnTheWay} were lost on their way to the disk`
    const remedy =
      'Mend the node that refuses chunks; how many are lost is counted beside the others.'
    const { note } = new SynapseError('node-failed', what, { remedy })
    this.#context.notices.add(this.folder, 'warning', note)
  }

  #open(): LetterStore | null {
    const { folder } = this
    const failed = (error: SynapseError) => this.#context.notices.add(folder, 'warning', error.note)
    try {
      this.#store = openLiveLetterStore(folder, failed)
    } catch (cause) {
      failed(new SynapseError('io-failed', `opening ${folder}: ${reasonOf(cause)}`, { cause }))
      this.#store = null
    }
    return this.#store
  }
}

function recentOf(letter: DeadLetter, graph: string, file: string) {
  const { node, port, reason, note, chunk } = letter
  const { firstSample, frames } = chunk
  const stream = letterStream(letter, graph).id
  return {
    graph,
    node,
    port,
    reason,
    note,
    stream,
    file,
    firstSample,
    frames,
    time: chunk.time[0]!,
  }
}

type Nodes = readonly { readonly node: string; readonly action: string }[]

function degradedNote(about: string, lagSeconds: number, nodes: Nodes): ErrorNote {
  const given = nodes.map(({ node, action }) => `${node} (${action})`).join(', ') || 'nothing yet'
  const late = `${Math.round(1000 * lagSeconds)} ms late`
  const what = `running the graph of ${about}: ${late}; given up for now: ${given}`
  return new SynapseError('graph-late', what).note
}

function wholeNote(about: string): ErrorNote {
  const what = `running the graph of ${about}: in time again, nothing is given up any more`
  return new SynapseError('graph-late', what, { remedy: 'Nothing is to be done.' }).note
}
