/**
 * Markers of the session on their way into a live graph: keyboard, UDP, LSL, trigger boxes, whatever
 * is marked. They wait a moment for each other, so that they leave in the order of their times as they
 * stand in the recording, and go through a ring as the samples of a device do.
 */
import { type AnyMarker, MarkerFrames, type MarkerSource, markerStream } from '../graph/index.ts'
import { newRing, RingWriter } from '../ring/index.ts'
import type { Cancel, Clock, Marker, StreamInfo } from '../signal/index.ts'

/** A graph that does not come to read them for so long has other troubles. */
const ringMarkers = 4096
const mostWaiting = 4096
/** A sender may name a time that is far away. */
const longestWait = 60

export class MarkerFeed {
  readonly info: StreamInfo
  readonly writer: RingWriter
  /** Left out: earlier than one that was given already, or too many at once. */
  leftOut = 0
  readonly #clock: Clock
  readonly #settleSeconds: number
  readonly #frames: MarkerFrames
  /** In the order of their times. */
  readonly #waiting: Marker[] = []
  /** When it looks again. */
  #dueAt = Number.POSITIVE_INFINITY
  #cancel: Cancel = () => {}

  constructor(name: string, source: MarkerSource, clock: Clock) {
    this.info = markerStream(name, source)
    this.#clock = clock
    this.#settleSeconds = source.settleSeconds
    this.#frames = new MarkerFrames(source)
    this.writer = new RingWriter(
      newRing({
        format: 'float32',
        channels: this.info.channels.length,
        capacityFrames: ringMarkers,
        deviceTime: false,
        sequence: false,
      }),
    )
  }

  /** @returns false when it came too late, or there were too many, and was left out */
  mark(marker: Marker): boolean {
    if (!this.#frames.takes(marker)) return true
    if (marker.time < this.#frames.lastGiven || this.#waiting.length === mostWaiting) {
      this.leftOut++
      return false
    }
    let at = this.#waiting.length
    while (at > 0 && this.#waiting[at - 1]!.time > marker.time) at--
    this.#waiting.splice(at, 0, marker)
    this.#give()
    return true
  }

  /** What has waited long enough leaves. */
  #give(): void {
    const now = this.#clock.now()
    let due = 0
    while (due < this.#waiting.length && this.#waiting[due]!.time + this.#settleSeconds <= now)
      due++
    for (const marker of this.#waiting.splice(0, due)) this.#write(marker, now)
    const [next] = this.#waiting
    if (next) this.#lookAgain(Math.min(next.time + this.#settleSeconds, now + longestWait))
  }

  #lookAgain(at: number): void {
    if (at >= this.#dueAt) return
    this.#cancel()
    this.#dueAt = at
    this.#cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#dueAt = Number.POSITIVE_INFINITY
      this.#give()
    })
  }

  #write(marker: AnyMarker, now: number): void {
    this.#frames.fill(marker, now)
    this.writer.write(this.#frames.chunk)
  }
}
