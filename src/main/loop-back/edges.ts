/** Where a channel rises: by a threshold, and a second one below it that it must have fallen under. */
import type { Chunk } from '../../signal/index.ts'

export interface EdgeShape {
  /** Among the chunk's. */
  readonly channel: number
  /** physical = raw × scale + offset */
  readonly scale: number
  readonly offset: number
  /** In the channel's unit. */
  readonly threshold: number
  /** So far below the threshold it must have been since the last rise. */
  readonly hysteresis: number
}

/** @param arrival and stamp: seconds on the host's clock, when it came and when it was taken */
export type EdgeListener = (arrival: number, stamp: number) => void

export class EdgeFinder {
  readonly #shape: EdgeShape
  readonly #listener: EdgeListener
  /** Low since the last rise; false before the first low value, so that no rise is made up. */
  #isArmed = false

  constructor(shape: EdgeShape, listener: EdgeListener) {
    this.#shape = shape
    this.#listener = listener
  }

  chunk({ data, stride, frames, hostTime, time }: Chunk): void {
    const { channel, scale, offset, threshold, hysteresis } = this.#shape
    for (let f = 0; f < frames; f++) {
      const value = data[f * stride + channel]! * scale + offset
      if (value <= threshold - hysteresis) this.#isArmed = true
      else if (value >= threshold && this.#isArmed) {
        this.#isArmed = false
        this.#listener(hostTime[f]!, time[f]!)
      }
    }
  }

  /** Nobody knows what the channel did meanwhile: a rise may be older than its sample. */
  gap(): void {
    this.#isArmed = false
  }
}
