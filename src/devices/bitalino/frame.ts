/**
 * The frame of a BITalino: 3 to 8 bytes for 1 to 6 analogue inputs, without a sync byte. From the
 * documentation of its API (facts only).
 *
 * Seen from the last byte backwards: CRC in the low four bits, sequence (0–15) in the high four;
 * then, from the high bits down, digital I1 I2 O1 O2 and A1 (10 bits), A2, A3, A4 (10 each), and
 * A5, A6 (6 each) at the front. The CRC-4 (x⁴ + x + 1) covers all bits with its own as zero.
 */

export const sequenceTurn = 16
export const digitalLabels = ['I1', 'I2', 'O1', 'O2'] as const
export const analogLabels = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6'] as const
const wideInputs = 4
const polynomial = 0x3

export function frameBytes(inputs: number): number {
  if (inputs <= wideInputs) return Math.ceil((12 + 10 * inputs) / 8)
  return Math.ceil((52 + 6 * (inputs - wideInputs)) / 8)
}

function crcOf(bytes: ArrayLike<number>, at: number, length: number): number {
  let crc = 0
  for (let i = 0; i < length; i++) {
    const byte = i === length - 1 ? bytes[at + i]! & 0xf0 : bytes[at + i]!
    for (let bit = 7; bit >= 0; bit--) {
      crc = (crc << 1) | ((byte >> bit) & 1)
      if (crc & 0x10) crc ^= 0x10 | polynomial
    }
  }
  return crc & 0x0f
}

export function isFrame(bytes: ArrayLike<number>, at: number, length: number): boolean {
  return (bytes[at + length - 1]! & 0x0f) === crcOf(bytes, at, length)
}

export function sequenceOf(bytes: ArrayLike<number>, at: number, length: number): number {
  return bytes[at + length - 1]! >> 4
}

/** Digital I1 I2 O1 O2, then the analogue inputs, into `into[to]` and on. */
export function decodeFrame(
  bytes: ArrayLike<number>,
  at: number,
  inputs: number,
  into: { [index: number]: number },
  to: number,
): void {
  const last = at + frameBytes(inputs) - 1
  const byte = (back: number) => bytes[last - back]!
  for (let d = 0; d < 4; d++) into[to + d] = (byte(1) >> (7 - d)) & 1
  const analog = to + 4
  into[analog] = ((byte(1) & 0x0f) << 6) | (byte(2) >> 2)
  if (inputs > 1) into[analog + 1] = ((byte(2) & 0x03) << 8) | byte(3)
  if (inputs > 2) into[analog + 2] = (byte(4) << 2) | (byte(5) >> 6)
  if (inputs > 3) into[analog + 3] = ((byte(5) & 0x3f) << 4) | (byte(6) >> 4)
  if (inputs > 4) into[analog + 4] = ((byte(6) & 0x0f) << 2) | (byte(7) >> 6)
  if (inputs > 5) into[analog + 5] = byte(7) & 0x3f
}

/** @param values digital I1 I2 O1 O2, then the analogue inputs */
export function encodeFrame(
  sequence: number,
  values: ArrayLike<number>,
  inputs: number,
  into: Uint8Array,
): number {
  const length = frameBytes(inputs)
  into.fill(0, 0, length)
  const last = length - 1
  const put = (back: number, bits: number) => {
    into[last - back] = into[last - back]! | bits
  }
  const analog = (input: number) => values[4 + input]!
  put(0, sequence << 4)
  for (let d = 0; d < 4; d++) put(1, values[d]! << (7 - d))
  put(1, analog(0) >> 6)
  put(2, (analog(0) & 0x3f) << 2)
  if (inputs > 1) {
    put(2, analog(1) >> 8)
    put(3, analog(1) & 0xff)
  }
  if (inputs > 2) {
    put(4, analog(2) >> 2)
    put(5, (analog(2) & 0x03) << 6)
  }
  if (inputs > 3) {
    put(5, analog(3) >> 4)
    put(6, (analog(3) & 0x0f) << 4)
  }
  if (inputs > 4) {
    put(6, analog(4) >> 2)
    put(7, (analog(4) & 0x03) << 6)
  }
  if (inputs > 5) put(7, analog(5))
  put(0, crcOf(into, 0, length))
  return length
}
