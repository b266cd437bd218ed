/**
 * A recording and its copy in another folder. The copy never harms the recording: one that fails,
 * or takes too long, is given up, and what it has up to there stays readable.
 */
import type { ByteSink } from '../../formats/index.ts'
import { asSynapseError, SynapseError } from '../../signal/index.ts'

/** A copy that holds up the recording for longer is given up: rings hold some 20 s. */
const mostSeconds = 5

export class MirroredSink implements ByteSink {
  readonly #first: ByteSink
  readonly #mirror: ByteSink
  readonly #path: string
  readonly #seconds: () => number
  #problem: SynapseError | null = null

  /**
   * @param path of the copy, for messages
   * @param seconds on the host's clock
   */
  constructor(first: ByteSink, mirror: ByteSink, path: string, seconds: () => number) {
    this.#first = first
    this.#mirror = mirror
    this.#path = path
    this.#seconds = seconds
  }

  /** Why the copy was given up. */
  get problem(): SynapseError | null {
    return this.#problem
  }

  write(bytes: Uint8Array): void {
    this.#first.write(bytes)
    this.#copy(() => this.#mirror.write(bytes))
  }

  sync(): void {
    try {
      this.#first.sync()
    } finally {
      this.#copy(() => this.#mirror.sync())
    }
  }

  async close(): Promise<void> {
    try {
      await this.#first.close()
    } finally {
      if (!this.#problem) await this.#closeMirror()
    }
  }

  #copy(work: () => void): void {
    if (this.#problem) return
    const begun = this.#seconds()
    try {
      work()
    } catch (cause) {
      this.#giveUp(asSynapseError(cause, 'copying'))
    }
    const took = this.#seconds() - begun
    if (took <= mostSeconds || this.#problem) return
    this.#giveUp(new SynapseError('io-failed', `the disk took ${took.toFixed(0)} s to answer`))
  }

  #giveUp({ code, message }: SynapseError): void {
    this.#problem = new SynapseError(code, `mirroring into ${this.#path}: ${message}`, {
      remedy: 'The recording itself goes on; the copy ends here. Copy the file when it is closed.',
    })
    void this.#closeMirror()
  }

  async #closeMirror(): Promise<void> {
    try {
      await this.#mirror.close()
    } catch (cause) {
      this.#problem ??= asSynapseError(cause, `closing ${this.#path}`)
    }
  }
}
