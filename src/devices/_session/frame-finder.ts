/**
 * Bytes to frames: finds the frames of a protocol in whatever arrives. A frame that the protocol
 * does not believe is skipped byte by byte until one is found that it does; what was skipped is
 * told before the next frame. How the bytes were cut into reads never changes an answer.
 * Allocates nothing after it was made.
 */

/**
 * The length of the frame that begins at `at`; 0 where none does; −1 when more must arrive.
 * @param isLast no more will arrive
 */
export type MeasureFrame = (bytes: Uint8Array, at: number, end: number, isLast: boolean) => number

/** So far ahead another frame is looked for that bears a frame out. */
const witnessFrames = 3

/** Of frames of one length without a checksum: believed when one of the next ones is there, too. */
export function witnessed(measure: MeasureFrame): MeasureFrame {
  return (bytes, at, end, isLast) => {
    const length = measure(bytes, at, end, isLast)
    if (length <= 0) return length
    for (let k = 1; k <= witnessFrames; k++) {
      const next = at + k * length
      const found = next < end ? measure(bytes, next, end, isLast) : -1
      if (found > 0) return length
      if (found < 0) return isLast ? length : -1
    }
    return 0
  }
}

export interface FrameListener {
  /** `bytes` from `at` on hold the frame; lent. `hostTime` is when its last byte arrived. */
  frame(bytes: Uint8Array, at: number, length: number, hostTime: number): void
  /** So many bytes before the next frame belong to none. */
  skipped(bytes: number): void
}

const capacity = 16384

export class FrameFinder {
  readonly #measure: MeasureFrame
  readonly #listener: FrameListener
  readonly #buffer = new Uint8Array(capacity)
  /** When each byte of the buffer arrived. */
  readonly #arrived = new Float64Array(capacity)
  #length = 0
  #skipped = 0
  /** Bytes refused since the finder was made. */
  refusedBytes = 0

  constructor(measure: MeasureFrame, listener: FrameListener) {
    this.#measure = measure
    this.#listener = listener
  }

  push(bytes: Uint8Array, hostTime: number): void {
    for (let from = 0; from < bytes.length; ) {
      const take = Math.min(bytes.length - from, capacity - this.#length)
      for (let i = 0; i < take; i++) this.#buffer[this.#length + i] = bytes[from + i]!
      this.#arrived.fill(hostTime, this.#length, this.#length + take)
      this.#length += take
      from += take
      this.#find(false)
    }
  }

  /** What is left of a frame will never be completed. */
  cut(): void {
    this.#find(true)
    this.#skip(this.#length)
    this.#length = 0
  }

  /** As `cut`, and nothing is missing: the board was told to stop. */
  clear(): void {
    this.#find(true)
    this.#length = 0
    this.#skipped = 0
  }

  #find(isLast: boolean): void {
    let at = 0
    while (at < this.#length) {
      const length = this.#measure(this.#buffer, at, this.#length, isLast)
      // A frame that never ends would fill the buffer for good.
      if (length < 0 && !(at === 0 && this.#length === capacity)) break
      if (length <= 0) {
        this.#skip(1)
        at++
        continue
      }
      if (this.#skipped > 0) this.#listener.skipped(this.#skipped)
      this.#skipped = 0
      this.#listener.frame(this.#buffer, at, length, this.#arrived[at + length - 1]!)
      at += length
    }
    this.#buffer.copyWithin(0, at, this.#length)
    this.#arrived.copyWithin(0, at, this.#length)
    this.#length -= at
  }

  #skip(bytes: number): void {
    this.#skipped += bytes
    this.refusedBytes += bytes
  }
}
