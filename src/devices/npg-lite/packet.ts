/**
 * What an NPG Lite says: notifications of several samples back to back, ten as it leaves the
 * factory, each of seven bytes: a counter, and three channels, int16, big endian.
 */
import { bleUuid } from '../../signal/index.ts'

export const channelCount = 3
export const sampleBytes = 7
export const counterTurn = 256

export const npgService = bleUuid('4fafc201-1fb5-459e-8fcc-c5c9c331914b')
export const uuids = {
  data: bleUuid('beb5483e-36e1-4688-b7f5-ea07361b26a8'),
  control: bleUuid('ff01'),
} as const

/** Whether there are so many samples, and their counters follow each other. */
export function isPacket(bytes: Uint8Array, samples: number): boolean {
  if (bytes.length !== samples * sampleBytes) return false
  for (let f = 1; f < samples; f++) {
    if (bytes[f * sampleBytes] !== ((bytes[0]! + f) & 255)) return false
  }
  return true
}

export function decodeSample(
  bytes: Uint8Array,
  f: number,
  into: { [index: number]: number },
  at: number,
): void {
  for (let c = 0; c < channelCount; c++) {
    const from = f * sampleBytes + 1 + c * 2
    into[at + c] = ((bytes[from]! << 24) >> 16) | bytes[from + 1]!
  }
}

export function encodeSample(
  bytes: Uint8Array,
  f: number,
  counter: number,
  counts: ArrayLike<number>,
): void {
  const view = new DataView(bytes.buffer, f * sampleBytes)
  view.setUint8(0, counter)
  for (let c = 0; c < channelCount; c++) view.setInt16(1 + c * 2, counts[c]!)
}
