/**
 * The packet of Upside Down Labs' Chords firmware: C7 7C, counter, one 16-bit big-endian value per
 * channel, 01. From the firmware's sources (facts only).
 */

export const header = [0xc7, 0x7c] as const
const end = 0x01
const overheadBytes = 4

/** What a board that answers `WHORU` has. */
export interface ChordsBoard {
  readonly channels: number
  readonly rateHz: number
  readonly bits: number
  readonly baudRate: 230400 | 115200
}

const boards: readonly (readonly [name: RegExp, board: ChordsBoard])[] = [
  [/UNO-?R4/i, { channels: 6, rateHz: 500, bits: 14, baudRate: 230400 }],
  [/GIGA/i, { channels: 6, rateHz: 500, bits: 16, baudRate: 230400 }],
  [/PICO/i, { channels: 3, rateHz: 500, bits: 12, baudRate: 230400 }],
  [/STM32|NUCLEO/i, { channels: 16, rateHz: 250, bits: 12, baudRate: 230400 }],
  [/MEGA/i, { channels: 16, rateHz: 250, bits: 10, baudRate: 115200 }],
  [/UNO|NANO/i, { channels: 6, rateHz: 250, bits: 10, baudRate: 115200 }],
]

/** The board of this name, as `WHORU` is answered; undefined for one that is not known. */
export function boardNamed(name: string): ChordsBoard | undefined {
  return boards.find(([pattern]) => pattern.test(name))?.[1]
}

export function packetBytes(channels: number): number {
  return overheadBytes + 2 * channels
}

/** The packet at `at`, where it is framed as one is: there is no checksum. */
export function isPacket(bytes: Uint8Array, at: number, channels: number): boolean {
  const last = at + packetBytes(channels) - 1
  return bytes[at] === header[0] && bytes[at + 1] === header[1] && bytes[last] === end
}

export function encodePacket(counter: number, values: ArrayLike<number>, into: Uint8Array): number {
  into.set(header)
  into[2] = counter
  for (let c = 0; c < values.length; c++) {
    into[3 + 2 * c] = values[c]! >> 8
    into[4 + 2 * c] = values[c]!
  }
  into[3 + 2 * values.length] = end
  return packetBytes(values.length)
}
