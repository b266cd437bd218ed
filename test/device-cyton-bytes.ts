/** Bytes as a Cyton sends them, and what a parser makes of them. */
import { encodePacket, packetBytes } from '../src/devices/_cyton/packet.ts'
import { CytonParser } from '../src/devices/openbci-cyton/parser.ts'
import type { GapReason } from '../src/signal/index.ts'

export interface PacketOptions {
  /** Without it the packet bears no time and ends in C0. */
  readonly boardMs?: number
  readonly stop?: number
  readonly counts?: readonly number[]
}

/** The packet of sample `index`: its channels name the sample, so that it is known again. */
export function packetOf(index: number, options: PacketOptions = {}): Uint8Array {
  const { boardMs, counts } = options
  const into = new Uint8Array(packetBytes)
  const aux = new Uint8Array(6)
  if (boardMs !== undefined) new DataView(aux.buffer).setUint32(2, boardMs)
  encodePacket(
    {
      counter: index & 255,
      counts: counts ?? Array.from({ length: 8 }, (_, c) => index * 8 + c - 400_000),
      aux,
      stop: options.stop ?? (boardMs === undefined ? 0xc0 : 0xc4),
    },
    into,
  )
  return into
}

/** Packets `from` to `to`, with the board's clock where it is asked for. */
export function packets(from: number, to: number, clock = false): Uint8Array[] {
  return Array.from({ length: to - from }, (_, i) => {
    const index = from + i
    return packetOf(index, clock ? { boardMs: 5000 + index * 4 } : {})
  })
}

export function bytesOf(...parts: (Uint8Array | readonly Uint8Array[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.flat() as Uint8Array[]))
}

export interface Parsed {
  /** Index of each packet: how many were received and lost before it. */
  readonly indices: number[]
  readonly packets: Uint8Array[]
  readonly hostTimes: number[]
  readonly gaps: { at: number; lost: number; exact: boolean; reason: GapReason }[]
}

/** A parser, and what it says. */
export function listeningParser(): { parser: CytonParser; parsed: Parsed } {
  const parsed: Parsed = { indices: [], packets: [], hostTimes: [], gaps: [] }
  let next = 0
  const parser = new CytonParser({
    packet(bytes, at, hostTime) {
      parsed.indices.push(next++)
      parsed.packets.push(bytes.slice(at, at + packetBytes))
      parsed.hostTimes.push(hostTime)
    },
    lost(lost, exact, reason) {
      parsed.gaps.push({ at: next, lost, exact, reason })
      next += lost
    },
  })
  return { parser, parsed }
}

/** Pushes the bytes in pieces of so many, one after the other; 0 for all at once. */
export function feed(parser: CytonParser, bytes: Uint8Array, pieces: readonly number[]): void {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const take = pieces[i % pieces.length] || bytes.length
    parser.push(bytes.subarray(from, from + take), 0)
    from += take
  }
}

export function parse(bytes: Uint8Array, pieces: readonly number[] = [0]): Parsed {
  const { parser, parsed } = listeningParser()
  feed(parser, bytes, pieces)
  return parsed
}
