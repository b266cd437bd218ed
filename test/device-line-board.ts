/** A board that prints "counter,microseconds,left,right" for every sample, from when it is switched on. */
import type { SerialBoard } from '../src/devices/_emulator/pty-board.ts'

export class LineBoard implements SerialBoard {
  readonly streaming = true
  readonly packetsPerSecond = 200
  readonly maxPacketBytes = 64
  #counter = 65_000

  receive(): void {}

  packet(into: Uint8Array, boardMs: number): number {
    const n = this.#counter++
    const values = [n % 65_536, Math.round(boardMs * 1000), (n * 37) % 1024, -((n * 91) % 5000) / 4]
    const line = Buffer.from(`${values.join(',')}\r\n`)
    into.set(line)
    return line.length
  }

  /** A number that is none, a column less, no end, or noise. */
  damaged(packet: Uint8Array, random: () => number) {
    const below = (n: number) => Math.floor(random() * n)
    const kind = (['letter', 'short', 'endless', 'noise'] as const)[below(4)]!
    if (kind === 'noise') {
      return { how: kind, bytes: Uint8Array.from(packet, () => below(256)) }
    }
    if (kind === 'endless') return { how: kind, bytes: packet.slice(0, -2) }
    if (kind === 'short') {
      const end = packet.lastIndexOf(0x2c)
      return { how: kind, bytes: Uint8Array.from([...packet.subarray(0, end), 13, 10]) }
    }
    const bytes = packet.slice()
    bytes[below(packet.length - 2)] = 0x78
    return { how: kind, bytes }
  }
}

/** The samples of such a line. */
export function lineSamples(packet: Uint8Array): number[] {
  return Buffer.from(packet).toString('latin1').trim().split(',').slice(2).map(Number)
}
