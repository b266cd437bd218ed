/**
 * The log in front of a table on the disk: every commit is appended and forced out before it counts,
 * which is one write to places of the disk that are known already. A file of fixed size, begun anew
 * when the table itself has all of it; what an earlier round has left is told by its checksums.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { SynapseError } from '../signal/index.ts'

/** Holds some thousand commits of a few hundred bytes. */
const usualLogBytes = 2 ** 20
const magic = 0x53594e4c
/** Magic, round, where it ends for readers, checksum of these. */
const headerBytes = 16
/** Length and checksum before every record, which begins at a multiple of 8. */
const recordHeaderBytes = 8
const mostTries = 1000

/**
 * One process appends at a time, by the lock of the table; anybody reads. A reader sees no record
 * before it is on the disk.
 */
export class WriteLog {
  readonly #path: string
  #bytes: number
  #file: number | null = null
  #round = 0
  /** Where the next record is to be read, or to be appended. */
  #at = headerBytes
  readonly #header = Buffer.alloc(headerBytes)
  readonly #recordHeader = Buffer.alloc(recordHeaderBytes)

  /** @param bytes of the whole file, if it is not there yet */
  constructor(path: string, bytes = usualLogBytes) {
    this.#path = path
    this.#bytes = bytes
  }

  /** Nothing was appended in this round. */
  get isEmpty(): boolean {
    return this.#at === headerBytes
  }

  /**
   * Records since the last call.
   * @param begun called first when the log has begun anew: what it had is in the table now
   * @param isAll under the lock: also what nobody has been told of, which the end of its writer or
   * a loss of power has left whole
   */
  read(begun: () => void, isAll = false): Buffer[] {
    const records: Buffer[] = []
    if (!this.#open()) return records
    const visibleEnd = this.#readHeader(begun)
    const end = isAll ? this.#bytes : visibleEnd
    for (let record = this.#recordAt(end); record; record = this.#recordAt(end)) {
      records.push(record)
      this.#at += recordBytes(record.length)
    }
    if (isAll && this.#at < visibleEnd) throw this.#damage(`what stands at byte ${this.#at}`)
    if (this.#at > visibleEnd) {
      fdatasyncSync(this.#file!)
      this.#writeHeader()
    }
    return records
  }

  /** Under the lock, all being read. @returns false where there is no room: begin anew first */
  append(record: Uint8Array): boolean {
    if (this.#file === null && !this.#open()) this.#create()
    const bytes = recordBytes(record.length)
    if (this.#at + bytes > this.#bytes) return false
    const block = Buffer.alloc(bytes)
    block.writeUInt32LE(record.length, 0)
    block.writeUInt32LE(crc32(record, this.#round), 4)
    block.set(record, recordHeaderBytes)
    writeAll(this.#file!, block, this.#at)
    fdatasyncSync(this.#file!)
    this.#at += bytes
    this.#writeHeader()
    return true
  }

  /** Under the lock, when the table has all of it on the disk. */
  beginAnew(): void {
    if (this.#file === null) return
    this.#round = (this.#round + 1) >>> 0
    this.#at = headerBytes
    // On the disk with the next record: until then the table tells that it has the old ones.
    this.#writeHeader()
  }

  /** Reads everything again. */
  rewind(): void {
    this.#round = -1
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #open(): boolean {
    if (this.#file !== null) return true
    try {
      this.#file = openSync(this.#path, 'r+')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw cause
    }
    this.#bytes = fstatSync(this.#file).size
    this.#round = -1
    return true
  }

  /** Whole before it has its name; zeros, so that no place in it has to be found later. */
  #create(): void {
    const made = `${this.#path}.made`
    this.#file = openSync(made, 'w+')
    this.#round = 1
    this.#at = headerBytes
    writeAll(this.#file, Buffer.alloc(this.#bytes), 0)
    this.#writeHeader()
    fsyncSync(this.#file)
    renameSync(made, this.#path)
    // Windows opens no folder, and needs none.
    if (process.platform === 'win32') return
    const folder = openSync(dirname(this.#path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  }

  /** @returns where it ends for readers */
  #readHeader(begun: () => void): number {
    const header = this.#header
    // One that is not whole is being written.
    for (let tries = 0; tries === 0 || !isHeader(header); tries++) {
      if (tries === mostTries) throw this.#damage('its beginning')
      readSync(this.#file!, header, 0, headerBytes, 0)
    }
    const round = header.readUInt32LE(4)
    if (round !== this.#round) {
      this.#round = round
      this.#at = headerBytes
      begun()
    }
    return header.readUInt32LE(8)
  }

  #writeHeader(): void {
    const header = this.#header
    header.writeUInt32LE(magic, 0)
    header.writeUInt32LE(this.#round, 4)
    header.writeUInt32LE(this.#at, 8)
    header.writeUInt32LE(crc32(header.subarray(0, 12)), 12)
    writeAll(this.#file!, header, 0)
  }

  #damage(where: string): SynapseError {
    return new SynapseError('io-failed', `reading ${this.#path}: ${where} is damaged`, {
      remedy: 'Move this file away; the newest changes of the state are in it and nowhere else.',
    })
  }

  /** The next record that is whole, if it ends at `end` at the latest. */
  #recordAt(end: number): Buffer | null {
    const at = this.#at
    if (at + recordHeaderBytes > end) return null
    const header = this.#recordHeader
    readSync(this.#file!, header, 0, recordHeaderBytes, at)
    const length = header.readUInt32LE(0)
    if (length === 0 || at + recordBytes(length) > end) return null
    const record = Buffer.alloc(length)
    readSync(this.#file!, record, 0, length, at + recordHeaderBytes)
    return crc32(record, this.#round) === header.readUInt32LE(4) ? record : null
  }
}

function recordBytes(length: number): number {
  return recordHeaderBytes + 8 * Math.ceil(length / 8)
}

function isHeader(header: Buffer): boolean {
  return (
    header.readUInt32LE(0) === magic && header.readUInt32LE(12) === crc32(header.subarray(0, 12))
  )
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, at + done)
  }
}
