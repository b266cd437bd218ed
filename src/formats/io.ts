/**
 * The I/O that a format is lent: bytes at an offset, and bytes appended. Nothing in this room but
 * `file-io.ts` knows where they live.
 */

export interface ByteSource {
  /** Bytes there are; what is appended after opening is not seen. */
  readonly size: number
  /**
   * Bytes from `offset` on: as many as asked, fewer only where the source ends.
   * @param into at least `length` bytes that the source may fill and return a part of, instead of
   * allocating; they are the source's until the promise settles
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>
  /**
   * As `read`, holding up the thread meanwhile, which costs far less. Undefined when it has been held
   * up long enough and others shall have their turn: the caller awaits `read` then.
   */
  readNow?(offset: number, length: number, into: Uint8Array): Uint8Array | undefined
  close(): Promise<void>
}

/**
 * Where a recorder appends. Synchronous, because the recorder has a thread of its own and must
 * know, before it goes on, that what it handed over was taken.
 */
export interface ByteSink {
  /**
   * Appends all of `bytes`, which are lent. After a throw nothing counts as written: the caller
   * may hand over the same bytes again, and they land at the same place.
   * @throws SynapseError disk-full, io-failed
   */
  write(bytes: Uint8Array): void
  /**
   * Returns when the bytes written so far would survive a loss of power.
   * @throws SynapseError disk-full, io-failed
   */
  sync(): void
  close(): Promise<void>
}

/** A file that a reader is asked to open. */
export interface FileToOpen {
  readonly source: ByteSource
  /** What messages call it: a path or a file name. */
  readonly name: string
  /** The bytes that it begins with. */
  readonly start: Uint8Array
  /** The same as text, one character per byte, and in lines. */
  readonly text: string
  readonly lines: readonly string[]
  /**
   * A file of the same folder, which belongs to whoever asked for it.
   * @throws SynapseError file-missing, file-denied, io-failed
   */
  neighbour(fileName: string): Promise<ByteSource>
}

/** @throws SynapseError file-missing, file-denied, file-unreadable, io-failed */
export type OpenSource = (path: string) => Promise<ByteSource>

/** A recording that is in memory already: dropped onto a window, or made by a test. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  }
}
