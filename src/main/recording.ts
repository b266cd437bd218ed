/** The record thread as the host sees it: one recording at a time. */
import { existsSync } from 'node:fs'
import { partNumber, partPath, partsOf } from '../formats/index.ts'
import { StageMeters } from '../ring/index.ts'
import {
  type Clock,
  type ClockOffset,
  type ErrorNote,
  emptyLedger,
  errorFromNote,
  type Ledger,
  type Marker,
  type StreamId,
  SynapseError,
  settingsStream,
} from '../signal/index.ts'
import type { RecorderStatus, SplitRule } from '../sinks/index.ts'
import type { RecordData, RecordedSource, RecordOrder, RecordReport } from '../workers/index.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

export interface RecordingListener {
  changed(): void
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
}

export interface RecordingResult {
  /** Of the first file: the name of the recording. */
  readonly path: string
  /** Of every file, in their order. */
  readonly paths: readonly string[]
  readonly bytes: number
  readonly seconds: number
  readonly ledger: Ledger
}

export interface RecordingOptions {
  /** When another file begins; null: it is all one. */
  readonly split?: SplitRule | null
  /** Where a copy is written, too. */
  readonly mirrorFolder?: string | null
  /** What is in force now, as plain data: asked again and again, and recorded when it changes. */
  readonly settings?: () => unknown
}

/** Markers so old are in the file, whatever happens to the thread; and so many are kept at most. */
const markerSeconds = 20
const mostMarkers = 1000

interface Current {
  /** Of the file that is being written. */
  path: string
  /** Of the file that it began with. */
  readonly firstPath: string
  readonly options: RecordingOptions
  readonly startedAt: Date
  /** Of the host's clock: since then there is a file. */
  startedTime: number
  sources: RecordedSource[]
  /** The latest ones: told again to the thread that takes over from one that died. */
  markers: Marker[]
  status: RecorderStatus
  /** As it was recorded last. */
  settings: string | null
}

interface Waiting<T> {
  resolve(value: T): void
  reject(error: SynapseError): void
}

const nothingYet: RecorderStatus = {
  path: '',
  bytes: 0,
  markers: 0,
  lostMarkers: 0,
  ledger: emptyLedger,
  syncedSecondsAgo: 0,
  progress: [],
  problem: null,
  sideProblems: [],
}

export class RecordingControl {
  readonly #clock: Clock
  readonly #listener: RecordingListener
  readonly #worker: SupervisedWorker<RecordData, RecordOrder, RecordReport>
  #current: Current | null = null
  #starting: Waiting<string> | null = null
  #stopping: Waiting<RecordingResult> | null = null

  constructor(clock: Clock, listener: RecordingListener, stages = new StageMeters()) {
    this.#clock = clock
    this.#listener = listener
    const owner = {
      started: () => this.#started(),
      report: (report: RecordReport) => this.#reported(report),
      died: (note: ErrorNote) => this.#died(note),
    }
    this.#worker = new SupervisedWorker(
      'record',
      { ...newThreadData(), stages: stages.shared },
      clock,
      owner,
      false,
    )
  }

  /** Null when nothing is being recorded. */
  get current(): Readonly<Current> | null {
    return this.#starting ? null : this.#current
  }

  get elapsedSeconds(): number {
    return this.#current ? this.#clock.now() - this.#current.startedTime : 0
  }

  /** @throws SynapseError not-ready, file-exists, file-missing, file-denied, disk-full, io-failed */
  start(
    path: string,
    sources: readonly RecordedSource[],
    options: RecordingOptions = {},
  ): Promise<string> {
    if (this.#current) {
      const { path: running } = this.#current
      throw new SynapseError('not-ready', `recording ${path}: ${running} is being recorded`, {
        remedy: 'Stop that recording first.',
      })
    }
    this.#current = {
      path,
      firstPath: path,
      options,
      startedAt: new Date(),
      startedTime: this.#clock.now(),
      sources: [...sources],
      markers: [],
      status: nothingYet,
      settings: null,
    }
    return new Promise((resolve, reject) => {
      this.#starting = { resolve, reject }
      this.#sendStart('now')
    })
  }

  /**
   * A stream that comes while a recording runs is recorded from there on.
   * @param from `oldest`: all that its ring holds, because it began within the recording
   */
  add(source: RecordedSource, from: 'oldest' | 'now' = 'now'): void {
    if (!this.#current) return
    this.#current.sources.push(source)
    this.#worker.send({ kind: 'add', source, from })
  }

  clockOffset(stream: StreamId, clockOffset: ClockOffset): void {
    if (!this.#current) return
    this.#current.sources = this.#current.sources.map((source) =>
      source.info.id === stream ? { ...source, clockOffset } : source,
    )
    this.#worker.send({ kind: 'clock-offset', stream, offset: clockOffset })
  }

  marker(marker: Marker): void {
    if (!this.#current) return
    const oldest = this.#clock.now() - markerSeconds
    const recent = this.#current.markers.filter(({ time }) => time >= oldest)
    this.#current.markers = [...recent, marker].slice(-mostMarkers)
    this.#worker.send({ kind: 'marker', marker })
  }

  /** @throws SynapseError not-ready, disk-full, io-failed */
  stop(): Promise<RecordingResult> {
    if (!this.#current || this.#stopping) {
      throw new SynapseError('not-ready', 'stopping: nothing is being recorded', {
        remedy: 'Start a recording first.',
      })
    }
    return new Promise((resolve, reject) => {
      this.#stopping = { resolve, reject }
      this.#worker.send({ kind: 'stop' })
    })
  }

  get trace(): SharedArrayBuffer {
    return this.#worker.trace
  }

  /** The thread itself: to be measured, or to be ended as a defect would end it. */
  get thread() {
    return this.#worker.worker
  }

  /** Closes what is still being recorded. @returns its account, where there was something */
  async stopAny(): Promise<RecordingResult | undefined> {
    return this.#current && !this.#stopping ? this.stop() : undefined
  }

  async end(): Promise<void> {
    await this.stopAny()
    await this.#worker.close()
  }

  #sendStart(from: 'oldest' | 'now'): void {
    const { path, startedAt, sources, options } = this.#current!
    const { split = null, mirrorFolder = null } = options
    this.#worker.send({ kind: 'start', path, startedAt, sources, from, split, mirrorFolder })
  }

  /** After a death the recording goes on in another file, with all that the rings still hold. */
  #started(): void {
    if (!this.#current) return
    if (this.#stopping) {
      const failed = new SynapseError('io-failed', `closing ${this.#current.path}: interrupted`)
      this.#stopping.reject(failed)
      this.#forget()
      return
    }
    if (!this.#starting) {
      this.#current.path = nextPath(this.#current.path)
    }
    this.#sendStart('oldest')
    for (const marker of this.#current.markers) this.#worker.send({ kind: 'marker', marker })
  }

  #died(note: ErrorNote): void {
    this.#listener.trouble(this.#current?.path ?? 'record', 'fault', note)
  }

  #reported(report: RecordReport): void {
    if (report.kind === 'status') this.#statusReported(report.status)
    else if (report.kind === 'started') {
      if (this.#starting) this.#current!.startedTime = this.#clock.now()
      this.#starting?.resolve(report.path)
      this.#starting = null
      this.noteSettings()
    } else if (report.kind === 'refused') {
      if (!this.#starting) this.#listener.trouble(report.path, 'fault', report.note)
      this.#starting?.reject(errorFromNote(report.note))
      this.#forget()
    } else if (report.kind === 'moved') this.#moved(report)
    else this.#stopped(report)
    this.#listener.changed()
  }

  /** Markers of the last time may stand in a file that nobody will find. */
  #moved({ path, note }: Extract<RecordReport, { kind: 'moved' }>): void {
    if (!this.#current) return
    const told = { ...note, message: `${note.message}; it goes on in ${path}` }
    this.#listener.trouble(this.#current.path, 'fault', told)
    this.#current.path = path
    this.#current.settings = null
    for (const marker of this.#current.markers) this.#worker.send({ kind: 'marker', marker })
    this.noteSettings()
  }

  #statusReported(status: RecorderStatus): void {
    if (!this.#current) return
    const { status: was } = this.#current
    const { path, problem, lostMarkers } = status
    this.#current.status = status
    // Every file says itself what was in force.
    if (path !== this.#current.path) this.#current.settings = null
    this.#current.path = path
    this.#tellSideProblems(status, was)
    this.noteSettings()
    if (problem && problem.code !== was.problem?.code) {
      this.#listener.trouble(path, 'fault', problem)
    }
    if (lostMarkers > was.lostMarkers) {
      const error = new SynapseError('disk-full', `recording ${path}: ${lostMarkers} markers lost`)
      this.#listener.trouble(path, 'fault', error.note)
    }
  }

  /** What is in force is recorded where it has changed. @param time from which on it holds */
  noteSettings(time = this.#clock.now()): void {
    const settings = this.#current?.options.settings
    if (!this.#current || !settings) return
    const text = JSON.stringify(settings())
    if (text === this.#current.settings) return
    this.#current.settings = text
    const row = { stream: settingsStream, texts: [text] }
    const marker = { label: 'settings', durationSeconds: 0, source: 'host', row }
    this.marker({ time, ...marker })
  }

  /** What went wrong beside the recording, once each. */
  #tellSideProblems(status: RecorderStatus, was: RecorderStatus): void {
    for (const note of status.sideProblems) {
      const isKnown = was.sideProblems.some(({ message }) => message === note.message)
      if (!isKnown) this.#listener.trouble(status.path, 'fault', note)
    }
  }

  #stopped({ status, note }: Extract<RecordReport, { kind: 'stopped' }>): void {
    const seconds = this.elapsedSeconds
    const { bytes, ledger } = status
    if (this.#current) this.#tellSideProblems(status, this.#current.status)
    if (note) this.#stopping?.reject(errorFromNote(note))
    else {
      const paths = pathsFrom(this.#current?.firstPath ?? status.path)
      const [path = status.path] = paths
      this.#stopping?.resolve({ path, paths, bytes, seconds, ledger })
    }
    this.#forget()
  }

  #forget(): void {
    this.#current = null
    this.#starting = null
    this.#stopping = null
  }
}

/** Of the files that are there; one that was named as a later part has none before it. */
function pathsFrom(firstPath: string): string[] {
  const first = partNumber(firstPath)
  return partsOf(firstPath).filter((each) => partNumber(each) >= first)
}

/** The next name that is free: the thread that died may have begun files that nobody was told of. */
function nextPath(path: string): string {
  let part = partNumber(path) + 1
  while (existsSync(partPath(path, part))) part++
  return partPath(path, part)
}
