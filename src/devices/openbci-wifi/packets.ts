/**
 * What the shield sends: the board's packets of 33 bytes, one behind the other. With a Daisy two of
 * the same number make a sample, the board's first; over the dongle it is the other way round. A
 * Ganglion's four channels stand in the first four places.
 */
import { channelCount, header, int24, packetBytes } from '../_cyton/packet.ts'
import type { FrameShape } from '../_session/framed-stream.ts'

const counterTurn = 256

/** @param channels 4, 8 or 16 */
export function shieldShape(
  channels: number,
  sampled: (counts: ArrayLike<number>, from: number) => void,
): FrameShape {
  const halves = channels > channelCount ? 2 : 1
  const frameBytes = halves * packetBytes
  const perPacket = channels / halves
  return {
    turn: counterTurn,
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
    counter: (bytes, at) => bytes[at + 1]!,
    decode(bytes, at, into, to) {
      for (let half = 0; half < halves; half++) {
        const from = at + half * packetBytes + 2
        for (let c = 0; c < perPacket; c++)
          into[to + half * perPacket + c] = int24(bytes, from + 3 * c)
      }
      sampled(into, to)
    },
  }
}

function isPacket(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === header && (bytes[at + packetBytes - 1]! & 0xf0) === 0xc0
}
