/**
 * The Cyton's packet as the USB dongle writes it: 33 bytes, 250 a second. From the firmware
 * (OpenBCI_32bit_Library) and the documentation page "Cyton Data Format".
 *
 * | bytes | content                                                         |
 * |-------|-----------------------------------------------------------------|
 * | 0     | A0                                                              |
 * | 1     | sample counter, 0–255, free-running                             |
 * | 2–25  | 8 channels, 24-bit two's complement, big-endian                 |
 * | 26–31 | auxiliary, after the stop byte                                  |
 * | 32    | stop byte, C0–C6                                                |
 *
 * | stop   | auxiliary                                                      |
 * |--------|----------------------------------------------------------------|
 * | C0     | accelerometer X Y Z, int16; all zero when there is no new value |
 * | C1     | raw: analogue or digital pins, or a marker                     |
 * | C2     | user defined                                                   |
 * | C3, C4 | accelerometer int16 (firmware 3: X, Y, Z when the counter modulo |
 * |        | 10 is 7, 8, 9), then uint32 board time in ms; C3 is the first  |
 * | C5, C6 | one raw int16, then uint32 board time in ms; C5 is the first   |
 */

export const packetBytes = 33
export const header = 0xa0
export const channelCount = 8
export const rateHz = 250

export const stop = {
  accel: 0xc0,
  raw: 0xc1,
  user: 0xc2,
  accelTimeSet: 0xc3,
  accelTime: 0xc4,
  rawTimeSet: 0xc5,
  rawTime: 0xc6,
} as const

export function isStop(byte: number): boolean {
  return byte >= stop.accel && byte <= stop.rawTime
}

export function hasBoardTime(stopByte: number): boolean {
  return stopByte >= stop.accelTimeSet
}

/** The board's clock in the packet at `at`, in milliseconds; NaN where it bears none. */
export function boardMillis(bytes: Uint8Array, at: number): number {
  return hasBoardTime(bytes[at + packetBytes - 1]!) ? uint32(bytes, at + 28) : Number.NaN
}

/** The stop byte that follows this one while nothing is changed: C3 and C5 come only once. */
export function runningStop(stopByte: number): number {
  if (stopByte === stop.accelTimeSet) return stop.accelTime
  return stopByte === stop.rawTimeSet ? stop.rawTime : stopByte
}

/** Microvolts per count at a programmable gain: 4.5 V reference, 24 bit. */
export function microvoltsPerCount(gain: number): number {
  return 4.5e6 / gain / (2 ** 23 - 1)
}

/** g per count of the LIS3DH at ±4 g. */
export const gPerCount = 0.002 / 16

export function int24(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8)) >> 8
}

export function int16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16)) >> 16
}

export function uint32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  return bytes[at]! * 2 ** 24 + low
}

export interface PacketFields {
  readonly counter: number
  readonly counts: ArrayLike<number>
  /** Six bytes. */
  readonly aux: ArrayLike<number>
  readonly stop: number
}

/** Writes one packet into `into` at `at`. */
export function encodePacket(fields: PacketFields, into: Uint8Array, at = 0): void {
  into[at] = header
  into[at + 1] = fields.counter
  for (let c = 0; c < channelCount; c++) {
    const value = fields.counts[c] ?? 0
    into[at + 2 + c * 3] = value >> 16
    into[at + 3 + c * 3] = value >> 8
    into[at + 4 + c * 3] = value
  }
  for (let i = 0; i < 6; i++) into[at + 26 + i] = fields.aux[i] ?? 0
  into[at + 32] = fields.stop
}
