/**
 * A file that is appended to when the disk is ready: whoever writes never waits. What waits is
 * bounded; a file that cannot be written takes nothing more, and says so once.
 */
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteSink } from '../../formats/index.ts'
import { reasonOf, SynapseError } from '../../signal/index.ts'

/** More cannot wait for the disk. */
const mostWaitingBytes = 1 << 24

export class LaterSink implements ByteSink {
  readonly #path: string
  readonly #failed: (error: SynapseError) => void
  #file: FileHandle | null = null
  #work: Promise<void>
  #waitingBytes = 0
  #isBroken = false

  /** @param failed is told the first failure: disk-full or io-failed */
  constructor(path: string, failed: (error: SynapseError) => void) {
    this.#path = path
    this.#failed = failed
    this.#work = this.#try(async () => {
      this.#file = await open(path, 'wx')
    })
  }

  /** Whether so much more may wait. */
  takes(bytes: number): boolean {
    return !this.#isBroken && this.#waitingBytes + bytes <= mostWaitingBytes
  }

  write(bytes: Uint8Array): void {
    const copy = bytes.slice()
    this.#waitingBytes += copy.length
    this.#work = this.#work.then(() =>
      this.#try(async () => {
        if (!this.#isBroken) await this.#file?.appendFile(copy)
        this.#waitingBytes -= copy.length
      }),
    )
  }

  /** A crash may cost the latest letters; nobody waits for them. */
  sync(): void {}

  /** When all that was written so far is in the file, or cannot be. */
  settled(): Promise<void> {
    return this.#work
  }

  async close(): Promise<void> {
    await this.#work
    await this.#try(async () => this.#file?.close())
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      if (this.#isBroken) return
      this.#isBroken = true
      const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
      const what = `writing ${this.#path}: ${reasonOf(cause)}`
      this.#failed(new SynapseError(isFull ? 'disk-full' : 'io-failed', what, { cause }))
    }
  }
}
