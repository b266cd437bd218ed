/**
 * What a Ganglion says: notifications of 20 bytes, the first of which says what they are. Channels
 * are 24-bit samples of which some bits are left out; bits come most significant first.
 *
 * | firmware 3 | firmware 2 | bytes 1 to 19                                                       |
 * |------------|------------|---------------------------------------------------------------------|
 * |            | 0          | 4 × int24, a whole sample; zeros                                    |
 * | 0–99       | 1–100      | 8 × 18 bits (two samples of four channels); an axis, int8           |
 * | 100–199    | 101–200    | 8 × 19 bits                                                         |
 * | 201–205    | 201–205    | impedance of channel 1 to 4 and the reference: digits, `Z`          |
 * | 206, 207   | 206, 207   | text; 207 is its last piece                                         |
 *
 * Firmware 3 sends the samples themselves without their lowest 6 (5) bits; firmware 2 what is to be
 * subtracted from the sample before. In both, the lowest bit that is sent is the sign instead.
 * After the firmware's source, as the documentation contradicts itself.
 */
import { bleUuid } from '../../signal/index.ts'

export const packetBytes = 20
export const channelCount = 4
export const rateHz = 200
export const samplesPerPacket = 2
/** BrainFlow and the JavaScript library agree on this; the documentation says 0.032. */
export const gPerCount = 0.016
export const firstImpedanceId = 201
export const lastImpedanceId = 205
export const textId = 206
export const lastTextId = 207

export const ganglionService = bleUuid('fe84')
export const uuids = {
  receive: bleUuid('2d30c082-f39f-4ce6-923f-3484ea480596'),
  send: bleUuid('2d30c083-f39f-4ce6-923f-3484ea480596'),
  disconnect: bleUuid('2d30c084-f39f-4ce6-923f-3484ea480596'),
  softwareRevision: bleUuid('2a28'),
} as const

/** Field `i` of width 18 or 19, with its sign put back and its lowest bit cleared. */
export function field(bytes: Uint8Array, width: 18 | 19, i: number): number {
  const bit = 8 + i * width
  let at = bit >> 3
  let value = bytes[at]! & (255 >> (bit & 7))
  let have = 8 - (bit & 7)
  while (have < width) {
    value = (value << 8) | bytes[++at]!
    have += 8
  }
  value >>= have - width
  const isNegative = (value & 1) === 1
  return isNegative ? (value & ~1) - (1 << width) : value & ~1
}

/** The reverse of `field`, onto bytes that are zero. */
export function putField(bytes: Uint8Array, width: 18 | 19, i: number, value: number): void {
  const sent = (value & ~1) | (value < 0 ? 1 : 0)
  for (let b = 0; b < width; b++) {
    const bit = 8 + i * width + b
    if ((sent >> (width - 1 - b)) & 1) bytes[bit >> 3]! |= 128 >> (bit & 7)
  }
}

export function int24(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8)) >> 8
}

/** The number that an impedance notification tells, kΩ; a bare `Z` is 0; NaN where it is none. */
export function impedanceKohmOf(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(1))
  const [, digits] = /^(\d{0,7})Z/.exec(text) ?? []
  return digits === undefined ? Number.NaN : Number(digits || 0)
}
