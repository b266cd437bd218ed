/** Recordings as a window works with them: looked at, renamed, erased, and given to long work. */
import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Handlers, RecordingDetails, SessionsEvent } from '../../contract/index.ts'
import { partsOf } from '../../formats/index.ts'
import {
  type CataloguedRecording,
  changeEntry,
  type Erasure,
  eraseRecordings,
  filesOfAll,
  ofSubject,
  planErasure,
} from '../../sessions/index.ts'
import { asSynapseError, type Cancel, reasonOf, SynapseError } from '../../signal/index.ts'
import { missingError, missingStreams, recordWithout } from '../expected-streams.ts'
import type { AcquisitionHost } from '../host.ts'
import { showInFileManager } from '../show-file.ts'
import { FileThread } from './file-thread.ts'
import { JobList } from './job-list.ts'
import { SessionTasks } from './session-tasks.ts'

type Calls =
  | `sessions.${'look' | 'change' | 'files' | 'erase'}`
  | `jobs.${'start' | 'cancel' | 'dismiss' | 'report'}`
  | 'files.show'
  | 'recording.configure'
  | 'recording.start'

/** Recordings of the last time that are verified at the start. */
const mostAtStart = 20
/** While so much is waiting, recordings stay unverified until somebody asks. */
const mostAutomatic = 500

export class SessionDesk {
  readonly #host: AcquisitionHost
  readonly #looking = new FileThread()
  readonly #working = new FileThread()
  readonly #jobs: JobList
  readonly #tasks: SessionTasks
  readonly #cancels: Cancel[]

  /** @param changed catalogue or jobs are not as they were */
  constructor(host: AcquisitionHost, changed: () => void) {
    this.#host = host
    const giveUp = () => void this.#working.giveUp()
    this.#jobs = new JobList(host.clock, changed, giveUp, () => !host.isRecording)
    this.#tasks = new SessionTasks(host.sessions, this.#working)
    this.#cancels = [
      host.sessions.whenSettled((recording) => this.#verify(recording)),
      host.listen({ changed: () => this.#jobs.look(), marker: () => {} }),
    ]
  }

  /** What was recorded, but not read since, when the program ended; the latest of it. */
  verifyLatest(): void {
    const latest = this.#host.sessions.unverified().slice(-mostAtStart)
    for (const { id } of latest) this.#verify(id)
  }

  /** By itself, when nothing is being recorded. What stands in the way leaves it unverified. */
  #verify(recording: number): void {
    const known = this.#jobs.list.some(
      ({ work, state }) =>
        work.kind === 'verify' && work.recording === recording && state === 'waiting',
    )
    if (known || this.#jobs.list.length >= mostAutomatic) return
    this.#jobs.add({ ...this.#tasks.of({ kind: 'verify', recording }), isAutomatic: true })
  }

  get event(): SessionsEvent {
    const { folder, revision, settings } = this.#host.sessions
    return { folder, settings, revision, jobs: this.#jobs.list }
  }

  async end(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#jobs.end()
    await this.#looking.giveUp()
    await this.#working.giveUp()
  }

  readonly handlers: Pick<Handlers, Calls> = {
    'sessions.look': ({ recording }) => this.#look(this.#recording(recording)),
    'sessions.change': ({ recording, change }) => {
      const { sessions } = this.#host
      const changed = changeEntry(sessions.catalogue, this.#recording(recording), change)
      sessions.touch()
      return { recording: changed }
    },
    'sessions.files': (of) => {
      const { recordings, word } = this.#toErase(of)
      const { catalogue, settings } = this.#host.sessions
      const plan = planErasure(catalogue, recordings, settings.mirrorFolder)
      return { ...plainErasure(plan), recordings: [...recordings], word }
    },
    'sessions.erase': ({ word: typed, ...of }) => {
      const { sessions } = this.#host
      const { recordings, word } = this.#toErase(of)
      if (typed.trim() !== word) {
        throw new SynapseError('bad-option', `deleting: "${typed}" is not "${word}"`, {
          remedy: `Type ${word} to say that you mean it.`,
        })
      }
      const { mirrorFolder } = sessions.settings
      const erased = eraseRecordings(sessions.catalogue, recordings, mirrorFolder)
      sessions.touch()
      this.#tellWhatStays(word, erased)
      return { ...plainErasure(erased), recordings: recordings.length }
    },
    'jobs.start': (work) => ({ job: this.#jobs.add(this.#tasks.of(work)) }),
    'jobs.cancel': ({ job }) => {
      this.#jobs.cancel(job)
      return {}
    },
    'jobs.dismiss': ({ job }) => {
      this.#jobs.dismiss(job)
      return {}
    },
    'jobs.report': ({ job }) => ({ html: this.#report(job) }),
    'files.show': async ({ path }) => {
      await showInFileManager(this.#known(path))
      return {}
    },
    'recording.configure': (change) => {
      const { sessions, isRecording } = this.#host
      const isMoved = change.folder !== undefined && change.folder !== sessions.settings.folder
      if (isMoved && isRecording) {
        throw new SynapseError('not-ready', 'choosing another folder: a recording is running', {
          remedy: 'Stop the recording first.',
        })
      }
      const said = Object.entries(change).filter(([, value]) => value !== undefined)
      sessions.configure(Object.fromEntries(said))
      return { path: this.#host.proposePath() }
    },
    'recording.start': ({ path, anyway = false }) => this.#record(path, anyway),
  }

  async #record(named: string | undefined, isAnyway: boolean) {
    const host = this.#host
    const { expected, split, mirrorFolder } = host.sessions.settings
    const missing = missingStreams(host, expected)
    if (missing.length > 0 && !isAnyway && host.links.length > 0) {
      throw missingError(named ?? host.proposePath(), missing)
    }
    const path = await host.startRecording(named, { split, mirrorFolder })
    recordWithout(host, path, missing, 'window')
    return { path }
  }

  #tellWhatStays(word: string, { elsewhere }: Erasure): void {
    if (elsewhere.length === 0) return
    const list = elsewhere.map(({ path, what }) => `${path} (${what})`).join('; ')
    const remedy = 'Erase it by hand where it has to go, too.'
    const note = { code: 'not-erased', message: `what stays of ${word}: ${list}`, remedy }
    this.#host.notices.add('Deleted', 'warning', note)
  }

  /** @throws SynapseError bad-option */
  #recording(id: number): CataloguedRecording {
    const found = this.#host.sessions.catalogue.get(id)
    if (found) return found
    throw new SynapseError('bad-option', `looking for recording ${id}: there is none`)
  }

  /** @throws SynapseError bad-option */
  #toErase(of: { readonly recording?: number | undefined; readonly subject?: string | undefined }) {
    const { catalogue } = this.#host.sessions
    if (of.subject !== undefined) {
      return { recordings: ofSubject(catalogue, of.subject).recordings, word: of.subject }
    }
    if (of.recording === undefined) {
      throw new SynapseError('bad-option', 'deleting: neither a recording nor a subject is named')
    }
    const recording = this.#recording(of.recording)
    const name = recording.path.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
    return { recordings: [recording], word: recording.subject || name }
  }

  async #look(recording: CataloguedRecording): Promise<RecordingDetails> {
    const { folder, catalogue } = this.#host.sessions
    const path = join(folder, recording.path)
    const { settingsVersion, montageVersion } = recording
    const versions = {
      settings: settingsVersion && catalogue.contentOf('settings', settingsVersion),
      montage: montageVersion && catalogue.contentOf('montage', montageVersion),
    }
    const facts = {
      path,
      files: filesOfAll(folder, [recording]),
      parts: Math.max(1, partsOf(path).length),
      settings: (versions.settings ?? null) as RecordingDetails['settings'],
      montage: (versions.montage ?? null) as RecordingDetails['montage'],
    }
    try {
      const content = await this.#looking.ask({ kind: 'look', path })
      return { ...facts, content, trouble: null }
    } catch (cause) {
      return { ...facts, content: null, trouble: asSynapseError(cause, `reading ${path}`).note }
    }
  }

  /** @throws SynapseError bad-option, file-missing */
  #report(id: number): string {
    const job = this.#jobs.list.find((each) => each.id === id)
    const path = job?.work.kind === 'report' ? job.outcome?.files[0]?.path : undefined
    if (path === undefined) throw new SynapseError('bad-option', `job ${id} has written no report`)
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw new SynapseError('file-missing', `reading ${path}: ${reasonOf(cause)}`, { cause })
    }
  }

  /** Only what lies with the recordings, or was written for the user. @throws SynapseError */
  #known(path: string): string {
    const { folder } = this.#host.sessions
    const whole = resolve(folder, path)
    const way = relative(folder, whole)
    const isOurs = !way.startsWith('..') && !isAbsolute(way)
    const written = this.#jobs.list.flatMap(({ outcome }) => outcome?.files ?? [])
    if (isOurs || written.some((file) => file.path === whole)) return whole
    throw new SynapseError('file-denied', `showing ${path}: it is no file of a recording`)
  }
}

function plainErasure({ files, mirrors, elsewhere }: Erasure) {
  return { files: [...files], mirrors: [...mirrors], elsewhere: [...elsewhere] }
}
