import type { ByteSource } from '../io.ts'

/** A few bytes, at once where the source can. */
export async function bytesAt(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const now = source.readNow?.(offset, length, new Uint8Array(length))
  return now ?? (await source.read(offset, length))
}
