/**
 * Bytes to packets: finds packets in whatever arrives, and says how many are missing between two
 * of them. Pure: a test feeds it by hand. The packet has no checksum, so that counter, stop byte
 * and board clock must do: a packet whose counter and clock go on as they should is delivered at
 * once, every other is believed only when what comes after it confirms it. A decision never
 * depends on how the bytes were cut into reads.
 */
import type { GapReason } from '../../signal/index.ts'
import { boardMillis, header, isStop, packetBytes, runningStop } from '../_cyton/packet.ts'
import { agree, counterTurn, lossBetween, wrapSeconds } from './loss.ts'

export interface PacketHandler {
  /** `bytes` from `at` on hold the packet; lent. `hostTime` is when its last byte arrived. */
  packet(bytes: Uint8Array, at: number, hostTime: number): void
  /** Before the next packet, `lost` are missing. */
  lost(lost: number, exact: boolean, reason: GapReason): void
}

type Verdict =
  | 'packet'
  | 'damaged' // it stands where a packet stands, but its counter is wrong
  | 'chance' // bytes that only look like a packet
  | 'wait' // more must arrive

/** Packets that may be missing in a row before a jump needs more than one witness. */
const plausibleJump = 32
/** So few may be missing among the witnesses themselves; a jump beyond needs more of them. */
const fewLost = 8
/** How many packets ahead witnesses are looked for; more where the counter is in doubt. */
const witnesses = 3
const jumpWitnesses = 6
/** Bytes missing from a packet, or too many in it, that are recognised as such. */
const longestSlip = 8

export class CytonParser {
  readonly #handler: PacketHandler
  readonly #buffer = new Uint8Array(16384)
  /** When each byte of the buffer arrived. */
  readonly #arrived = new Float64Array(this.#buffer.length)
  #length = 0
  /** Counter of the next packet; −1 before the first. */
  #expected = -1
  #usualStop = -1
  #boardMs = Number.NaN
  #skippedBytes = 0
  /** The packet that was due has been seen and refused: nothing after it can be that packet. */
  #dueRefused = false
  #quietSeconds = 0
  #wasCut = false
  #wasRestarted = false
  #wasSet = false
  /** Bytes refused since the parser was made. */
  refusedBytes = 0

  constructor(handler: PacketHandler) {
    this.#handler = handler
  }

  push(bytes: Uint8Array, hostTime: number): void {
    for (let from = 0; from < bytes.length; ) {
      const take = Math.min(bytes.length - from, this.#buffer.length - this.#length)
      this.#buffer.set(bytes.subarray(from, from + take), this.#length)
      this.#arrived.fill(hostTime, this.#length, this.#length + take)
      this.#length += take
      from += take
      this.#parse(false)
    }
  }

  /** The link was open and watched for so long, and nothing came. */
  quiet(seconds: number): void {
    this.#quietSeconds += seconds
  }

  /** The link went away: what is left of a packet will never be completed. */
  cut(): void {
    this.#parse(true)
    this.#wasCut = true
  }

  /** The board was told to be silent: its clock runs on, but it samples nothing meanwhile. */
  paused(): void {
    this.#parse(true)
    this.#boardMs = Number.NaN
  }

  /** The board was told to be silent and is being set: it samples nothing, but time goes on. */
  set(): void {
    this.#parse(true)
    this.#wasRestarted = this.#wasSet = true
  }

  /** The board was told to start anew, and may have been switched off. */
  restarted(): void {
    this.#wasRestarted = true
  }

  /** @param last no more bytes will follow these, so that no witness can be waited for */
  #parse(last: boolean): void {
    let at = 0
    while (this.#length - at >= packetBytes) {
      const step = this.#step(at, last)
      if (step === 0) break
      at += step
    }
    if (last) at = this.#length
    this.#buffer.copyWithin(0, at, this.#length)
    this.#arrived.copyWithin(0, at, this.#length)
    this.#length -= at
  }

  /** Bytes to move on; 0 when more must arrive before this packet can be believed. */
  #step(at: number, last: boolean): number {
    if (!this.#isFramed(at)) return this.#skip(at, 1)
    switch (this.#judge(at)) {
      case 'packet':
        return this.#accept(at)
      case 'damaged':
        return this.#skip(at, packetBytes)
      case 'chance':
        return this.#skip(at, 1)
      case 'wait':
        if (!last) return 0
        return this.#isDue(at) ? this.#accept(at) : this.#skip(at, 1)
    }
  }

  #judge(at: number): Verdict {
    const jump = this.#jumpTo(at)
    const boardMs = boardMillis(this.#buffer, at) - this.#boardMs
    if (this.#expected >= 0 && this.#dueRefused && jump === 0 && !(boardMs > 1000 * wrapSeconds)) {
      return 'chance'
    }
    if (this.#expected >= 0 && agree(jump, boardMs)) return 'packet'
    if (!Number.isNaN(boardMs)) return this.#confirmed(at, witnesses)
    if (this.#expected < 0) return this.#confirmed(at, 1)
    if (runningStop(this.#stopOf(at)) !== this.#usualStop) return this.#confirmed(at, 2)
    return jump === 0 ? this.#judgeWhole(at) : this.#judgeJump(at, jump)
  }

  /** Believed when so many packets follow it without a break. */
  #confirmed(at: number, packets: number): Verdict {
    for (let k = 0; k < packets; k++) {
      const from = at + k * packetBytes
      if (this.#length < from + 2 * packetBytes) return 'wait'
      if (!this.#isLinked(from, from + packetBytes)) return 'chance'
    }
    return 'packet'
  }

  /** Without a clock: a packet, unless the next ones show that bytes are missing or too many. */
  #judgeWhole(at: number): Verdict {
    if (this.#length < at + 2 * packetBytes) return 'wait'
    if (this.#isHeadAfter(at, 1)) return 'packet'
    if (this.#length < at + (witnesses + 1) * packetBytes) return 'wait'
    for (let k = 2; k <= witnesses; k++) if (this.#isHeadAfter(at, k)) return 'packet'
    return this.#hasSlipped(at) ? 'chance' : 'packet'
  }

  /** Does a packet begin `k` packets later? Its end may be damaged. */
  #isHeadAfter(at: number, k: number): boolean {
    const later = at + k * packetBytes
    return this.#buffer[later] === header && this.#isLittleAfter(at, later, k)
  }

  /** Does one of the next packets begin too early or too late? Then this one is not whole. */
  #hasSlipped(at: number): boolean {
    for (let k = 1; k < witnesses; k++) {
      for (let slip = -longestSlip; slip <= longestSlip; slip++) {
        const later = at + k * packetBytes + slip
        const isLater = this.#isLinked(at, later) && this.#isLittleAfter(at, later, k)
        if (slip !== 0 && isLater) return true
      }
    }
    return false
  }

  /** Without a clock: were packets lost before this one, or is its counter wrong? */
  #judgeJump(at: number, jump: number): Verdict {
    const next = at + packetBytes
    if (this.#length < next + packetBytes) return 'wait'
    const follows = this.#isLinked(at, next) && this.#counterFrom(at, next) === 1
    if (follows && jump < fewLost) return 'packet'
    if (this.#isFramed(next) && this.#jumpTo(next) === 1) return 'damaged'
    const last = at + jumpWitnesses * packetBytes
    if (this.#length < last + packetBytes) return 'wait'
    let forJump = 0
    let forDamage = 0
    for (let later = next - longestSlip; later <= last; later++) {
      if (!this.#isFramed(later) || this.#stopOf(later) !== this.#usualStop) continue
      const surplus = this.#counterFrom(at, later) - Math.round((later - at) / packetBytes)
      const surplusIfDamaged = (surplus + jump) & (counterTurn - 1)
      if (surplus >= 0 && surplus < fewLost) forJump++
      if (surplusIfDamaged < fewLost) forDamage++
    }
    if (forJump !== forDamage) return forJump > forDamage ? 'packet' : 'damaged'
    return jump < fewLost ? this.#judgeWhole(at) : 'chance'
  }

  #isFramed(at: number): boolean {
    return this.#buffer[at] === header && isStop(this.#stopOf(at))
  }

  /** May the packet at `later` have come after the one at `at`, with few missing between? */
  #isLinked(at: number, later: number): boolean {
    if (!this.#isFramed(later)) return false
    if (runningStop(this.#stopOf(later)) !== runningStop(this.#stopOf(at))) return false
    const jump = this.#counterFrom(at, later) - 1
    if (jump < 0 || jump >= plausibleJump) return false
    const boardMs = boardMillis(this.#buffer, later) - boardMillis(this.#buffer, at)
    return Number.isNaN(boardMs) || agree(jump, boardMs)
  }

  #isDue(at: number): boolean {
    const stopByte = runningStop(this.#stopOf(at))
    return this.#jumpTo(at) === 0 && stopByte === this.#usualStop && !this.#dueRefused
  }

  #stopOf(at: number): number {
    return this.#buffer[at + packetBytes - 1]!
  }

  #jumpTo(at: number): number {
    return (this.#buffer[at + 1]! - this.#expected) & (counterTurn - 1)
  }

  /** Is `later` the packet `k` packets after `at`, or one soon after that? */
  #isLittleAfter(at: number, later: number, k: number): boolean {
    const surplus = this.#counterFrom(at, later) - k
    return surplus >= 0 && surplus < fewLost
  }

  #counterFrom(at: number, later: number): number {
    return (this.#buffer[later + 1]! - this.#buffer[at + 1]!) & (counterTurn - 1)
  }

  #skip(at: number, bytes: number): number {
    const startsDue = this.#buffer[at] === header && this.#jumpTo(at) === 0
    if (this.#skippedBytes === 0 && startsDue) this.#dueRefused = true
    this.#skippedBytes += bytes
    this.refusedBytes += bytes
    return bytes
  }

  #accept(at: number): number {
    const bytes = this.#buffer
    this.#account(at)
    this.#expected = (bytes[at + 1]! + 1) & (counterTurn - 1)
    this.#usualStop = runningStop(this.#stopOf(at))
    this.#boardMs = boardMillis(bytes, at)
    this.#skippedBytes = 0
    this.#dueRefused = false
    this.#quietSeconds = 0
    this.#wasCut = false
    this.#wasRestarted = false
    this.#wasSet = false
    this.#handler.packet(bytes, at, this.#arrived[at + packetBytes - 1]!)
    return packetBytes
  }

  #account(at: number): void {
    if (this.#expected < 0) return
    const { lost, exact } = lossBetween({
      jump: this.#jumpTo(at),
      boardMs: boardMillis(this.#buffer, at) - this.#boardMs,
      quietSeconds: this.#quietSeconds,
      restarted: this.#wasRestarted,
    })
    if (lost > 0) this.#handler.lost(lost, exact, this.#reason())
  }

  #reason(): GapReason {
    if (this.#wasSet) return 'settings'
    if (this.#wasCut || this.#quietSeconds > wrapSeconds) return 'disconnected'
    return this.#skippedBytes > 0 ? 'corrupt' : 'lost'
  }
}
