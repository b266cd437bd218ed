/**
 * Where frames go, past React: each display stream into its trace buffer, each slow stream into
 * its feature stream. When the host builds a display stream anew, because a filter or the time
 * base changed, the old buffer stays behind the new one until the sweep has passed over it.
 */
import type { MarkerEvent, Setup, ViewFrames, ViewStream } from '../../contract/index.ts'
import { FeatureStream } from './feature-stream.ts'
import { sourceKey } from './rows.ts'
import { TraceBuffer } from './trace-buffer.ts'

const keptMarkers = 500
const keptBuffers = 3

export class Feed {
  /** By `sourceKey`; the buffer that is filled now is the last. */
  readonly #traces = new Map<string, TraceBuffer[]>()
  /** By role and `sourceKey`. */
  readonly #features = new Map<string, FeatureStream>()
  /** Oldest first. */
  readonly markers: MarkerEvent[] = []
  /** Host seconds at which the host said that it withheld frames from this window. */
  withheldAt = Number.NEGATIVE_INFINITY
  /** Host seconds of the newest that is drawn. */
  newestTime = Number.NEGATIVE_INFINITY
  #withheldFrames = 0

  traces(key: string): readonly TraceBuffer[] {
    return this.#traces.get(key) ?? []
  }

  feature(stream: ViewStream | undefined): FeatureStream | undefined {
    return stream && this.#features.get(featureKey(stream))
  }

  /** Makes room for the streams of a new setup and forgets what is gone. */
  arrange(setup: Setup): void {
    const kept = new Set<string>()
    const judged = new Set(setup.streams.filter(({ role }) => role === 'quality').map(sourceKey))
    for (const stream of setup.streams) {
      kept.add(featureKey(stream)).add(sourceKey(stream))
      if (stream.role === 'display') {
        // Only what is judged is filtered: an accelerometer keeps its offset.
        const filtered = setup.view.lowCutHz !== null && judged.has(sourceKey(stream))
        this.#arrangeTraces(stream, !filtered)
      } else this.#arrangeFeature(stream)
    }
    for (const key of this.#traces.keys()) if (!kept.has(key)) this.#traces.delete(key)
    for (const key of this.#features.keys()) if (!kept.has(key)) this.#features.delete(key)
  }

  frames(frames: ViewFrames): void {
    this.#featureNumbered(frames.number)?.append(frames)
    const buffer = this.#buffer(frames.number)
    buffer?.append(frames)
    if (buffer) this.newestTime = Math.max(this.newestTime, buffer.newestTime)
  }

  marker(marker: MarkerEvent): void {
    this.markers.push(marker)
    if (this.markers.length > keptMarkers) this.markers.shift()
  }

  /** @param frames withheld so far, as the host counts them */
  withheld(frames: number, time: number): void {
    if (frames > this.#withheldFrames) this.withheldAt = time
    this.#withheldFrames = frames
  }

  /** Another host, another clock: nothing of before can be shown beside it. */
  reset(): void {
    this.#traces.clear()
    this.#features.clear()
    this.markers.length = 0
    this.newestTime = Number.NEGATIVE_INFINITY
    this.withheldAt = Number.NEGATIVE_INFINITY
    this.#withheldFrames = 0
  }

  #arrangeFeature(stream: ViewStream): void {
    const known = this.#features.get(featureKey(stream))
    if (known && known.stream.channels.length === stream.channels.length) known.stream = stream
    else this.#features.set(featureKey(stream), new FeatureStream(stream))
  }

  #arrangeTraces(stream: ViewStream, removesOffset: boolean): void {
    const buffers = this.#traces.get(sourceKey(stream)) ?? []
    this.#traces.set(sourceKey(stream), buffers)
    const newest = buffers.at(-1)
    if (newest && sameLayout(newest.stream, stream)) {
      if (newest.removesOffset !== removesOffset) {
        newest.removesOffset = removesOffset
        newest.centredAt = 0
      }
      return
    }
    if (newest && newest.channels !== stream.sourceChannels.length) buffers.length = 0
    buffers.push(new TraceBuffer(stream, removesOffset))
    if (buffers.length > keptBuffers) buffers.shift()
  }

  #featureNumbered(number: number): FeatureStream | undefined {
    for (const feature of this.#features.values()) {
      if (feature.stream.number === number) return feature
    }
    return undefined
  }

  #buffer(number: number): TraceBuffer | undefined {
    for (const buffers of this.#traces.values()) {
      const newest = buffers.at(-1)
      if (newest?.stream.number === number) return newest
    }
    return undefined
  }
}

function featureKey(stream: ViewStream): string {
  return `${stream.role}|${sourceKey(stream)}`
}

function sameLayout(a: ViewStream, b: ViewStream): boolean {
  return (
    a.number === b.number &&
    a.rateHz === b.rateHz &&
    a.sourceChannels.length === b.sourceChannels.length
  )
}
