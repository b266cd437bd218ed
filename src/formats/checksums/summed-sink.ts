/**
 * A sink beside which a file of checksums grows, so that any bit that changes later is found, and
 * where. The side file never stands in the recording's way: what fails there is told, and made up
 * for as soon as it can be.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { asSynapseError, type SynapseError } from '../../signal/index.ts'
import { createFileSink, removeFile, type SinkFs } from '../file-io.ts'
import type { ByteSink } from '../io.ts'
import { SumsLines } from './sums-text.ts'

/** A block ends with every sync, and no later than here: so exactly is a place of damage known. */
const mostBlockBytes = 1 << 20

/** Of `rest.xdf`: `rest.xdf.sums`. */
export function sumsPath(path: string): string {
  return `${path}.sums`
}

/**
 * Both files are new: a recording is never overwritten, nor taken for one whose checksums lie there.
 * @throws SynapseError as `createFileSink`; neither file is there then
 */
export function createSummedSink(path: string, fs?: SinkFs): SummedSink {
  const data = createFileSink(path, fs)
  try {
    return new SummedSink(data, createFileSink(sumsPath(path), fs))
  } catch (cause) {
    void data.close().catch(() => {})
    removeFile(path, fs)
    throw cause
  }
}

/**
 * A recording that was begun and could not be, with its checksums.
 * @throws SynapseError file-denied, io-failed
 */
export function removeRecording(path: string): void {
  for (const each of [path, sumsPath(path)]) {
    try {
      removeFile(each)
    } catch (cause) {
      if (asSynapseError(cause, 'removing').code !== 'file-missing') throw cause
    }
  }
}

export class SummedSink implements ByteSink {
  readonly #data: ByteSink
  readonly #sums: ByteSink
  readonly #lines = new SumsLines()
  readonly #sha = createHash('sha256')
  #problem: SynapseError | null = null
  /** The block that grows. */
  #offset = 0
  #length = 0
  #crc = 0
  #isTitled = false
  /** Everything that was written is on the disk, and has its line. */
  #isSettled = false

  constructor(data: ByteSink, sums: ByteSink) {
    this.#data = data
    this.#sums = sums
  }

  /** Why checksums are behind; null while all is well. */
  get problem(): SynapseError | null {
    return this.#problem
  }

  write(bytes: Uint8Array): void {
    this.#data.write(bytes)
    this.#isSettled = false
    this.#crc = crc32(bytes, this.#crc)
    this.#sha.update(bytes)
    this.#length += bytes.length
    if (this.#length >= mostBlockBytes) this.#attempt(() => this.#endBlock())
  }

  sync(): void {
    const isListed = this.#attempt(() => this.#endBlock())
    this.#data.sync()
    this.#isSettled = isListed && this.#attempt(() => this.#sums.sync())
  }

  /** A recording that was not settled before has no last line, and is known by that. */
  async close(): Promise<void> {
    const finish = () => {
      this.#append(this.#lines.end({ size: this.#offset, sha256: this.#sha.digest('hex') }))
      this.#sums.sync()
    }
    if (this.#isSettled) this.#attempt(finish)
    await this.#sums.close().catch((cause: unknown) => {
      this.#problem = asSynapseError(cause, 'closing checksums')
    })
    await this.#data.close()
  }

  #endBlock(): void {
    if (!this.#isTitled) this.#append(this.#lines.title())
    this.#isTitled = true
    if (this.#length === 0) return
    const block = { offset: this.#offset, length: this.#length, crc: this.#crc }
    this.#append(this.#lines.block(block))
    this.#offset += this.#length
    this.#length = 0
    this.#crc = 0
  }

  #append(line: Uint8Array): void {
    this.#sums.write(line)
    this.#lines.took(line)
  }

  #attempt(work: () => void): boolean {
    try {
      work()
      this.#problem = null
      return true
    } catch (cause) {
      this.#problem = asSynapseError(cause, 'writing checksums')
      return false
    }
  }
}
