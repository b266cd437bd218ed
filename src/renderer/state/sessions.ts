/** The recordings that there are, and the long work over them, kept in step with the host. */
import type {
  Catalogued,
  EntryChangeRequest,
  Job,
  RecordingDetails,
  RecordingSettings,
  Result,
  SessionsEvent,
  Work,
} from '../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'
import type { HostLink } from '../host/host-link.ts'
import { Store } from './store.ts'

export interface SessionsState {
  /** Where recordings go; '' before the host has said so. */
  readonly folder: string
  readonly settings: RecordingSettings | null
  readonly jobs: readonly Job[]
  /** Null until they were asked for. */
  readonly recordings: readonly Catalogued[] | null
  readonly trouble: ErrorNote | null
  readonly selected: number | null
  /** Of the selected one; null while they are on their way. */
  readonly details: RecordingDetails | null
}

export type ToErase = Result<'sessions.files'>

export class Sessions {
  readonly state = new Store<SessionsState>({
    folder: '',
    settings: null,
    jobs: [],
    recordings: null,
    trouble: null,
    selected: null,
    details: null,
  })
  readonly #link: HostLink
  #revision = -1
  #known = -1
  #watchers = 0
  #turn = 0

  constructor(link: HostLink) {
    this.#link = link
  }

  /** What was known of an earlier host no longer holds. */
  reset(): void {
    this.#known = -1
    this.state.patch({ jobs: [], recordings: null, details: null })
  }

  heard({ folder, settings, revision, jobs }: SessionsEvent): void {
    this.#revision = revision
    this.state.patch({ folder, settings, jobs })
    if (this.#watchers > 0) void this.#load()
  }

  /** Somebody looks: from now on the list is kept up to date. @returns what ends that */
  watch(): () => void {
    this.#watchers += 1
    void this.#load()
    return () => {
      this.#watchers -= 1
    }
  }

  select(recording: number | null): void {
    if (recording === this.state.get().selected) return
    this.state.patch({ selected: recording, details: null })
    void this.#look()
  }

  /** @throws SynapseError */
  async start(work: Work): Promise<number> {
    return (await this.#link.call('jobs.start', work)).job
  }

  async cancel(job: number): Promise<void> {
    await this.#link.call('jobs.cancel', { job })
  }

  async dismiss(job: number): Promise<void> {
    await this.#link.call('jobs.dismiss', { job })
  }

  /** The page that a job has written. @throws SynapseError */
  async report(job: number): Promise<string> {
    return (await this.#link.call('jobs.report', { job })).html
  }

  /** @throws SynapseError */
  async change(recording: number, change: EntryChangeRequest): Promise<void> {
    await this.#link.call('sessions.change', { recording, change })
  }

  /** @throws SynapseError */
  toErase(of: { recording: number } | { subject: string }): Promise<ToErase> {
    return this.#link.call('sessions.files', of)
  }

  /** @param word what the user has typed @throws SynapseError */
  async erase(of: { recording: number } | { subject: string }, word: string): Promise<void> {
    await this.#link.call('sessions.erase', { ...of, word })
    this.select(null)
  }

  /** @throws SynapseError */
  async show(path: string): Promise<void> {
    await this.#link.call('files.show', { path })
  }

  /** @throws SynapseError */
  async configure(change: Partial<RecordingSettings>): Promise<void> {
    await this.#link.call('recording.configure', change)
  }

  async #load(): Promise<void> {
    if (this.#known === this.#revision || this.#revision < 0) return
    const revision = this.#revision
    this.#known = revision
    try {
      const { recordings } = await this.#link.call('sessions.find', { words: [] })
      if (revision !== this.#known) return
      const { selected } = this.state.get()
      const isThere = recordings.some(({ id }) => id === selected)
      this.state.patch({ recordings, trouble: null, ...(isThere ? {} : { selected: null }) })
      if (isThere) void this.#look()
    } catch (error) {
      this.#known = -1
      this.state.patch({ trouble: asSynapseError(error, 'reading the catalogue').note })
    }
  }

  async #look(): Promise<void> {
    const turn = ++this.#turn
    const { selected } = this.state.get()
    if (selected === null) return
    try {
      const details = await this.#link.call('sessions.look', { recording: selected })
      if (turn === this.#turn) this.state.patch({ details, trouble: null })
    } catch (error) {
      const { note } = asSynapseError(error, 'looking at the recording')
      if (turn === this.#turn) this.state.patch({ trouble: note })
    }
  }
}
