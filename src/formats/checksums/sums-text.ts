/**
 * The side file of checksums as text, one line a block of the recording:
 * `<offset> <bytes> <CRC-32 of them> <check>`, in the end `end <bytes> <SHA-256 of all> <check>`.
 * A check is the CRC-32 of the line before it, seeded with the check of the line above: a line that
 * was changed, taken out or moved is found.
 */
import { crc32 } from 'node:zlib'

const title = 'synapsestream-sums 1'

export interface SummedBlock {
  readonly offset: number
  readonly length: number
  readonly crc: number
}

export interface SumsEnd {
  readonly size: number
  readonly sha256: string
}

export interface Sums {
  readonly blocks: readonly SummedBlock[]
  /** Null where the recording was not closed. */
  readonly end: SumsEnd | null
  /** Lines that are not what was written. */
  readonly damagedLines: number
}

/** Makes the lines, each of which vouches for all before it. */
export class SumsLines {
  #check = 0

  title(): Uint8Array {
    return this.line(title)
  }

  block({ offset, length, crc }: SummedBlock): Uint8Array {
    return this.line(`${offset} ${length} ${hex(crc)}`)
  }

  end({ size, sha256 }: SumsEnd): Uint8Array {
    return this.line(`end ${size} ${sha256}`)
  }

  /** Nothing was written: the next line follows on the one before. */
  line(text: string): Uint8Array {
    return Buffer.from(`${text} ${hex(crc32(text, this.#check))}\n`, 'latin1')
  }

  /** The line was written. */
  took(line: Uint8Array): void {
    this.#check = Number.parseInt(Buffer.from(line).toString('latin1').slice(-9, -1), 16)
  }
}

export function readSums(text: string): Sums {
  const lines = text.split('\n')
  // What follows the last line end is empty, or a line that was being written.
  lines.pop()
  const blocks: SummedBlock[] = []
  let end: SumsEnd | null = null
  let damagedLines = lines.length === 0 ? 1 : 0
  let seeds: readonly number[] = [0]
  for (const [i, line] of lines.entries()) {
    const [content, stated] = [line.slice(0, -9), Number.parseInt(line.slice(-8), 16)]
    const isExact = line.slice(-9) === ` ${hex(stated)}`
    const computed = seeds.map((seed) => crc32(content, seed))
    const isSound = isExact && computed.includes(stated)
    // Of a damaged line either its text or its check may be the one that was written.
    seeds = isSound ? [stated] : [stated, ...computed].filter(Number.isFinite)
    const read = isSound ? parse(content, i) : 'damaged'
    if (read === 'damaged' || end) damagedLines++
    else if ('sha256' in read) end = read
    else if (read.length > 0) blocks.push(read)
  }
  return { blocks, end, damagedLines }
}

function parse(content: string, line: number): SummedBlock | SumsEnd | 'damaged' {
  if (line === 0) return content === title ? { offset: 0, length: 0, crc: 0 } : 'damaged'
  const words = content.split(' ')
  if (words.length !== 3) return 'damaged'
  if (words[0] === 'end') return { size: Number(words[1]), sha256: words[2]! }
  return { offset: Number(words[0]), length: Number(words[1]), crc: Number.parseInt(words[2]!, 16) }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
