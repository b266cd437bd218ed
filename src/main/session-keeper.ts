/**
 * Recordings on their way into the catalogue: entered when they begin and when they end, with what
 * was in force; those that were never closed are found at the start. A catalogue that cannot be
 * written is a notice and never in the way of a recording.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RecordingSettings, ViewSettings } from '../contract/index.ts'
import { partPath } from '../formats/index.ts'
import {
  type CataloguedRecording,
  deviceNames,
  fieldsOfName,
  isAlive,
  nextPath,
  readSideFile,
  SessionCatalogue,
  withinFolder,
  writeSideFile,
} from '../sessions/index.ts'
import {
  asSynapseError,
  noSessionFields,
  reasonOf,
  type SessionFields,
  SynapseError,
} from '../signal/index.ts'
import type { DeviceLink } from './device-link.ts'
import type { GraphMaking } from './graph-making.ts'
import { inspectRecording } from './inspect-recording.ts'
import type { Notices } from './notices.ts'
import type { RecordingResult } from './recording.ts'
import {
  checkFolders,
  readRecordingSettings,
  usualRecording,
  writeRecordingSettings,
} from './recording-settings.ts'

/** What was in force when a recording began: plain data. */
interface InForce {
  readonly settings: unknown
  readonly montage: unknown
}

/** Devices with what they are set to: what a recording says of itself. */
export function devicesInForce(links: readonly DeviceLink[]) {
  return links.map(({ driver, address, name, streams }) => ({
    driver,
    address,
    name,
    streams: streams.map(({ info: { id, origin } }) => ({ id, origin })),
  }))
}

export function inForce(
  links: readonly DeviceLink[],
  view: ViewSettings,
  making: ReadonlyMap<string, GraphMaking>,
): InForce {
  const graphs = [...making.values()]
  const devices = devicesInForce(links)
  const montage = links.flatMap(({ streams }) =>
    streams.map(({ info: { id, name, type, nominalRateHz, channels } }) => {
      return { id, name, type, nominalRateHz, channels }
    }),
  )
  // Without a graph as ever: the same settings are the same version in the catalogue.
  return { settings: { devices, view, ...(graphs.length > 0 ? { graphs } : {}) }, montage }
}

/** Told of a recording, by its number, whose files are written and will not change any more. */
type SettledListener = (recording: number) => void

type SessionFieldsChange = { readonly [K in keyof SessionFields]?: SessionFields[K] | undefined }

export class SessionKeeper {
  readonly #base: string
  readonly #notices: Notices
  readonly #changed: () => void
  #catalogue: SessionCatalogue | null = null
  #fields: SessionFields = noSessionFields
  #current: string | null = null
  /** Of the recording that begins: its copy. */
  #mirror: string | null = null
  #over = false
  #settings = usualRecording
  #revision = 0
  readonly #settled = new Set<SettledListener>()

  /** @param base where its settings are, and where recordings go unless those say otherwise */
  constructor(base: string, notices: Notices, changed: () => void) {
    this.#base = base
    this.#notices = notices
    this.#changed = changed
    try {
      this.#settings = readRecordingSettings(base)
    } catch (cause) {
      notices.add(base, 'warning', asSynapseError(cause, 'reading the settings').note)
    }
  }

  /** Where recordings go. */
  get folder(): string {
    return this.#settings.folder ?? this.#base
  }

  get settings(): RecordingSettings {
    return this.#settings
  }

  /** Another number: what stands in the catalogue has changed since. */
  get revision(): number {
    return this.#revision
  }

  /** @returns what ends it */
  whenSettled(listener: SettledListener): () => void {
    this.#settled.add(listener)
    return () => this.#settled.delete(listener)
  }

  /** The files of this recording are written. @param within the folder of the recordings */
  settle(within: string): void {
    const id = this.catalogue.at(within)?.id
    if (id !== undefined) for (const listener of this.#settled) listener(id)
  }

  /** Somebody has changed the catalogue. */
  touch(): void {
    this.#revision += 1
    this.#changed()
  }

  /**
   * What is left out stays.
   * @throws SynapseError not-ready while it records into another folder, bad-option, file-denied,
   * io-failed: then everything is as it was
   */
  configure(change: Partial<RecordingSettings>): void {
    const said = Object.entries(change).filter(([, value]) => value !== undefined)
    const settings: RecordingSettings = { ...this.#settings, ...Object.fromEntries(said) }
    const isMoved = (settings.folder ?? this.#base) !== this.folder
    if (isMoved && this.#current !== null) {
      throw new SynapseError('not-ready', `recording into ${settings.folder}: one is running`, {
        remedy: 'Stop the recording first.',
      })
    }
    checkFolders(settings)
    writeRecordingSettings(this.#base, settings)
    this.#settings = settings
    if (isMoved) {
      this.#catalogue?.end()
      this.#catalogue = null
    }
    this.touch()
  }

  /** Of the recordings to come. */
  get fields(): SessionFields {
    return this.#fields
  }

  /** What is left out stays. */
  set(change: SessionFieldsChange): void {
    const said = Object.entries(change).filter(([, value]) => value !== undefined)
    this.#fields = { ...this.#fields, ...Object.fromEntries(said) }
    this.#changed()
  }

  proposePath(today: Date): string {
    return nextPath(this.folder, this.#fields, today, existsSync, this.#settings.template)
  }

  /** @throws SynapseError io-failed, file-unreadable */
  get catalogue(): SessionCatalogue {
    this.#catalogue ??= new SessionCatalogue(this.folder)
    return this.#catalogue
  }

  /** What cannot be read is set aside. @throws SynapseError io-failed */
  get catalogueToRebuild(): SessionCatalogue {
    this.#catalogue?.end()
    this.#catalogue = null
    this.#catalogue = SessionCatalogue.toRebuild(this.folder)
    return this.#catalogue
  }

  /** All of them, or those in which every word stands. Empty where nothing was ever recorded. */
  find(words: readonly string[]): CataloguedRecording[] {
    if (!this.#catalogue && !SessionCatalogue.exists(this.folder)) return []
    return this.catalogue.search(words)
  }

  /** Of the recording that this file is a part of; null where the catalogue does not know it. */
  entryOf(path: string): CataloguedRecording | null {
    if (!this.#catalogue && !SessionCatalogue.exists(this.folder)) return null
    let found: CataloguedRecording | null = null
    this.#guard('reading the catalogue', () => {
      found = this.catalogue.at(withinFolder(this.folder, partPath(path, 1)))
    })
    return found
  }

  /** Ended here and never read to their last sample since; trouble is a notice. */
  unverified(): CataloguedRecording[] {
    let found: CataloguedRecording[] = []
    if (this.#over) return found
    if (!this.#catalogue && !SessionCatalogue.exists(this.folder)) return found
    this.#guard('reading the catalogue', () => {
      found = this.catalogue.unverified()
    })
    return found
  }

  /**
   * Where the copy of this recording goes: in the folder of copies as in that of the recordings,
   * so that one name in two folders is no matter.
   * @throws SynapseError file-denied
   */
  mirrored<O extends { readonly mirrorFolder?: string | null }>(path: string, options: O): O {
    const { mirrorFolder = null } = options
    this.#mirror = mirrorFolder && join(mirrorFolder, basename(path))
    const within = dirname(withinFolder(this.folder, path))
    if (mirrorFolder === null || within === '.' || within.startsWith('..')) return options
    const folder = join(mirrorFolder, within)
    try {
      if (existsSync(mirrorFolder)) mkdirSync(folder, { recursive: true })
    } catch (cause) {
      throw new SynapseError('file-denied', `making ${folder}: ${reasonOf(cause)}`, { cause })
    }
    this.#mirror = join(folder, basename(path))
    return { ...options, mirrorFolder: folder }
  }

  /** Only what lies in the folder of the recordings is catalogued. */
  began(path: string, { settings, montage }: InForce): void {
    const within = withinFolder(this.folder, path)
    if (within.startsWith('..')) return
    this.#guard(`cataloguing ${path}`, () => {
      const named = fieldsOfName(path)
      const fields = { ...this.#fields }
      // A name that was typed says more than the fields that stand beside it.
      for (const key of ['subject', 'session', 'task'] as const)
        fields[key] = named[key] || fields[key]
      const since = new Date().toISOString()
      const unknownYet = { endedAt: null, seconds: null, bytes: null, ledger: null }
      const story = { ...fields, ...unknownYet, state: 'recording', startedAt: since } as const
      writeSideFile(path, {
        version: 1,
        ...story,
        ...(this.#mirror === null ? {} : { mirror: this.#mirror }),
        settings: plain(settings),
        montage: plain(montage),
      })
      this.catalogue.put({
        ...story,
        path: within,
        run: named.run,
        process: process.pid,
        settingsVersion: this.catalogue.version('settings', settings, since),
        montageVersion: this.catalogue.version('montage', montage, since),
        devices: deviceNames(settings),
        integrity: null,
      })
      this.#current = path
      this.touch()
    })
  }

  /**
   * Around what ends the recording: it is closed, or, where that fails, looked at as after a crash.
   * @throws what `end` throws
   */
  async ending<R extends RecordingResult | undefined>(end: () => Promise<R>): Promise<R> {
    try {
      const result = await end()
      if (result) this.#ended(result)
      return result
    } catch (error) {
      const path = this.#current
      this.#current = null
      if (path !== null) await this.#offer(withinFolder(this.folder, path))
      throw error
    }
  }

  #ended({ bytes, seconds, ledger }: RecordingResult): void {
    const path = this.#current
    this.#current = null
    if (path === null) return
    const endedAt = new Date().toISOString()
    this.#close(path, { state: 'closed', endedAt, bytes, seconds, ledger })
  }

  /** At the start of the program: tells of recordings that nobody closed, and what is in them. */
  async recover(): Promise<void> {
    if (this.#over || !SessionCatalogue.exists(this.folder)) return
    let left: CataloguedRecording[] = []
    this.#guard('reading the catalogue', () => {
      left = this.catalogue.unfinished().filter((each) => !isAlive(each.process))
    })
    for (const { path } of left) if (!this.#over) await this.#offer(path)
  }

  end(): void {
    this.#over = true
    this.#catalogue?.end()
    this.#catalogue = null
  }

  async #offer(within: string): Promise<void> {
    const path = join(this.folder, within)
    try {
      const { seconds, ledger, bytes } = await inspectRecording(path)
      if (this.#over) return
      this.#close(path, { state: 'interrupted', endedAt: null, seconds, bytes, ledger })
      const found = `${ledger.received} samples, ${(seconds ?? 0).toFixed(1)} s, can be read`
      const recovered = path.replace(/\.xdf$/i, '_recovered.xdf')
      this.#notices.add('Never closed', 'warning', {
        code: 'file-damaged',
        message: `${path} was never closed: ${found}`,
        remedy: `It can be used as it is; Repair in Sessions makes a closed file of it, as does "synapse repair ${path} ${recovered}".`,
      })
    } catch (cause) {
      const nothing = { endedAt: null, seconds: null, bytes: null, ledger: null }
      this.#close(path, { state: 'interrupted', ...nothing })
      this.#notices.add(path, 'warning', asSynapseError(cause, `reading ${path}`).note)
    }
  }

  #close(path: string, end: Parameters<SessionCatalogue['close']>[1]): void {
    this.#guard(`cataloguing ${path}`, () => {
      this.catalogue.close(withinFolder(this.folder, path), end)
      const story = readSideFile(path)
      if (story) writeSideFile(path, { ...story, ...end })
      this.touch()
      this.settle(withinFolder(this.folder, path))
    })
  }

  #guard(doing: string, work: () => void): void {
    try {
      work()
    } catch (cause) {
      const { code, message } = asSynapseError(cause, doing)
      const remedy = `The recording is not touched by it. Make the catalogue anew: "synapse sessions rebuild ${this.folder}".`
      this.#notices.add('sessions', 'warning', { code, message, remedy })
    }
  }
}

/** As it will be read back. */
function plain(value: unknown) {
  return JSON.parse(JSON.stringify(value))
}
