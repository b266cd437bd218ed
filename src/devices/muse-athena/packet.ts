/**
 * What a Muse S Athena says, as far as people have found out. A notification is one or more
 * packets; a packet is a header and readings of several sensors.
 *
 * | bytes    | header                                                                |
 * |----------|-----------------------------------------------------------------------|
 * | 0        | length of the packet, header and all                                  |
 * | 1        | counter of packets                                                    |
 * | 2 to 5   | time, uint32 little endian, 256 000 a second                          |
 * | 9, 10    | tag of the first reading, and its counter                             |
 * | 14 …     | the first reading                                                     |
 *
 * Behind it come more: tag, counter, three unknown bytes, reading. Each kind of reading counts its
 * own, modulo 256; in five recordings of up to a minute no counter ever jumped. Bits
 * are packed least significant first.
 *
 * | tag        | reading                              | rate  |
 * |------------|--------------------------------------|-------|
 * | 0x11, 0x12 | EEG, 4 × 4 or 2 × 8 × 14 bits        | 256   |
 * | 0x47       | 3 × (acceleration, rotation), int16 LE | 52  |
 * | 0x34 … 36  | light, 3 × 4, 2 × 8, 1 × 16 × 20 bits | 64   |
 * | 0x98, 0x88 | battery: % × 256, uint16 LE, and more | 1    |
 * | 0x53       | unknown                              | 5     |
 */
import { museCharacteristic } from '../_muse/control.ts'

export const headerBytes = 14
const betweenBytes = 5
export const ticksPerSecond = 256_000
export const counterTurn = 256
export const microvoltsPerCount = 1450 / 16383
export const midCount = 8192
export const gPerCount = 1 / 16384
export const degreesPerSecondPerCount = -0.0074768
export const lightPerCount = 1 / 32768

export const dataUuids = ['13', '14'].map(museCharacteristic)

export type SensorKind = 'eeg' | 'motion' | 'light' | 'battery' | 'unknown'

export interface Sensor {
  readonly kind: SensorKind
  readonly bytes: number
  readonly channels: number
  readonly samples: number
  /** 0 where values are whole bytes. */
  readonly bits: number
}

const sensor = (kind: SensorKind, bytes: number, channels = 0, samples = 0, bits = 0): Sensor => ({
  kind,
  bytes,
  channels,
  samples,
  bits,
})

export const sensors: ReadonlyMap<number, Sensor> = new Map([
  [0x11, sensor('eeg', 28, 4, 4, 14)],
  [0x12, sensor('eeg', 28, 8, 2, 14)],
  [0x47, sensor('motion', 36, 6, 3)],
  [0x34, sensor('light', 30, 4, 3, 20)],
  [0x35, sensor('light', 40, 8, 2, 20)],
  [0x36, sensor('light', 40, 16, 1, 20)],
  [0x53, sensor('unknown', 24)],
  [0x98, sensor('battery', 20)],
])

export const rateOf: Readonly<Record<'eeg' | 'motion' | 'light', number>> = {
  eeg: 256,
  motion: 52,
  light: 64,
}

/** Called for each reading: it stands at `at`. */
export type Visit = (tag: number, counter: number, at: number, packetAt: number) => void

/** @returns bytes that could not be understood, from the place on where that began */
export function walk(bytes: Uint8Array, visit: Visit): number {
  let at = 0
  let unread = 0
  while (at < bytes.length) {
    const length = bytes[at]!
    if (length < headerBytes || at + length > bytes.length) return unread + bytes.length - at
    unread += walkPacket(bytes, at, at + length, visit)
    at += length
  }
  return unread
}

function walkPacket(bytes: Uint8Array, from: number, end: number, visit: Visit): number {
  let tag = bytes[from + 9]!
  let counter = bytes[from + 10]!
  let at = from + headerBytes
  for (;;) {
    const length = sensors.get(tag)?.bytes
    // The length of what is not known is not known either.
    if (length === undefined || at + length > end) return end - at
    visit(tag, counter, at, from)
    at += length
    if (at === end) return 0
    if (at + betweenBytes > end) return end - at
    tag = bytes[at]!
    counter = bytes[at + 1]!
    at += betweenBytes
  }
}

export function ticksAt(bytes: Uint8Array, packetAt: number): number {
  const low = bytes[packetAt + 2]! | (bytes[packetAt + 3]! << 8) | (bytes[packetAt + 4]! << 16)
  return low + bytes[packetAt + 5]! * 2 ** 24
}

/** Value `i` of those that are packed, `bits` each, from byte `at` on. */
export function packedValue(bytes: Uint8Array, at: number, bits: number, i: number): number {
  const from = i * bits
  let byte = at + (from >> 3)
  let value = bytes[byte]! >> (from & 7)
  for (let have = 8 - (from & 7); have < bits; have += 8) value |= bytes[++byte]! << have
  return value & (2 ** bits - 1)
}

/** The reverse of `packedValue`, onto bytes that are zero. */
export function packValue(
  bytes: Uint8Array,
  at: number,
  bits: number,
  i: number,
  value: number,
): void {
  for (let b = 0; b < bits; b++) {
    const bit = i * bits + b
    if ((value >> b) & 1) bytes[at + (bit >> 3)]! |= 1 << (bit & 7)
  }
}

export function int16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16
}
