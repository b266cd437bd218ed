/** One stream of a board on a cable: frames found among its bytes, counted, and written. */
import type { DeviceOutput, GapReason, Samples, StreamInfo } from '../../signal/index.ts'
import { ByteLoss } from './byte-loss.ts'
import { FrameFinder, type MeasureFrame } from './frame-finder.ts'
import { StreamWriter } from './stream-writer.ts'

export type FrameKind = 'samples' | 'other' | 'damaged'

export interface FrameShape {
  readonly measure: MeasureFrame
  /** The counter runs from 0 to `turn` − 1; 0 where there is none. */
  readonly turn: number
  /** Of a usual frame with samples. */
  readonly frameBytes: number
  /** Frames bear no checksum: see `ByteLoss`. */
  readonly isUnchecked?: boolean
  /** NaN where the frame bears none. */
  counter(bytes: Uint8Array, at: number, length: number): number
  /** Writes the channels of the frame to `into[to]` and on. */
  decode(bytes: Uint8Array, at: number, into: Samples, to: number, length: number): void
  /** Seconds on the board's clock, where frames bear it. */
  deviceTime?(bytes: Uint8Array, at: number, length: number): number
  /** What this frame is; all bear samples unless told. A damaged one is missing. */
  kindOf?(bytes: Uint8Array, at: number, length: number, hostTime: number): FrameKind
  /** So many frames are missing before the one that is decoded next. */
  lost?(frames: number, exact: boolean, reason: GapReason): void
}

/** Every frame carries its counter, where there is one. */
export function framedColumns(turn: number, deviceTime = false) {
  return { deviceTime, sequence: turn > 0 }
}

export class FramedStream {
  readonly #writer: StreamWriter
  readonly #finder: FrameFinder
  readonly #loss: ByteLoss
  readonly #shape: FrameShape

  constructor(out: DeviceOutput, info: StreamInfo, shape: FrameShape) {
    const { measure, turn, frameBytes, isUnchecked = false } = shape
    this.#shape = shape
    const columns = framedColumns(turn, shape.deviceTime !== undefined)
    this.#writer = new StreamWriter(out, info, columns)
    this.#loss = new ByteLoss({
      turn,
      frameBytes,
      isUnchecked,
      framesPerSecond: info.nominalRateHz,
    })
    this.#finder = new FrameFinder(measure, {
      frame: (bytes, at, length, hostTime) => this.#frame(bytes, at, length, hostTime),
      skipped: (bytes) => this.#loss.skipped(bytes),
    })
  }

  get info(): StreamInfo {
    return this.#writer.info
  }

  /** Bytes that belonged to no frame. */
  get refusedBytes(): number {
    return this.#finder.refusedBytes
  }

  bytes(bytes: Uint8Array, hostTime: number): void {
    this.#finder.push(bytes, hostTime)
    this.#writer.flush()
  }

  restarted(): void {
    this.#loss.restarted()
  }

  cut(): void {
    this.#finder.cut()
    this.#writer.flush()
    this.#loss.cut()
  }

  paused(): void {
    this.#finder.clear()
    this.#writer.flush()
    this.#loss.paused()
  }

  #frame(bytes: Uint8Array, at: number, length: number, hostTime: number): void {
    const shape = this.#shape
    const kind = shape.kindOf ? shape.kindOf(bytes, at, length, hostTime) : 'samples'
    if (kind === 'damaged') this.#loss.skipped(length)
    if (kind !== 'samples') return
    const counter = shape.counter(bytes, at, length)
    const { frames, exact, reason } = this.#loss.before(counter, hostTime)
    if (frames < 0) {
      this.#loss.skipped(length)
      return
    }
    if (frames > 0) {
      this.#writer.lost(frames, exact, reason)
      shape.lost?.(frames, exact, reason)
    }
    const deviceTime = shape.deviceTime ? shape.deviceTime(bytes, at, length) : Number.NaN
    const to = this.#writer.frame(hostTime, counter, deviceTime)
    shape.decode(bytes, at, this.#writer.data, to, length)
  }
}
