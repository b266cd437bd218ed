/**
 * The graphs that users have run, kept in a file beside the recordings: so that they are found again
 * when the program begins anew, and run by themselves where that was wished for.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { asSynapseError, reasonOf, SynapseError } from '../signal/index.ts'
import type { Notices } from './notices.ts'

const fileName = 'graphs.json'
/** Those that were run longest ago go first, unless they are to begin with the program. */
const mostGraphs = 100

const shelvedSchema = z.strictObject({
  /** Under which it runs. */
  id: z.string().min(1).max(1000),
  name: z.string(),
  /** As it was written. */
  text: z.string().max(200_000),
  /** Counts from 1 as it is changed. */
  version: z.int().min(1),
  /** Ids of the streams that it read last, markers aside. */
  reads: z.array(z.string().max(1000)).max(100),
  /** It begins as soon as all that it reads is there. */
  startsAlone: z.boolean(),
  isRecorded: z.boolean(),
  /** Outputs that are looked at in the live view. */
  shown: z.array(z.string().max(1000)).max(1000),
})
export type ShelvedGraph = z.output<typeof shelvedSchema>

/** What a user may wish of a graph. */
export type GraphWishes = Partial<Pick<ShelvedGraph, 'startsAlone' | 'isRecorded' | 'shown'>>

export class GraphShelf {
  readonly #path: string
  readonly #folder: string
  readonly #notices: Pick<Notices, 'add'>
  /** The one that was run last stands last. */
  readonly #graphs = new Map<string, ShelvedGraph>()

  /** @param folder of the recordings */
  constructor(folder: string, notices: Pick<Notices, 'add'>) {
    this.#folder = folder
    this.#path = join(folder, fileName)
    this.#notices = notices
    try {
      for (const graph of readGraphs(this.#path)) this.#graphs.set(graph.id, graph)
    } catch (error) {
      notices.add(this.#path, 'warning', asSynapseError(error, 'reading the graphs').note)
    }
  }

  get list(): readonly ShelvedGraph[] {
    return [...this.#graphs.values()]
  }

  get(id: string): ShelvedGraph | undefined {
    return this.#graphs.get(id)
  }

  /** It runs as it now is; what was wished of it stands. */
  ran(graph: Pick<ShelvedGraph, 'id' | 'name' | 'text' | 'version' | 'reads'>): void {
    const usual = { startsAlone: false, isRecorded: true, shown: [] }
    const before = this.#graphs.get(graph.id)
    this.#graphs.delete(graph.id)
    this.#graphs.set(graph.id, { ...usual, ...before, ...graph })
    this.#forgetOldest()
    this.#write()
  }

  /** What is left out stays. */
  wish(id: string, wishes: GraphWishes): void {
    const graph = this.#graphs.get(id)
    if (!graph) return
    this.#graphs.set(id, { ...graph, ...wishes })
    this.#write()
  }

  forget(id: string): void {
    if (this.#graphs.delete(id)) this.#write()
  }

  #forgetOldest(): void {
    for (const { id, startsAlone } of this.list) {
      if (this.#graphs.size <= mostGraphs) return
      if (!startsAlone) this.#graphs.delete(id)
    }
  }

  /** As a whole or not at all. A disk that takes nothing is told of, and the graphs run on. */
  #write(): void {
    try {
      mkdirSync(this.#folder, { recursive: true })
      const text = `${JSON.stringify(this.list, null, 2)}\n`
      writeFileSync(`${this.#path}.part`, text, { flush: true })
      renameSync(`${this.#path}.part`, this.#path)
    } catch (cause) {
      const what = `writing ${this.#path}: ${reasonOf(cause)}`
      const { note } = new SynapseError('io-failed', what, { cause })
      this.#notices.add(this.#path, 'warning', note)
    }
  }
}

/** @throws SynapseError file-damaged */
function readGraphs(path: string): ShelvedGraph[] {
  if (!existsSync(path)) return []
  try {
    return z.array(shelvedSchema).parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new SynapseError('file-damaged', `reading ${path}: ${reasonOf(cause)}`, {
      cause,
      remedy: 'No graph is remembered; the file is replaced when the next one is run.',
    })
  }
}
