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

/** A recording that is in memory already: dropped onto a window, or made by a test. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  }
}
