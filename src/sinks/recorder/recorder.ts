/**
 * What a session is recorded into: XDF, appended, in one file or several. Owned by the record
 * thread, which asks `takes` before it reads more from the rings: while the disk takes nothing,
 * samples stay there, and what falls out of a ring is a gap in the file. A disk that takes bytes
 * but cannot promise that they survive a loss of power (a failed sync) is told of, and written to
 * all the same.
 */
import { partNumber, partPath } from '../../formats/index.ts'
import {
  asSynapseError,
  type Chunk,
  type ClockColumns,
  type ClockOffset,
  type ErrorNote,
  type Gap,
  type Ledger,
  type Marker,
  type MeasuredElectrode,
  type Sink,
  type StreamId,
  type StreamInfo,
  SynapseError,
  sumLedgers,
} from '../../signal/index.ts'
import { ImpedanceRows } from './impedance-rows.ts'
import { type PartFiles, RecordingPart } from './recording-part.ts'

/** After a loss of power at most so much is missing. */
const syncSeconds = 1
/** How long to leave a disk alone that takes nothing. */
const retrySeconds = 0.5
/** So many names that are taken are passed by when the next file begins. */
const mostTaken = 1000

/** When the next file begins: whichever comes first. */
export interface SplitRule {
  readonly bytes?: number
  readonly seconds?: number
}

export interface RecorderOptions extends PartFiles {
  readonly path: string
  readonly startedAt: Date
  /** Seconds on the host's clock, as in `tick`. */
  readonly now: number
  readonly split?: SplitRule | null
}

export interface StreamProgress {
  readonly stream: StreamId
  /** Every sample before this index is in the file, or noted there as lost, whatever happens to us. */
  readonly flushedUpTo: number
  /** As `flushedUpTo`, whatever happens to the power. */
  readonly syncedUpTo: number
}

export interface RecorderStatus {
  /** The file that is written now. */
  readonly path: string
  readonly bytes: number
  readonly markers: number
  readonly ledger: Ledger
  /** Markers that came while the disk was full, and for which there was no more room to wait. */
  readonly lostMarkers: number
  readonly syncedSecondsAgo: number
  readonly progress: readonly StreamProgress[]
  /** Why nothing is written at the moment, or why what is written is not safe yet. */
  readonly problem: ErrorNote | null
  /** What is wrong with checksums, copy or the next file; the recording is none the worse for it. */
  readonly sideProblems: readonly ErrorNote[]
}

interface RecordedStream {
  readonly info: StreamInfo
  readonly columns: ClockColumns
  offset: ClockOffset | null | undefined
  syncedUpTo: number
}

export class Recorder implements Sink {
  readonly #options: RecorderOptions
  readonly #streams = new Map<StreamId, RecordedStream>()
  /** By the device. */
  readonly #impedances = new Map<string, ImpedanceRows>()
  #part: RecordingPart
  /** Of the files that are finished. */
  readonly #earlier = { bytes: 0, ledgers: [] as Ledger[], problems: [] as ErrorNote[] }
  #markers = 0
  #lostMarkers = 0
  #syncedAt: number
  #syncTriedAt: number
  #retryAt = Number.NEGATIVE_INFINITY
  #problem: ErrorNote | null = null
  #syncProblem: ErrorNote | null = null
  #splitProblem: ErrorNote | null = null
  #goneProblem: ErrorNote | null = null

  /** @throws SynapseError file-exists, file-missing, file-denied, disk-full, io-failed */
  constructor(options: RecorderOptions) {
    const { path, startedAt, now } = options
    this.#options = options
    this.#syncedAt = this.#syncTriedAt = now
    this.#part = new RecordingPart(path, startedAt, now, options)
  }

  /**
   * Nobody will find what is written: the file was moved or removed, or its disk was taken away.
   * Go on in another one.
   */
  get isGone(): boolean {
    return this.#goneProblem !== null
  }

  /** False while the disk takes nothing: leave the samples where they are. */
  get takes(): boolean {
    return this.#problem === null
  }

  /** @param offset of a stamped stream; null where it was not measured yet */
  addStream(
    info: StreamInfo,
    columns: ClockColumns = { deviceTime: false, sequence: false },
    offset?: ClockOffset | null,
  ): void {
    this.#part.writer.addStream(info, columns, offset)
    this.#streams.set(info.id, { info, columns, offset, syncedUpTo: 0 })
  }

  clockOffset(stream: StreamId, offset: ClockOffset): void {
    const recorded = this.#streams.get(stream)
    if (recorded) recorded.offset = offset
    this.#attempt(() => this.#part.writer.clockOffset(stream, offset))
  }

  /** Where `takes` is false afterwards, the chunk is not in the file: hand it over again. */
  write(stream: StreamId, chunk: Chunk): void {
    this.#attempt(() => this.#part.writer.write(stream, chunk))
  }

  /** As for `write`. */
  gap(stream: StreamId, gap: Gap): void {
    this.#attempt(() => this.#part.writer.gap(stream, gap))
  }

  marker(marker: Marker): void {
    const isKept = this.#attempt(() => this.#part.writer.marker(marker))
    if (!isKept) this.#lostMarkers++
    else if (marker.row?.stream.role !== 'settings') this.#markers++
    if (isKept && marker.measured) this.#electrode(marker.source, marker.time, marker.measured)
  }

  #electrode(source: string, time: number, measured: MeasuredElectrode): void {
    const known = this.#impedances.get(source)
    const rows = known ?? new ImpedanceRows(source, measured.electrodes)
    const { id } = rows.info
    if (!known) {
      // A device may call a stream of its own so.
      if (this.#streams.has(id) || !this.#attempt(() => this.addStream(rows.info))) return
      this.#impedances.set(source, rows)
    }
    this.write(id, rows.row(measured, time))
  }

  /** Hands to the system what waits, so that it survives the end of this process. */
  flush(): void {
    this.#attempt(() => this.#part.writer.flush())
  }

  /** To be called after every round of reading. Retries what failed; forces to disk in time. */
  tick(now: number): void {
    if (!this.takes && now < this.#retryAt) return
    const wasTaking = this.takes
    this.#problem = null
    this.#attempt(() => {
      this.#part.writer.tick(now)
      this.#part.writer.flush()
    })
    if (!this.takes) {
      this.#retryAt = now + retrySeconds
      return
    }
    if (wasTaking && now - this.#syncTriedAt < syncSeconds) return
    this.#sync(now)
    if (this.#isFull(now)) this.#split(now)
  }

  #look(): void {
    this.#goneProblem = this.#part.isThere ? null : goneError(this.#part.path).note
  }

  #sync(now: number): void {
    this.#syncTriedAt = now
    this.#look()
    try {
      this.#part.writer.sync()
      this.#syncedAt = now
      this.#syncProblem = null
      for (const [id, stream] of this.#streams) {
        stream.syncedUpTo = this.#part.writer.flushedUpTo(id)
      }
    } catch (error) {
      this.#syncProblem = asSynapseError(error, 'recording').note
    }
  }

  #isFull(now: number): boolean {
    const { split } = this.#options
    // What is not safe in one file would not become so by beginning another one.
    if (!split || this.#syncProblem) return false
    const { bytes = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = split
    return this.#part.bytes >= bytes || now - this.#part.beganAt >= seconds
  }

  /** The next file stands before this one is finished, so there is always one to write into. */
  #split(now: number): void {
    const last = this.#part
    try {
      const next = this.#nextPart(now)
      for (const [id, { info, columns, offset }] of this.#streams) {
        next.writer.addStream(info, columns, offset, last.writer.nextSample(id) ?? undefined)
      }
      this.#part = next
      this.#splitProblem = null
    } catch (error) {
      this.#splitProblem = asSynapseError(error, 'beginning the next file').note
      return
    }
    this.#finish(last)
  }

  /** All samples of the file are on the disk: only its footers are missing, which nobody needs. */
  #finish(part: RecordingPart): void {
    const { bytes, ledgers, problems } = this.#earlier
    try {
      part.writer.finish()
    } catch (error) {
      problems.push(asSynapseError(error, `closing ${part.path}`).note)
    }
    part.release()
    problems.push(...part.sideProblems)
    ledgers.push(...this.#ledgersOf(part))
    this.#earlier.bytes = bytes + part.bytes
  }

  #nextPart(now: number): RecordingPart {
    const { startedAt, now: began } = this.#options
    const wallClock = new Date(startedAt.getTime() + (now - began) * 1000)
    const number = partNumber(this.#part.path) + 1
    for (let taken = 0; ; taken++) {
      try {
        const path = partPath(this.#part.path, number + taken)
        return new RecordingPart(path, wallClock, now, { ...this.#options, isMirrorOptional: true })
      } catch (error) {
        const { code } = asSynapseError(error, 'beginning the next file')
        if (code !== 'file-exists' || taken === mostTaken) throw error
      }
    }
  }

  #ledgersOf({ writer }: RecordingPart): Ledger[] {
    return [...this.#streams.keys()].map((stream) => writer.ledger(stream))
  }

  status(now: number): RecorderStatus {
    const { writer, path, bytes } = this.#part
    return {
      path,
      bytes: this.#earlier.bytes + bytes,
      markers: this.#markers,
      ledger: sumLedgers([...this.#earlier.ledgers, ...this.#ledgersOf(this.#part)]),
      lostMarkers: this.#lostMarkers,
      syncedSecondsAgo: Math.max(0, now - this.#syncedAt),
      progress: [...this.#streams].map(([stream, { syncedUpTo }]) => ({
        stream,
        flushedUpTo: writer.flushedUpTo(stream),
        syncedUpTo,
      })),
      problem: this.#problem ?? this.#goneProblem ?? this.#syncProblem,
      sideProblems: [
        ...this.#earlier.problems,
        ...this.#part.sideProblems,
        ...(this.#splitProblem ? [this.#splitProblem] : []),
      ],
    }
  }

  /**
   * After a throw the files are closed as they are: all that was flushed is in them.
   * @throws SynapseError disk-full, io-failed, and says how much is missing at the end;
   * file-missing where the file is not there any more
   */
  async close(): Promise<void> {
    try {
      await this.#part.writer.close()
    } catch (cause) {
      this.#part.release()
      throw this.#unclosed(asSynapseError(cause, 'closing'))
    }
    if (!this.#part.isThere) throw goneError(this.#part.path)
  }

  #unclosed(error: SynapseError): SynapseError {
    const { writer } = this.#part
    const missing = [...this.#streams].map(([id, { info }]) => {
      const samples = (writer.nextSample(id) ?? 0) - writer.flushedUpTo(id)
      const seconds = info.nominalRateHz > 0 ? samples / info.nominalRateHz : 0
      return { name: info.name, samples, seconds }
    })
    const told = missing
      .filter(({ samples }) => samples > 0)
      .map(({ name, samples, seconds }) => `${samples} of ${name} (${seconds.toFixed(1)} s)`)
    const detail =
      told.length > 0
        ? `samples missing at the end: ${told.join(', ')}`
        : 'every sample was written, but may not survive a loss of power'
    return new SynapseError(error.code, `${error.message}; ${detail}`, { cause: error })
  }

  #attempt(work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.#problem = asSynapseError(error, 'recording').note
      return false
    }
  }
}

function goneError(path: string): SynapseError {
  return new SynapseError('file-missing', `recording ${path}: the file is not there any more`, {
    remedy: 'It was moved or removed, or its disk was taken away: put it back.',
  })
}
