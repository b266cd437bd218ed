/**
 * What the shield sends as `raw`: the board's packets of 33 bytes, one behind the other. With a Daisy
 * two of the same number make a sample, the board's first; over the dongle it is the other way round.
 * A Ganglion's four channels stand in the first four places; twelve zeros follow them. While it tests
 * its electrodes it sends packets that end with C7: the input from 1, then digits, kΩ, nothing for 0.
 */
import { channelCount, header, int24, packetBytes } from '../_cyton/packet.ts'
import type { FrameShape } from '../_session/framed-stream.ts'
import { type BoardKind, boards } from './boards.ts'

/** The stop byte of a Ganglion's impedance. */
export const impedanceStop = 0xc7
const [zero, nine] = [48, 57]
const mostDigits = 7

export interface SampleListener {
  /** A sample of all channels, as counts. */
  sampled(counts: ArrayLike<number>, from: number): void
  /** The packet that the sample came in: lent. */
  packet?(bytes: Uint8Array, at: number, hostTime: number): void
  /** @param input 0 to 3 for the channels, 4 for the reference */
  impedance?(input: number, kohm: number): void
}

export function rawShape(kind: BoardKind, listener: SampleListener): FrameShape {
  const { channels, turn } = boards[kind]
  const halves = channels > channelCount ? 2 : 1
  const frameBytes = halves * packetBytes
  const perPacket = channels / halves
  let arrivedAt = 0
  return {
    turn,
    frameBytes,
    isUnchecked: true,
    measure(bytes, at, end, isLast) {
      if (bytes[at] !== header) return 0
      if (end - at < frameBytes) return isLast ? 0 : -1
      if (!isPacket(bytes, at)) return 0
      if (halves === 1) return frameBytes
      const daisy = at + packetBytes
      return isPacket(bytes, daisy) && bytes[daisy + 1] === bytes[at + 1] ? frameBytes : 0
    },
    kindOf(bytes, at, _length, hostTime) {
      arrivedAt = hostTime
      if (kind !== 'ganglion' || bytes[at + packetBytes - 1] !== impedanceStop) return 'samples'
      const kohm = impedanceKohmAt(bytes, at)
      const input = bytes[at + 1]! - 1
      if (Number.isNaN(kohm) || input < 0 || input > channels) return 'damaged'
      listener.impedance?.(input, kohm)
      return 'other'
    },
    counter: (bytes, at) => bytes[at + 1]!,
    decode(bytes, at, into, to) {
      for (let half = 0; half < halves; half++) {
        const from = at + half * packetBytes + 2
        for (let c = 0; c < perPacket; c++)
          into[to + half * perPacket + c] = int24(bytes, from + 3 * c)
      }
      listener.sampled(into, to)
      listener.packet?.(bytes, at, arrivedAt)
    },
  }
}

function isPacket(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === header && (bytes[at + packetBytes - 1]! & 0xf0) === 0xc0
}

/** NaN where the packet has something else than digits and zeros behind them. */
function impedanceKohmAt(bytes: Uint8Array, at: number): number {
  let kohm = 0
  let i = at + 2
  for (let digits = 0; digits < mostDigits; digits++, i++) {
    const byte = bytes[i]!
    if (byte < zero || byte > nine) break
    kohm = kohm * 10 + (byte - zero)
  }
  for (; i < at + packetBytes - 1; i++) if (bytes[i] !== 0) return Number.NaN
  return kohm
}
