/**
 * Bytes to packets: finds packets in whatever arrives, and says how many are missing between two
 * of them. Pure: a test feeds it by hand. The packet has no checksum, so a packet that does not
 * follow the one before as expected (counter, stop byte) is believed only when the bytes after it
 * confirm it; one that follows as expected is delivered at once.
 */
import type { GapReason } from '../../signal/index.ts'
import { hasBoardTime, header, isStop, packetBytes, rateHz, uint32 } from './packet.ts'

export interface PacketHandler {
  /** `bytes` from `at` on hold the packet; lent. `hostTime` is when its last byte arrived. */
  packet(bytes: Uint8Array, at: number, hostTime: number): void
  /** Before the next packet, `lost` are missing. */
  lost(lost: number, exact: boolean, reason: GapReason): void
}

/** Packets that may be missing in a row before a jump needs to be confirmed by the next packet. */
const plausibleJump = 32
/** Silence so long may hide a whole turn of the counter. */
const wrapSeconds = 0.5
const counterTurn = 256

export class CytonParser {
  readonly #handler: PacketHandler
  readonly #buffer = new Uint8Array(16384)
  #length = 0
  /** Counter of the next packet; −1 before the first. */
  #expected = -1
  #usualStop = -1
  #skippedBytes = 0
  #boardTimeMs = Number.NaN
  #quietSeconds = 0
  #counterBroken = false
  /** Bytes refused since the parser was made. */
  refusedBytes = 0

  constructor(handler: PacketHandler) {
    this.#handler = handler
  }

  push(bytes: Uint8Array, hostTime: number): void {
    for (let from = 0; from < bytes.length; ) {
      const take = Math.min(bytes.length - from, this.#buffer.length - this.#length)
      this.#buffer.set(bytes.subarray(from, from + take), this.#length)
      this.#length += take
      from += take
      this.#parse(hostTime)
    }
  }

  /** The link was open and watched for so long, and nothing came. */
  quiet(seconds: number): void {
    this.#quietSeconds += seconds
  }

  /** The link went away: what is left of a packet will never be completed. */
  cut(): void {
    this.#skippedBytes = 0
    this.#length = 0
  }

  /** The board was told to start anew: its counter says nothing about what was lost. */
  restarted(): void {
    this.#counterBroken = true
    this.#boardTimeMs = Number.NaN
  }

  #parse(hostTime: number): void {
    let at = 0
    while (this.#length - at >= packetBytes) {
      const step = this.#step(at, hostTime)
      if (step === 0) break
      at += step
    }
    this.#buffer.copyWithin(0, at, this.#length)
    this.#length -= at
  }

  /** Bytes to move on; 0 when more must arrive before this packet can be believed. */
  #step(at: number, hostTime: number): number {
    const bytes = this.#buffer
    if (bytes[at] !== header || !isStop(bytes[at + packetBytes - 1]!)) return this.#skip(1)
    if (this.#follows(at)) return this.#accept(at, hostTime)
    if (this.#length - at < 2 * packetBytes) return 0
    switch (this.#judge(at)) {
      case 'packet':
        return this.#accept(at, hostTime)
      case 'damaged':
        return this.#skip(packetBytes)
      case 'chance':
        return this.#skip(1)
    }
  }

  /** The packet that was due, with nothing behind it that speaks against it. */
  #follows(at: number): boolean {
    const bytes = this.#buffer
    if (bytes[at + 1] !== this.#expected) return false
    if (bytes[at + packetBytes - 1] !== this.#usualStop) return false
    return this.#length - at === packetBytes || bytes[at + packetBytes] === header
  }

  /** Is what looks like a packet one? Judged by what comes after it. */
  #judge(at: number): 'packet' | 'damaged' | 'chance' {
    const bytes = this.#buffer
    const counter = bytes[at + 1]!
    const next = at + packetBytes
    const nextFramed = bytes[next] === header && isStop(bytes[next + packetBytes - 1]!)
    const step = (bytes[next + 1]! - counter) & 255
    if (nextFramed && step === 1) return 'packet'
    if (this.#expected < 0) return nextFramed && step < plausibleJump ? 'packet' : 'chance'
    if (nextFramed && bytes[next + 1] === ((this.#expected + 1) & 255)) return 'damaged'
    const jump = (counter - this.#expected) & 255
    const usual = bytes[at + packetBytes - 1] === this.#usualStop
    return usual && jump < plausibleJump && !this.#hidesPacket(at) ? 'packet' : 'chance'
  }

  /** Does the next packet begin inside this one? Then this one was cut short. */
  #hidesPacket(at: number): boolean {
    const bytes = this.#buffer
    for (let from = at + 1; from < at + packetBytes; from++) {
      const framed = bytes[from] === header && bytes[from + packetBytes - 1] === this.#usualStop
      if (framed && bytes[from + 1] === ((bytes[at + 1]! + 1) & 255)) return true
    }
    return false
  }

  #skip(bytes: number): number {
    this.#skippedBytes += bytes
    this.refusedBytes += bytes
    return bytes
  }

  #accept(at: number, hostTime: number): number {
    const bytes = this.#buffer
    const stopByte = bytes[at + packetBytes - 1]!
    this.#account(bytes[at + 1]!, hasBoardTime(stopByte) ? uint32(bytes, at + 28) : Number.NaN)
    this.#usualStop = stopByte
    this.#skippedBytes = 0
    this.#quietSeconds = 0
    this.#handler.packet(bytes, at, hostTime)
    return packetBytes
  }

  #account(counter: number, boardTimeMs: number): void {
    if (this.#expected >= 0) this.#reportLoss((counter - this.#expected) & 255, boardTimeMs)
    this.#expected = (counter + 1) & 255
    this.#boardTimeMs = boardTimeMs
    this.#counterBroken = false
  }

  /** @param jump how far the counter is ahead of what was expected, modulo its turn */
  #reportLoss(jump: number, boardTimeMs: number): void {
    const reason: GapReason =
      this.#quietSeconds > wrapSeconds
        ? 'disconnected'
        : this.#skippedBytes > 0
          ? 'corrupt'
          : 'lost'
    const byClock = ((boardTimeMs - this.#boardTimeMs) / 1000) * rateHz - 1
    if (this.#counterBroken) {
      const lost = Math.max(0, Math.round(this.#quietSeconds * rateHz))
      if (lost > 0) this.#handler.lost(lost, false, 'disconnected')
      return
    }
    // Between two packets a clock that runs or a watched silence tells of whole turns.
    const estimate = byClock >= 0 ? byClock : this.#quietSeconds * rateHz
    const watched = byClock >= 0 || this.#quietSeconds > wrapSeconds
    const turns = watched ? Math.max(0, Math.round((estimate - jump) / counterTurn)) : 0
    const lost = jump + turns * counterTurn
    const exact = turns === 0 || Math.abs(estimate - lost) < counterTurn / 4
    if (lost > 0) this.#handler.lost(lost, exact, reason)
  }
}
