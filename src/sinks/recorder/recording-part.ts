/** One file of a recording, with its checksums and its copy. */
import { basename, join } from 'node:path'
import { type ByteSink, createSummedSink, removeRecording, XdfWriter } from '../../formats/index.ts'
import { asSynapseError, type ErrorNote, type SynapseError } from '../../signal/index.ts'
import { MirroredSink } from './mirrored-sink.ts'

/** A sink that has more than the recording itself to write. */
export interface RecordingSink extends ByteSink {
  /** What went wrong beside the recording, and did it no harm. */
  readonly problem?: SynapseError | null
}

export interface PartFiles {
  readonly createSink?: (path: string) => RecordingSink
  /** Where a copy is written, too. */
  readonly mirrorFolder?: string | null
  /** Seconds on the host's clock; without it a copy may take as long as it likes. */
  readonly seconds?: () => number
}

export class RecordingPart {
  readonly path: string
  readonly writer: XdfWriter
  /** Seconds on the host's clock. */
  readonly beganAt: number
  bytes = 0
  readonly #sink: ByteSink
  readonly #watched: RecordingSink[]

  /**
   * The beginning of the file is on the disk afterwards.
   * @throws SynapseError file-exists, file-missing, file-denied, disk-full, io-failed
   */
  constructor(path: string, startedAt: Date, now: number, files: PartFiles) {
    const { createSink = createSummedSink, mirrorFolder, seconds = () => 0 } = files
    this.path = path
    this.beganAt = now
    const first = createSink(path)
    this.#watched = [first]
    this.#sink = mirrorFolder ? this.#mirrored(first, mirrorFolder, createSink, seconds) : first
    const counted: ByteSink = {
      write: (bytes) => {
        this.#sink.write(bytes)
        this.bytes += bytes.length
      },
      sync: () => this.#sink.sync(),
      close: () => this.#sink.close(),
    }
    this.writer = new XdfWriter(counted, { startedAt })
    this.writer.tick(now)
    try {
      this.writer.sync()
    } catch (cause) {
      this.release()
      throw cause
    }
  }

  #mirrored(
    first: RecordingSink,
    folder: string,
    createSink: (path: string) => RecordingSink,
    seconds: () => number,
  ): ByteSink {
    const path = join(folder, basename(this.path))
    try {
      const copy = createSink(path)
      const mirrored = new MirroredSink(first, copy, path, seconds)
      this.#watched.push(copy, mirrored)
      return mirrored
    } catch (cause) {
      void first.close().catch(() => {})
      removeRecording(this.path)
      throw cause
    }
  }

  /** What went wrong with checksums or copy; the recording is none the worse for it. */
  get sideProblems(): ErrorNote[] {
    return this.#watched.flatMap(({ problem }) => (problem ? [problem.note] : []))
  }

  /** For a file that cannot be finished: closes it as it is. */
  release(): void {
    void this.#sink.close().catch((error: unknown) => asSynapseError(error, 'closing'))
  }
}
