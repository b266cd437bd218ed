/**
 * A recording and its copy in another folder. The copy never harms the recording: one that fails,
 * or takes too long, is given up, and what it has up to there stays readable. Where it is the
 * recording's own disk that takes nothing, the copy goes on alone, and what the recording lacks is
 * made up from it as soon as there is room.
 */
import type { ByteSink } from '../../formats/index.ts'
import { asSynapseError, SynapseError } from '../../signal/index.ts'

/** A copy that holds up the recording for longer is given up: rings hold some 20 s. */
const mostSeconds = 5
/** Made up at a time, and in one go: so that the rings do not wait for it. */
const blockBytes = 1 << 20
const mostBlocks = 8

export interface MirroredOptions {
  /** Of the copy, for messages. */
  readonly path: string
  /** On the host's clock. */
  readonly seconds: () => number
  /**
   * Bytes of the copy from an offset on, as many as there is room for. Without it the copy does not
   * go on alone. @throws SynapseError
   */
  readonly readBack?: (offset: number, into: Uint8Array) => number
}

export class MirroredSink implements ByteSink {
  readonly #first: ByteSink
  readonly #mirror: ByteSink
  readonly #options: MirroredOptions
  #problem: SynapseError | null = null
  /** Bytes that were taken, and how many of them stand in the recording itself. */
  #taken = 0
  #inFirst = 0
  /** Why the recording itself is behind. */
  #firstProblem: SynapseError | null = null
  #isBroken = false

  constructor(first: ByteSink, mirror: ByteSink, options: MirroredOptions) {
    this.#first = first
    this.#mirror = mirror
    this.#options = options
  }

  /** Why the copy was given up. */
  get problem(): SynapseError | null {
    return this.#problem
  }

  /** What the recording lacks cannot be made up: it goes on in another file, or not at all. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  write(bytes: Uint8Array): void {
    if (this.#isBehind && this.#problem) this.#makeUp(mostBlocks)
    if (!this.#isBehind && this.#takesFirst(bytes)) this.#copy(() => this.#mirror.write(bytes))
    else this.#writeAlone(bytes)
    this.#taken += bytes.length
  }

  get #isBehind(): boolean {
    return this.#inFirst < this.#taken
  }

  #takesFirst(bytes: Uint8Array): boolean {
    try {
      this.#first.write(bytes)
      this.#inFirst += bytes.length
      return true
    } catch (cause) {
      this.#firstProblem = asSynapseError(cause, 'recording')
      return false
    }
  }

  /** @throws SynapseError why the recording itself takes nothing, where the copy does not either */
  #writeAlone(bytes: Uint8Array): void {
    const isAble = this.#options.readBack && !this.#problem
    if (isAble) this.#copy(() => this.#mirror.write(bytes))
    if (!isAble || this.#problem) throw this.#firstProblem!
  }

  sync(): void {
    if (this.#isBehind) this.#makeUp(mostBlocks)
    try {
      if (this.#isBehind) throw this.#behindError()
      this.#first.sync()
    } finally {
      this.#copy(() => this.#mirror.sync())
    }
  }

  /** @throws SynapseError where the recording lacks something that only the copy has */
  async close(): Promise<void> {
    if (this.#isBehind) this.#makeUp(Number.POSITIVE_INFINITY)
    try {
      await this.#first.close()
    } finally {
      if (!this.#problem) await this.#closeMirror()
    }
    if (this.#isBehind) throw this.#behindError()
  }

  #makeUp(mostBlocks: number): void {
    const block = new Uint8Array(blockBytes)
    for (let i = 0; i < mostBlocks && this.#isBehind; i++) {
      const room = Math.min(blockBytes, this.#taken - this.#inFirst)
      try {
        const length = this.#options.readBack!(this.#inFirst, block.subarray(0, room))
        if (length === 0) throw new SynapseError('io-failed', 'reading the copy: it is too short')
        if (!this.#takesFirst(block.subarray(0, length))) return
      } catch {
        this.#isBroken = true
        return
      }
    }
  }

  #behindError(): SynapseError {
    const { code, message, remedy } = this.#firstProblem!
    const { path } = this.#options
    return new SynapseError(code, `${message}; the copy ${path} has all of it`, { remedy })
  }

  #copy(work: () => void): void {
    if (this.#problem) return
    const { seconds } = this.#options
    const begun = seconds()
    try {
      work()
    } catch (cause) {
      this.#giveUp(asSynapseError(cause, 'copying'))
    }
    const took = seconds() - begun
    if (took <= mostSeconds || this.#problem || this.#isBehind) return
    this.#giveUp(new SynapseError('io-failed', `the disk took ${took.toFixed(0)} s to answer`))
  }

  #giveUp({ code, message }: SynapseError): void {
    this.#problem = new SynapseError(code, `mirroring into ${this.#options.path}: ${message}`, {
      remedy: 'The recording itself goes on; the copy ends here. Copy the file when it is closed.',
    })
    void this.#closeMirror()
  }

  async #closeMirror(): Promise<void> {
    try {
      await this.#mirror.close()
    } catch (cause) {
      this.#problem ??= asSynapseError(cause, `closing ${this.#options.path}`)
    }
  }
}
