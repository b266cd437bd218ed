/** What the pieces of long work are: which thread does what, and what the catalogue learns from it. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Outcome, Work } from '../../contract/index.ts'
import {
  type CataloguedRecording,
  exportsName,
  noteCopy,
  planSubjectExport,
  readSideFile,
  rebuildCatalogue,
  withinFolder,
  writeSideFile,
} from '../../sessions/index.ts'
import { asSynapseError, SynapseError } from '../../signal/index.ts'
import { packageVersion } from '../package-files.ts'
import type { SessionKeeper } from '../session-keeper.ts'
import type { FileThread } from './file-thread.ts'
import type { Task } from './job-list.ts'
import type { FileOrder, Judged } from './orders.ts'
import type { Progress } from './progress.ts'

/** What says that a file is no good, and not that looking at it was prevented. */
const unreadable: ReadonlySet<string> = new Set([
  ...['file-damaged', 'file-unreadable', 'file-missing', 'io-failed'],
])
const nothing = {
  ...{ sentence: '', whole: false, advice: '' },
  ...{ files: [], losses: [], removed: [], problems: [] },
}
type OrderOf<K extends FileOrder['kind']> = Extract<FileOrder, { kind: K }>
type WorkOf<K extends Work['kind']> = Extract<Work, { kind: K }>

export class SessionTasks {
  readonly #sessions: SessionKeeper
  readonly #thread: FileThread

  constructor(sessions: SessionKeeper, thread: FileThread) {
    this.#sessions = sessions
    this.#thread = thread
  }

  /** @throws SynapseError bad-option, not-ready, file-exists: what is known before it begins */
  of(work: Work): Task {
    switch (work.kind) {
      case 'verify':
        return this.#verify(work)
      case 'report':
        return this.#report(work)
      case 'repair':
        return this.#repair(work)
      case 'export':
        return this.#export(work)
      case 'export-subject':
        return this.#exportSubject(work)
      case 'rebuild':
        return this.#rebuild(work)
    }
  }

  /** @throws SynapseError bad-option, not-ready */
  #recording(id: number, doing: string): CataloguedRecording {
    const found = this.#sessions.catalogue.get(id)
    if (!found) throw new SynapseError('bad-option', `${doing}: there is no recording ${id}`)
    if (found.state !== 'recording') return found
    throw new SynapseError('not-ready', `${doing} ${found.path}: it is being recorded`, {
      remedy: 'Stop the recording first.',
    })
  }

  #path({ path }: CataloguedRecording): string {
    return join(this.#sessions.folder, path)
  }

  #verify(work: WorkOf<'verify'>): Task {
    const recording = this.#recording(work.recording, 'verifying')
    const order = { kind: 'verify' as const, path: this.#path(recording) }
    const run = async (progress: Progress) =>
      this.#judge(recording, await this.#verdict(order, progress))
    return { work, about: recording.path, unit: 'samples', isReading: true, run }
  }

  /**
   * A recording by any of its files; the catalogue learns what came of it, where it knows it.
   * @throws SynapseError cancelled, worker-died
   */
  async verifyFile(path: string, progress: Progress): Promise<Judged> {
    const judged = await this.#verdict({ kind: 'verify', path }, progress)
    const known = this.#sessions.entryOf(path)
    if (known) this.#judge(known, judged)
    return judged
  }

  /** What cannot be read at all is judged, too. @throws SynapseError cancelled, worker-died … */
  async #verdict(order: OrderOf<'verify'>, progress: Progress): Promise<Judged> {
    try {
      return await this.#thread.ask(order, progress)
    } catch (cause) {
      const { code, message } = asSynapseError(cause, `verifying ${order.path}`)
      if (!unreadable.has(code)) throw cause
      const sentence = 'Damaged: nothing of it can be read.'
      const reason = `${sentence} ${message}`
      return { ...nothing, sentence, verdict: 'damaged', reason, problems: [{ code, message }] }
    }
  }

  #report(work: WorkOf<'report'>): Task {
    const recording = this.#recording(work.recording, 'reporting on')
    const path = this.#path(recording)
    const to = path.replace(/\.[^./\\]*$/, '.report.html')
    const run = async (progress: Progress) => {
      const order = { kind: 'report' as const, path, to, madeAt: new Date() }
      return this.#judge(recording, await this.#thread.ask(order, progress))
    }
    return { work, about: recording.path, unit: 'samples', isReading: false, run }
  }

  /** The catalogue and the side file keep it. */
  #judge({ id }: CataloguedRecording, { verdict, reason, ...outcome }: Judged): Outcome {
    const integrity = { verdict, checkedAt: new Date().toISOString(), reason }
    const recording = this.#sessions.catalogue.get(id)
    if (!recording) return outcome // it was deleted meanwhile
    this.#sessions.catalogue.judge(id, integrity)
    const path = this.#path(recording)
    const story = readSideFile(path)
    if (story) writeSideFile(path, { ...story, integrity })
    this.#sessions.touch()
    return outcome
  }

  #repair(work: WorkOf<'repair'>): Task {
    const recording = this.#recording(work.recording, 'repairing')
    const path = this.#path(recording)
    const to = path.replace(/(_part-\d+)?\.[^./\\]*$/, '_recovered.xdf')
    if (existsSync(to)) {
      throw new SynapseError('file-exists', `repairing ${path}: ${to} exists`, {
        remedy: 'It has been repaired already; delete that file to do it again.',
      })
    }
    const run = async (progress: Progress) => {
      const outcome = await this.#thread.ask({ kind: 'repair', path, to }, progress)
      await this.#enterRecovered(recording, to)
      return outcome
    }
    return { work, about: recording.path, unit: 'samples', isReading: false, run }
  }

  async #enterRecovered(recording: CataloguedRecording, to: string): Promise<void> {
    const { catalogue, folder } = this.#sessions
    const { whole: _, startedAt, ...facts } = await this.#thread.ask({ kind: 'inspect', path: to })
    const { id: _id, ...entry } = recording
    const story = readSideFile(join(folder, recording.path))
    const closed = { ...facts, state: 'closed' as const, endedAt: null }
    if (story) {
      // Copies are of the one that was never closed, and go with it.
      const { integrity: _old, mirror: _mirror, copies: _copies, ...kept } = story
      writeSideFile(to, { ...kept, ...closed })
    }
    catalogue.put({
      ...entry,
      ...closed,
      startedAt: recording.startedAt ?? startedAt,
      path: withinFolder(folder, to),
      process: null,
      integrity: null,
    })
    this.#sessions.settle(withinFolder(folder, to))
    this.#sessions.touch()
  }

  #export(work: WorkOf<'export'>): Task {
    const recording = this.#recording(work.recording, 'exporting')
    const path = this.#path(recording)
    const { format, deidentify, lineHz } = work
    const usual = join(this.#sessions.folder, exportsName, format === 'bids' ? 'bids' : '')
    const { subject, session, task, run } = recording
    const order = {
      kind: 'export' as const,
      path,
      format,
      folder: work.folder ?? usual,
      name: basename(path).replace(/\.[^.]*$/, ''),
      deidentify,
      bids: {
        ...{ subject, session, task, run, lineHz },
        softwareVersion: packageVersion(),
        today: new Date().toISOString().slice(0, 10),
      },
    }
    return {
      ...{ work, about: recording.path, unit: 'samples', isReading: false },
      run: async (progress) => {
        const outcome = await this.#thread.ask(order, progress)
        const made = format === 'bids' ? order.folder : outcome.files[0]?.path
        if (made !== undefined) noteCopy(path, format, made)
        return outcome
      },
    }
  }

  #exportSubject(work: WorkOf<'export-subject'>): Task {
    const { subject, folder } = work
    const plan = planSubjectExport(this.#sessions.catalogue, subject, folder)
    return {
      ...{ work, about: subject, unit: 'bytes', isReading: false },
      run: async (progress) => {
        const outcome = await this.#thread.ask({ kind: 'copy', plan }, progress)
        for (const each of plan.recordings) noteCopy(this.#path(each), 'subject', folder)
        return outcome
      },
    }
  }

  #rebuild(work: WorkOf<'rebuild'>): Task {
    const { folder } = this.#sessions
    const run = async (progress: Progress): Promise<Outcome> => {
      const catalogue = this.#sessions.catalogueToRebuild
      const inspect = (path: string) => this.#thread.ask({ kind: 'inspect', path })
      const { recordings, refused } = await rebuildCatalogue(catalogue, inspect, (done, total) => {
        progress.expect(total)
        progress.reach(done)
      })
      this.#sessions.touch()
      const problems = refused.map(({ path, reason }) => ({
        code: 'file-damaged',
        message: `${path}: ${reason}`,
      }))
      const sentence = `Recordings found: ${recordings}. Files that cannot be read: ${refused.length}.`
      return { ...nothing, sentence, whole: refused.length === 0, problems }
    }
    return { work, about: dirname(join(folder, 'x')), unit: 'files', isReading: false, run }
  }
}
