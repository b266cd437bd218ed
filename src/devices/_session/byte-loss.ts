/**
 * How many frames are missing on a link that keeps its order and loses none by itself, such as a
 * cable: what was skipped as damaged tells, together with the counter where frames bear one. Time
 * tells only where the link was cut or the board started anew, and of boards without a counter
 * that fall behind their rate for long.
 */
import type { GapReason } from '../../signal/index.ts'

export interface LossShape {
  /** The counter runs from 0 to `turn` − 1; 0 where there is none. */
  readonly turn: number
  readonly framesPerSecond: number
  /** Of a usual frame. */
  readonly frameBytes: number
  /** Frames bear no checksum, so that a counter may be damaged: a jump wants a second witness. */
  readonly isUnchecked?: boolean
}

export interface Missing {
  /** −1: the counter is in doubt, this frame is to be left out. */
  frames: number
  exact: boolean
  reason: GapReason
}

/** So few may be missing without a witness: boards drop some. */
const fewFrames = 8
/** A board so far behind, for so long, has lost what is missing. */
const behindSeconds = 0.5
const certainSeconds = 2
/** Boards keep their rate within this share. */
const drift = 0.005

export class ByteLoss {
  readonly #shape: LossShape
  /** Lent: what `before` returned last. */
  readonly #missing: Missing = { frames: 0, exact: true, reason: 'lost' }
  #expected = Number.NaN
  #skippedBytes = 0
  #wasCut = false
  #wasRestarted = false
  #heardAt = 0
  /** When frame 0 was due, by the earliest arrivals; and how many frames came or were lost. */
  #origin = Number.NaN
  #originAt = 0
  #count = 0
  #behindSince = Number.NaN
  /** What a frame that was left out would be followed by. */
  #suspect = Number.NaN

  constructor(shape: LossShape) {
    this.#shape = shape
  }

  skipped(bytes: number): void {
    this.#skippedBytes += bytes
  }

  cut(): void {
    this.#wasCut = true
  }

  restarted(): void {
    this.#wasRestarted = true
  }

  paused(): void {
    this.#expected = this.#origin = this.#behindSince = this.#suspect = Number.NaN
    this.#skippedBytes = this.#count = 0
    this.#wasCut = this.#wasRestarted = false
  }

  /**
   * What is missing before this frame; the answer is lent until the next call.
   * @param counter of the frame, where it bears one
   */
  before(counter: number, hostTime: number): Missing {
    const missing = this.#missing
    missing.frames = 0
    missing.exact = true
    missing.reason = this.#wasCut ? 'disconnected' : this.#skippedBytes > 0 ? 'corrupt' : 'lost'
    if (!Number.isNaN(this.#origin)) this.#reckon(counter, hostTime)
    if (missing.frames < 0) return missing
    this.#count += missing.frames
    this.#advance(counter, hostTime, missing)
    return missing
  }

  #reckon(counter: number, hostTime: number): void {
    const { turn, framesPerSecond, frameBytes } = this.#shape
    const missing = this.#missing
    const timeTells = this.#wasCut || this.#wasRestarted
    const silent = (hostTime - this.#heardAt) * framesPerSecond - 1
    const estimate = Math.max(this.#skippedBytes / frameBytes, timeTells ? silent : 0)
    if (turn === 0) {
      missing.frames = Math.max(Math.round(estimate), this.#behind(hostTime))
      missing.exact = false
      return
    }
    const jump = (counter - this.#expected + turn) % turn
    if (this.#wasRestarted && jump !== 0) {
      missing.frames = Math.max(0, Math.round(estimate))
      missing.exact = false
      return
    }
    if (this.#isDoubtful(counter, jump, estimate, timeTells)) {
      missing.frames = -1
      return
    }
    const turns = Math.max(0, Math.round((estimate - jump) / turn))
    missing.frames = jump + turns * turn
    const unsure = 1 + (timeTells ? silent * drift + behindSeconds * framesPerSecond : 0)
    missing.exact = turns === 0 ? !timeTells || unsure < turn / 2 : unsure < turn / 4
  }

  #isDoubtful(counter: number, jump: number, estimate: number, timeTells: boolean): boolean {
    const { turn, isUnchecked } = this.#shape
    if (!isUnchecked || timeTells) return false
    const off = Math.abs(jump - (estimate % turn))
    const follows = counter === this.#suspect
    this.#suspect = (counter + 1) % turn
    return Math.min(off, turn - off) > fewFrames && !follows
  }

  /** Frames that a board without a counter is behind its rate, once that is certain. */
  #behind(hostTime: number): number {
    const { framesPerSecond } = this.#shape
    const due = (hostTime - this.#origin) * framesPerSecond - this.#count
    if (due < behindSeconds * framesPerSecond) this.#behindSince = Number.NaN
    else if (Number.isNaN(this.#behindSince)) this.#behindSince = hostTime
    else if (hostTime - this.#behindSince > certainSeconds) {
      this.#behindSince = Number.NaN
      return Math.round(due)
    }
    return 0
  }

  #advance(counter: number, hostTime: number, { frames, exact }: Missing): void {
    const { turn, framesPerSecond } = this.#shape
    const seen = hostTime - this.#count / framesPerSecond
    const kept = this.#origin + (hostTime - this.#originAt) * drift
    // An estimated loss ties time and count anew.
    this.#origin = seen < kept || Number.isNaN(kept) || (frames > 0 && !exact) ? seen : kept
    this.#originAt = this.#heardAt = hostTime
    this.#count++
    this.#expected = turn > 0 ? (counter + 1) % turn : 0
    this.#skippedBytes = 0
    this.#wasCut = this.#wasRestarted = false
  }
}
