/**
 * The file a session is recorded into: XDF, appended. Owned by the record thread, which asks
 * `takes` before it reads more from the rings: while the disk takes nothing, samples stay there,
 * and what falls out of a ring is a gap in the file. A disk that takes bytes but cannot promise
 * that they survive a loss of power (a failed sync) is told of, and written to all the same.
 */
import { type ByteSink, createFileSink, XdfWriter } from '../../formats/index.ts'
import {
  asSynapseError,
  type Chunk,
  type ClockOffset,
  type ErrorNote,
  type Gap,
  type Ledger,
  type Marker,
  type Sink,
  type StreamId,
  type StreamInfo,
  sumLedgers,
} from '../../signal/index.ts'

/** After a loss of power at most so much is missing. */
const syncSeconds = 1
/** How long to leave a disk alone that takes nothing. */
const retrySeconds = 0.5

export interface RecorderStatus {
  readonly bytes: number
  readonly markers: number
  readonly ledger: Ledger
  /** Markers that came while the disk was full, and for which there was no more room to wait. */
  readonly lostMarkers: number
  readonly syncedSecondsAgo: number
  /** Why nothing is written at the moment, or why what is written is not safe yet. */
  readonly problem: ErrorNote | null
}

export class Recorder implements Sink {
  readonly #writer: XdfWriter
  readonly #streams: StreamId[] = []
  #bytes = 0
  #markers = 0
  #lostMarkers = 0
  #syncedAt: number
  #syncTriedAt: number
  #retryAt = Number.NEGATIVE_INFINITY
  #problem: ErrorNote | null = null
  #syncProblem: ErrorNote | null = null

  /**
   * @param now seconds on the host's clock, as in `tick`
   * @throws SynapseError file-exists, file-missing, file-denied, disk-full, io-failed
   */
  constructor(path: string, startedAt: Date, now: number, sink: ByteSink = createFileSink(path)) {
    const counted: ByteSink = {
      write: (bytes) => {
        sink.write(bytes)
        this.#bytes += bytes.length
      },
      sync: () => sink.sync(),
      close: () => sink.close(),
    }
    this.#syncedAt = this.#syncTriedAt = now
    this.#writer = new XdfWriter(counted, { startedAt })
    this.#writer.tick(now)
    this.#writer.sync()
  }

  /** False while the disk takes nothing: leave the samples where they are. */
  get takes(): boolean {
    return this.#problem === null
  }

  /** @param offset of a stamped stream; null where it was not measured yet */
  addStream(
    info: StreamInfo,
    columns = { deviceTime: false, sequence: false },
    offset?: ClockOffset | null,
  ): void {
    this.#writer.addStream(info, columns, offset)
    this.#streams.push(info.id)
  }

  clockOffset(stream: StreamId, offset: ClockOffset): void {
    this.#attempt(() => this.#writer.clockOffset(stream, offset))
  }

  /** Where `takes` is false afterwards, the chunk is not in the file: hand it over again. */
  write(stream: StreamId, chunk: Chunk): void {
    this.#attempt(() => this.#writer.write(stream, chunk))
  }

  /** As for `write`. */
  gap(stream: StreamId, gap: Gap): void {
    this.#attempt(() => this.#writer.gap(stream, gap))
  }

  marker(marker: Marker): void {
    const isKept = this.#attempt(() => this.#writer.marker(marker))
    if (isKept) this.#markers++
    else this.#lostMarkers++
  }

  /** Hands to the system what waits, so that it survives the end of this process. */
  flush(): void {
    this.#attempt(() => this.#writer.flush())
  }

  /** To be called after every round of reading. Retries what failed; forces to disk in time. */
  tick(now: number): void {
    if (!this.takes && now < this.#retryAt) return
    const wasTaking = this.takes
    this.#problem = null
    this.#attempt(() => {
      this.#writer.tick(now)
      this.#writer.flush()
    })
    if (!this.takes) this.#retryAt = now + retrySeconds
    else if (!wasTaking || now - this.#syncTriedAt >= syncSeconds) this.#sync(now)
  }

  #sync(now: number): void {
    this.#syncTriedAt = now
    try {
      this.#writer.sync()
      this.#syncedAt = now
      this.#syncProblem = null
    } catch (error) {
      this.#syncProblem = asSynapseError(error, 'recording').note
    }
  }

  status(now: number): RecorderStatus {
    return {
      bytes: this.#bytes,
      markers: this.#markers,
      ledger: sumLedgers(this.#streams.map((stream) => this.#writer.ledger(stream))),
      lostMarkers: this.#lostMarkers,
      syncedSecondsAgo: Math.max(0, now - this.#syncedAt),
      problem: this.#problem ?? this.#syncProblem,
    }
  }

  /** @throws SynapseError disk-full, io-failed: the footers are missing, all else is safe */
  async close(): Promise<void> {
    await this.#writer.close()
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
