/** Holds a recording against the checksums that were written beside it while it grew. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ByteSource } from '../io.ts'
import { type Problem, ProblemLog } from '../problems.ts'
import { readSums, type SummedBlock, type Sums } from './sums-text.ts'

export interface ChecksumReport {
  /** The recording was closed: the checksums reach to its last byte. */
  readonly closed: boolean
  readonly blocks: number
  /** Bytes that are what was written, and bytes that nothing vouches for. */
  readonly checkedBytes: number
  readonly uncheckedBytes: number
  /** Of the whole file, where it is what was written. */
  readonly sha256: string | null
  readonly damaged: readonly ByteRange[]
  readonly problems: readonly Problem[]
}

export interface ByteRange {
  readonly from: number
  readonly to: number
}

const pieceBytes = 1 << 20

/** @throws SynapseError io-failed */
export async function checkSums(source: ByteSource, side: ByteSource): Promise<ChecksumReport> {
  const bytes = await side.read(0, side.size)
  const sums = readSums(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
  )
  const check = new Check(source, sums)
  await check.run()
  return check.report()
}

class Check {
  readonly #source: ByteSource
  readonly #sums: Sums
  readonly #problems = new ProblemLog()
  readonly #sha = createHash('sha256')
  readonly #piece = new Uint8Array(pieceBytes)
  readonly #damaged: { from: number; to: number }[] = []
  #checked = 0
  #at = 0
  #sha256: string | null = null

  constructor(source: ByteSource, sums: Sums) {
    this.#source = source
    this.#sums = sums
  }

  async run(): Promise<void> {
    const { size } = this.#source
    const { blocks, end, damagedLines } = this.#sums
    if (damagedLines > 0) {
      const detail = `${damagedLines} lines of the checksums are damaged themselves`
      this.#problems.note('damaged-checksums', detail)
    }
    for (const block of blocks) await this.#block(block)
    await this.#crc(size)
    const written = Math.max(end?.size ?? 0, blocks.at(-1) ? endOf(blocks.at(-1)!) : 0)
    if (size < written) {
      this.#problems.note('truncated', `${written} bytes were written, and ${size} are there`)
    }
    if (end && size > end.size) this.#damage(end.size, size)
    this.#whole()
    for (const { from, to } of this.#damaged) {
      const detail = `bytes ${from} to ${to} are not what was written`
      this.#problems.note('checksum-mismatch', detail, String(from))
    }
  }

  async #block(block: SummedBlock): Promise<void> {
    const end = endOf(block)
    if (block.offset < this.#at || end > this.#source.size) return
    await this.#crc(block.offset)
    if ((await this.#crc(end)) === block.crc) this.#checked += block.length
    else this.#damage(block.offset, end)
  }

  /** Reads on up to there. */
  async #crc(to: number): Promise<number> {
    let crc = 0
    while (this.#at < to) {
      const bytes = await this.#source.read(
        this.#at,
        Math.min(pieceBytes, to - this.#at),
        this.#piece,
      )
      if (bytes.length === 0) break
      crc = crc32(bytes, crc)
      this.#sha.update(bytes)
      this.#at += bytes.length
    }
    return crc
  }

  #damage(from: number, to: number): void {
    const last = this.#damaged.at(-1)
    if (last?.to === from) last.to = to
    else this.#damaged.push({ from, to })
  }

  /** The sum of all vouches for what single lines do not. */
  #whole(): void {
    const { end, damagedLines } = this.#sums
    const { size } = this.#source
    if (!end) {
      // Where lines are damaged, the last one may be among them.
      const bytes = size - this.#checked
      const detail = `the recording was not closed: its last ${bytes} bytes have no checksum`
      if (damagedLines === 0) this.#problems.note('not-closed', detail)
      return
    }
    if (size !== end.size) return
    const sha256 = this.#sha.digest('hex')
    if (sha256 === end.sha256) {
      this.#sha256 = sha256
      this.#checked = size
    } else if (this.#damaged.length === 0) this.#damage(0, size)
  }

  report(): ChecksumReport {
    const { size } = this.#source
    const damagedBytes = this.#damaged.reduce((sum, { from, to }) => sum + to - from, 0)
    return {
      closed: this.#sums.end !== null,
      blocks: this.#sums.blocks.length,
      checkedBytes: this.#checked,
      uncheckedBytes: Math.max(0, size - this.#checked - damagedBytes),
      sha256: this.#sha256,
      damaged: this.#damaged,
      problems: this.#problems.list(),
    }
  }
}

function endOf({ offset, length }: SummedBlock): number {
  return offset + length
}
