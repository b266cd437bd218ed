/** Files on disk as `ByteSource` and `ByteSink`: the only module of this room that touches a disk. */
import * as nodeFs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type ErrorCode, reasonOf, SynapseError } from '../signal/index.ts'
import type { ByteSink, ByteSource, OpenSource } from './io.ts'

/** @throws SynapseError file-missing, file-denied, file-unreadable, io-failed */
export async function openFileSource(path: string): Promise<ByteSource> {
  const { file, size } = await openToRead(path)
  return {
    size,
    read: (offset, length, into) => readFully(file, path, offset, length, into),
    close: () => file.close(),
  }
}

/** A pipe that nobody writes to is opened at once, too, and refused as no file. */
const readFlags = nodeFs.constants.O_RDONLY | (nodeFs.constants.O_NONBLOCK ?? 0)

async function openToRead(path: string) {
  try {
    const file = await nodeFs.promises.open(path, readFlags)
    const stat = await file.stat()
    if (!stat.isFile()) {
      await file.close()
      throw new SynapseError('file-unreadable', `opening ${path}: not a file`)
    }
    return { file, size: stat.size }
  } catch (cause) {
    throw fileError(`opening ${path}`, cause)
  }
}

/** Read before others have their turn: a millisecond's worth where the system has it in memory. */
const bytesATurn = 1 << 22

/**
 * As `openFileSource`, with `readNow`: for programs and threads whose only work is this file, since
 * a disk that hangs holds up everything else in them.
 * @throws SynapseError file-missing, file-denied, file-unreadable, io-failed
 */
export async function openBlockingSource(path: string): Promise<ByteSource> {
  const { file, size } = await openToRead(path)
  let left = bytesATurn
  return {
    size,
    read: (offset, length, into) => {
      left = bytesATurn
      return readFully(file, path, offset, length, into)
    },
    readNow: (offset, length, into) => {
      if (left <= 0) return undefined
      left -= length
      return readFullyNow(file.fd, path, offset, into.subarray(0, length))
    },
    close: () => file.close(),
  }
}

/**
 * A file of the same folder. Only its name counts, whatever path stands before it.
 * @throws SynapseError file-missing, file-denied, file-unreadable, io-failed
 */
export function openBeside(
  path: string,
  fileName: string,
  open: OpenSource = openFileSource,
): Promise<ByteSource> {
  return open(join(dirname(path), basename(fileName)))
}

async function readFully(
  file: nodeFs.promises.FileHandle,
  path: string,
  offset: number,
  length: number,
  into: Uint8Array | undefined,
): Promise<Uint8Array> {
  const bytes = into?.subarray(0, length) ?? new Uint8Array(length)
  let filled = 0
  try {
    while (filled < bytes.length) {
      const room = bytes.length - filled
      const { bytesRead } = await file.read(bytes, filled, room, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
  } catch (cause) {
    throw fileError(`reading ${path}`, cause)
  }
  return filled === bytes.length ? bytes : bytes.subarray(0, filled)
}

function readFullyNow(
  descriptor: number,
  path: string,
  offset: number,
  bytes: Uint8Array,
): Uint8Array {
  let filled = 0
  try {
    while (filled < bytes.length) {
      const room = bytes.length - filled
      const count = nodeFs.readSync(descriptor, bytes, filled, room, offset + filled)
      if (count === 0) break
      filled += count
    }
  } catch (cause) {
    throw fileError(`reading ${path}`, cause)
  }
  return filled === bytes.length ? bytes : bytes.subarray(0, filled)
}

/** Names of the files in the folder of `path`; none where it cannot be read. */
export function namesBeside(path: string): string[] {
  try {
    return nodeFs.readdirSync(dirname(path))
  } catch {
    return []
  }
}

/** What a sink needs of `node:fs`; a test hands in one that fails when told to. */
export type SinkFs = Pick<
  typeof nodeFs,
  'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'unlinkSync'
>

/**
 * Creates the file, which must not exist: a recording is never overwritten.
 * @throws SynapseError file-exists, file-missing (its folder), file-denied, disk-full, io-failed
 */
export function createFileSink(path: string, fs: SinkFs = nodeFs): ByteSink {
  return new FileSink(path, fs)
}

/** For a file that was begun and cannot be finished. @throws SynapseError file-denied, io-failed */
export function removeFile(path: string, fs: Pick<SinkFs, 'unlinkSync'> = nodeFs): void {
  try {
    fs.unlinkSync(path)
  } catch (cause) {
    throw fileError(`removing ${path}`, cause)
  }
}

class FileSink implements ByteSink {
  readonly #path: string
  readonly #fs: SinkFs
  readonly #descriptor: number
  /** Where the next byte goes. Moves only when a write is complete, so a failed one is redone. */
  #position = 0
  #closed = false
  #syncFailure: SynapseError | undefined

  constructor(path: string, fs: SinkFs) {
    this.#path = path
    this.#fs = fs
    try {
      this.#descriptor = fs.openSync(path, 'wx')
    } catch (cause) {
      throw fileError(`creating ${path}`, cause)
    }
    syncFolder(dirname(path), fs)
  }

  write(bytes: Uint8Array): void {
    let written = 0
    while (written < bytes.length) {
      const count = this.#writeSome(bytes, written)
      if (count === 0) {
        throw new SynapseError('io-failed', `writing ${this.#path}: the disk takes no more bytes`)
      }
      written += count
    }
    this.#position += written
  }

  #writeSome(bytes: Uint8Array, from: number): number {
    for (;;) {
      try {
        const room = bytes.length - from
        return this.#fs.writeSync(this.#descriptor, bytes, from, room, this.#position + from)
      } catch (cause) {
        if (codeOf(cause) === 'EINTR') continue
        throw fileError(`writing ${this.#path}`, cause)
      }
    }
  }

  /**
   * A failed fsync stays failed: the kernel may have dropped the pages it could not write and
   * would report success the next time, without the bytes.
   */
  sync(): void {
    if (this.#syncFailure) throw this.#syncFailure
    try {
      this.#fs.fsyncSync(this.#descriptor)
    } catch (cause) {
      this.#syncFailure = fileError(`syncing ${this.#path}`, cause)
      throw this.#syncFailure
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#fs.closeSync(this.#descriptor)
    } catch (cause) {
      throw fileError(`closing ${this.#path}`, cause)
    }
  }
}

/** The name of a new file survives a loss of power only once its folder is synced, too. */
function syncFolder(folder: string, fs: SinkFs): void {
  try {
    const descriptor = fs.openSync(folder, 'r')
    try {
      fs.fsyncSync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch {
    // Not every system lets a folder be opened or synced; there the name is as safe as it can be.
  }
}

const errorCodes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'file-missing',
  ENOTDIR: 'file-missing',
  ENAMETOOLONG: 'file-missing',
  ELOOP: 'file-missing',
  EACCES: 'file-denied',
  EPERM: 'file-denied',
  EROFS: 'file-denied',
  EEXIST: 'file-exists',
  EISDIR: 'file-unreadable',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
}

/** A failure of `node:fs` in our words. */
export function fileError(doing: string, cause: unknown): SynapseError {
  if (cause instanceof SynapseError) return cause
  const code = errorCodes[codeOf(cause)] ?? 'io-failed'
  return new SynapseError(code, `${doing}: ${plainReason(cause)}`, { cause })
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

/** Node's "EACCES: permission denied, open '…'" without the code and the path, said before. */
function plainReason(cause: unknown): string {
  return reasonOf(cause)
    .replace(/^E[A-Z]+: /, '')
    .replace(/, \w+( '.*')?$/, '')
}
