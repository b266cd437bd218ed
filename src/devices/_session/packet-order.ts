/**
 * Which packet of a board is this? From a counter that wraps and the time of arrival: packets are
 * put into order, and those that are missing are counted, exactly where counter and time can tell.
 *
 * - A packet that comes too early waits for its predecessors, three packets or a quarter of a
 *   second; then they are lost.
 * - After a silence in which the counter may have turned, packets wait a quarter of a second: those
 *   that were only held up have caught up then, and time tells how often it turned.
 * - After `restarted` and `cut` the counter is believed only where time agrees.
 *
 * Allocates nothing after it was made.
 */
import type { GapReason } from '../../signal/index.ts'

export interface OrderShape {
  /** The counter runs from 0 to `turn` − 1 … */
  readonly turn: number
  /** … and goes on by so much from packet to packet; 1 unless told. */
  readonly step?: number
  readonly packetsPerSecond: number
  readonly maxBytes: number
}

export interface OrderListener {
  /** In order, each once, times never going back. `bytes` are lent. */
  packet(bytes: Uint8Array, counter: number, hostTime: number): void
  /** So many are missing before the next. */
  lost(packets: number, exact: boolean, reason: GapReason): void
}

const capacity = 512
/** So many successors of a missing packet are waited for. */
const patience = 3
const waitSeconds = 0.25
/** A packet that is so little behind is late, or came twice. */
const lateLimit = 16
/** Boards keep their rate within this share, and the line through their arrivals may drift by it. */
const drift = 0.005
const slackSeconds = 0.5

export class PacketOrder {
  /** Packets that were late, came twice, or bore a counter that cannot be. */
  stale = 0
  readonly #listener: OrderListener
  readonly #turn: number
  readonly #step: number
  /** Packets until the counter repeats. */
  readonly #packetsPerTurn: number
  readonly #period: number
  /** Counter ticks ahead → packets ahead; −1 where no packet can be. */
  readonly #ahead: Int32Array
  readonly #ambiguousSeconds: number
  /** A packet may be so far ahead of what is due: the line through the arrivals is young, say. */
  readonly #slack: number
  /** Counter of the next packet; NaN before the first. */
  #expected = Number.NaN
  /** Index of the next packet. */
  #next = 0
  /** When packet 0 was sent, by the earliest arrivals; NaN as long as nothing arrived. */
  #origin = Number.NaN
  #originAt = 0
  /** What estimates have been rounded off so far, in packets: the next one makes up for it. */
  #carry = 0
  #heardAt = 0
  #givenAt = 0
  /** The counter may have turned, or have begun anew. */
  #isUnsettled = false
  #isRestarted = false
  #isCut = false
  #isDamaged = false
  #isSet = false
  #suspect = Number.NaN
  // Packets that wait, in order of their position; a slot holds the bytes.
  readonly #bytes: Uint8Array[]
  readonly #lengths = new Int32Array(capacity)
  readonly #times = new Float64Array(capacity)
  readonly #counters = new Int32Array(capacity)
  readonly #positions = new Float64Array(capacity)
  readonly #slots = Int32Array.from({ length: capacity }, (_, i) => i)
  #waiting = 0
  #waitingSince = 0
  /** Of the waiting ones, the farthest: what the next is reckoned from. */
  #lastPosition = 0
  #lastCounter = 0

  constructor({ turn, step = 1, packetsPerSecond, maxBytes }: OrderShape, listener: OrderListener) {
    this.#listener = listener
    this.#turn = turn
    this.#step = step
    this.#period = 1 / packetsPerSecond
    this.#ahead = new Int32Array(turn).fill(-1)
    let packets = 0
    for (let tick = 0; this.#ahead[tick] === -1; tick = (tick + step) % turn) {
      this.#ahead[tick] = packets++
    }
    this.#packetsPerTurn = packets
    this.#ambiguousSeconds = (packets * this.#period) / 4
    this.#slack = Math.min(packets / 4, slackSeconds * packetsPerSecond + 8)
    this.#bytes = Array.from({ length: capacity }, () => new Uint8Array(maxBytes))
  }

  /** @param bytes at most `maxBytes`; lent, and copied where they must wait */
  push(counter: number, bytes: Uint8Array, hostTime: number): void {
    if (Number.isNaN(this.#expected)) {
      this.#expected = counter
      this.#heardAt = hostTime
      if (Number.isNaN(this.#origin)) this.#anchor(hostTime)
    }
    if (hostTime - this.#heardAt > this.#ambiguousSeconds && !this.#isUnsettled) {
      this.#giveUp()
      this.#isUnsettled = true
    }
    this.#heardAt = hostTime
    if (this.#isUnsettled) this.#hold(counter, bytes, hostTime)
    else this.#place(counter, bytes, hostTime)
  }

  /** A packet came that could not be read: what is missing next may be that one. */
  refused(): void {
    this.#isDamaged = true
  }

  /** Call several times a second: what has waited long enough goes on. */
  settle(now: number): void {
    if (this.#isUnsettled) {
      if (this.#waiting && now - this.#waitingSince >= waitSeconds) this.#giveUp()
      return
    }
    while (this.#waiting && now - this.#times[this.#slots[0]!]! >= waitSeconds) this.#skipGap()
  }

  /** The board was told to start again, and its counter may begin anew. */
  restarted(): void {
    if (Number.isNaN(this.#expected)) return
    this.#giveUp()
    this.#isUnsettled = this.#isRestarted = true
  }

  /** The link is down. */
  cut(): void {
    this.restarted()
    this.#isCut = true
  }

  /** The board was silent, as it was told, and is being set anew: time goes on meanwhile. */
  set(): void {
    this.restarted()
    this.#isSet = true
  }

  /** The board was told to stop: the next packet follows without a gap. */
  paused(): void {
    this.#giveUp()
    this.#expected = Number.NaN
    this.#origin = Number.NaN
    this.#isUnsettled = this.#isRestarted = this.#isCut = this.#isDamaged = this.#isSet = false
  }

  #place(counter: number, bytes: Uint8Array, hostTime: number): void {
    const ahead = this.#between(this.#expected, counter)
    if (ahead === 0) {
      this.#isDamaged &&= this.#waiting > 0
      this.#deliver(bytes, counter, hostTime)
      this.#releaseFollowing()
      return
    }
    if (!this.#isPlausible(ahead, hostTime)) {
      this.#doubt(counter, bytes, hostTime)
      return
    }
    this.#suspect = Number.NaN
    this.#insert(this.#next + ahead, counter, bytes, hostTime)
    while (this.#waiting > patience) this.#skipGap()
  }

  #isPlausible(ahead: number, hostTime: number): boolean {
    if (ahead < 0 || ahead >= this.#packetsPerTurn - lateLimit) return false
    const due = (hostTime - this.#origin) / this.#period - this.#next
    return ahead <= due + this.#slack
  }

  /** One such packet is refused; two that follow each other tell of a counter begun anew. */
  #doubt(counter: number, bytes: Uint8Array, hostTime: number): void {
    const follows = counter === this.#suspect
    this.#suspect = (counter + this.#step) % this.#turn
    const behind = this.#between(counter, this.#expected)
    if (!follows || (behind > 0 && behind <= lateLimit)) {
      this.stale++
      return
    }
    this.#suspect = Number.NaN
    this.restarted()
    this.#hold(counter, bytes, hostTime)
  }

  /** While it is not settled how many are missing. Positions count from the next packet. */
  #hold(counter: number, bytes: Uint8Array, hostTime: number): void {
    let position: number
    if (this.#waiting === 0) {
      const ahead = this.#between(this.#expected, counter)
      position = this.#next + (this.#isRestarted ? 0 : Math.max(0, ahead))
      if (ahead < 0) this.#isRestarted = true
    } else {
      const ahead = this.#between(this.#lastCounter, counter)
      if (ahead < 0) {
        this.stale++
        return
      }
      const half = this.#packetsPerTurn / 2
      position = this.#lastPosition + (ahead > half ? ahead - this.#packetsPerTurn : ahead)
    }
    this.#insert(position, counter, bytes, hostTime)
    if (this.#waiting === capacity) this.#giveUp()
  }

  #insert(position: number, counter: number, bytes: Uint8Array, hostTime: number): void {
    const slots = this.#slots
    let at = this.#waiting
    while (at > 0 && this.#positions[slots[at - 1]!]! > position) at--
    const isThere = at > 0 && this.#positions[slots[at - 1]!] === position
    if (isThere || position < this.#next) {
      this.stale++
      return
    }
    const slot = slots[this.#waiting]!
    slots.copyWithin(at + 1, at, this.#waiting)
    slots[at] = slot
    this.#bytes[slot]!.set(bytes)
    this.#lengths[slot] = bytes.length
    this.#times[slot] = hostTime
    this.#counters[slot] = counter
    this.#positions[slot] = position
    if (this.#waiting++ === 0) this.#waitingSince = hostTime
    if (at === this.#waiting - 1) {
      this.#lastPosition = position
      this.#lastCounter = counter
    }
  }

  /** What waits is not waited for any longer: the gaps before and between are lost. */
  #giveUp(): void {
    if (this.#waiting === 0) return
    if (this.#isUnsettled) this.#decide()
    while (this.#waiting > 0) this.#skipGap()
  }

  /** What is missing before the first that waits is lost. */
  #skipGap(): void {
    const lost = this.#positions[this.#slots[0]!]! - this.#next
    if (lost > 0) this.#lose(lost, true)
    this.#releaseFollowing()
  }

  /** How often did the counter turn? Moves the waiting packets to where they belong. */
  #decide(): void {
    const slots = this.#slots
    const turn = this.#packetsPerTurn
    const first = slots[0]!
    const delay = this.#shortestDelay()
    const late = (delay - this.#origin) / this.#period
    const silentPackets = (this.#times[first]! - this.#originAt) / this.#period
    const uncertain = 2 + silentPackets * drift
    const ahead = this.#isRestarted
      ? Math.max(0, this.#between(this.#expected, this.#counters[first]!))
      : 0
    let shift = ahead + Math.max(0, Math.round((late - ahead) / turn)) * turn
    const off = Math.abs(late - shift)
    // Of a counter that turns soon and may have begun anew, chance could make both agree.
    const isExact = this.#isRestarted
      ? off <= uncertain && uncertain < turn / 64
      : off + uncertain < turn / 2
    if (!isExact) {
      if (this.#isRestarted) shift = Math.max(0, Math.round(late + this.#carry))
      this.#carry = Math.max(-1, Math.min(1, late + this.#carry - shift))
      this.#origin = delay - shift * this.#period
      this.#originAt = this.#times[first]!
    }
    for (let i = 0; i < this.#waiting; i++) this.#positions[slots[i]!]! += shift
    this.#lastPosition += shift
    this.#isUnsettled = this.#isRestarted = false
    const lost = this.#positions[first]! - this.#next
    if (!isExact && lost > 0) this.#lose(lost, false)
  }

  /** Of the waiting packets, by their positions: those that were held up do not count. */
  #shortestDelay(): number {
    let shortest = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#waiting; i++) {
      const slot = this.#slots[i]!
      const delay = this.#times[slot]! - this.#positions[slot]! * this.#period
      if (delay < shortest) shortest = delay
    }
    return shortest
  }

  #lose(packets: number, isExact: boolean): void {
    const reason = this.#isSet
      ? 'settings'
      : this.#isCut
        ? 'disconnected'
        : this.#isDamaged
          ? 'corrupt'
          : 'lost'
    this.#isCut = this.#isDamaged = this.#isSet = false
    this.#next += packets
    this.#listener.lost(packets, isExact, reason)
  }

  /** Everything at the head that follows without a hole. */
  #releaseFollowing(): void {
    while (this.#waiting > 0 && this.#positions[this.#slots[0]!] === this.#next) {
      const slot = this.#slots[0]!
      this.#slots.copyWithin(0, 1, this.#waiting)
      this.#slots[--this.#waiting] = slot
      const bytes = this.#bytes[slot]!
      const { length } = bytes
      const used = this.#lengths[slot]!
      // A view only where the packet is shorter than the slot.
      this.#deliver(
        used === length ? bytes : bytes.subarray(0, used),
        this.#counters[slot]!,
        this.#times[slot]!,
      )
    }
  }

  #deliver(bytes: Uint8Array, counter: number, hostTime: number): void {
    const seen = hostTime - this.#next * this.#period
    const kept = this.#origin + (hostTime - this.#originAt) * drift
    this.#origin = seen < kept ? seen : kept
    this.#originAt = hostTime
    this.#next++
    this.#isCut = this.#isSet = false
    this.#expected = (counter + this.#step) % this.#turn
    // One that was overtaken has come after its successor, which then counts as come with it.
    this.#givenAt = Math.max(this.#givenAt, hostTime)
    this.#listener.packet(bytes, counter, this.#givenAt)
  }

  /** Time and index are tied anew, here. */
  #anchor(hostTime: number): void {
    this.#origin = hostTime - this.#next * this.#period
    this.#originAt = hostTime
  }

  #between(from: number, to: number): number {
    const ticks = (to - from) % this.#turn
    return this.#ahead[ticks < 0 ? ticks + this.#turn : ticks] ?? -1
  }
}
