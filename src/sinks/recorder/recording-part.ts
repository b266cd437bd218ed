/** One file of a recording, with its checksums and its copy. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type ByteSink, createSummedSink, removeRecording, XdfWriter } from '../../formats/index.ts'
import { asSynapseError, type ErrorNote, SynapseError } from '../../signal/index.ts'
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
  /** A copy that cannot be begun is told of; without this, nothing is begun then. */
  readonly isMirrorOptional?: boolean
  /** Seconds on the host's clock; without it a copy may take as long as it likes. */
  readonly seconds?: () => number
  /** As of `MirroredOptions`; of the disk where the files are. */
  readonly readBack?: (path: string, offset: number, into: Uint8Array) => number
  /** Which file has this name now; null: none has. */
  readonly identify?: (path: string) => string | null
}

/** Of the disk. A name that we are not allowed to look at is taken for what it was. */
function identityOnDisk(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    return code === 'EACCES' || code === 'EPERM' ? unknown : null
  }
}
const unknown = ''

function readFrom(path: string, offset: number, into: Uint8Array): number {
  const file = openSync(path, 'r')
  try {
    return readSync(file, into, 0, into.length, offset)
  } finally {
    closeSync(file)
  }
}

export class RecordingPart {
  readonly path: string
  readonly writer: XdfWriter
  /** Seconds on the host's clock. */
  readonly beganAt: number
  bytes = 0
  readonly #sink: ByteSink
  readonly #watched: { readonly problem?: SynapseError | null }[]
  #copied: MirroredSink | null = null
  readonly #identify: () => string | null
  readonly #identity: string | null

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
    const identify = files.identify ?? (files.createSink ? () => unknown : identityOnDisk)
    this.#identify = () => identify(path)
    this.#identity = this.#identify()
    this.#sink = mirrorFolder ? this.#mirrored(first, mirrorFolder, files, seconds) : first
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
    files: PartFiles,
    seconds: () => number,
  ): ByteSink {
    const { createSink = createSummedSink, isMirrorOptional = false } = files
    const path = join(folder, basename(this.path))
    try {
      if (resolve(path) === resolve(this.path)) {
        throw new SynapseError('bad-option', `mirroring into ${folder}: the recording is there`, {
          remedy: 'Choose another folder for the copy, best on another disk.',
        })
      }
      const copy = createSink(path)
      const read = files.readBack ?? (files.createSink ? null : readFrom)
      const readBack = (offset: number, into: Uint8Array) => read!(path, offset, into)
      const options = { path, seconds, ...(read ? { readBack } : {}) }
      const mirrored = new MirroredSink(first, copy, options)
      this.#copied = mirrored
      this.#watched.push(copy, mirrored)
      return mirrored
    } catch (cause) {
      if (isMirrorOptional) {
        this.#watched.push({ problem: asSynapseError(cause, `mirroring into ${path}`) })
        return first
      }
      void first.close().catch(() => {})
      removeRecording(this.path)
      throw cause
    }
  }

  /**
   * False: its name stands for no file any more, or for another one, or it lacks what only a copy
   * had that cannot be read.
   */
  get isThere(): boolean {
    if (this.#copied?.isBroken) return false
    const now = this.#identify()
    return now === this.#identity || now === unknown || this.#identity === unknown
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
