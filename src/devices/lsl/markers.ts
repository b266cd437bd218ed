/** Streams of texts, and single numbers now and then, are markers; other texts are rows. */
import {
  type DeviceOutput,
  type LslInlet,
  newChunkBuffer,
  type Samples,
  type StreamInfo,
  type TextStream,
} from '../../signal/index.ts'
import type { LslSink } from './frames.ts'

/** A sample of texts that are no markers is one row of their stream. */
export class TextRows implements LslSink {
  readonly stamps = new Float64Array(1)
  held = 0
  readonly #stream: TextStream
  readonly #out: DeviceOutput
  readonly #texts: string[] = []

  constructor(stream: TextStream, out: DeviceOutput) {
    this.#stream = stream
    this.#out = out
  }

  pull(inlet: LslInlet): boolean {
    if (this.held > 0) return false
    const stamp = inlet.pullTexts(this.#texts)
    if (stamp === null) return false
    this.stamps[0] = stamp
    this.held = 1
    return true
  }

  release(_frames: number, offsetSeconds: number): void {
    const time = this.stamps[0]! + offsetSeconds
    this.held = 0
    const texts = this.#texts.slice(0, this.#stream.channels.length)
    const row = { stream: this.#stream, texts }
    const label = texts.join(', ')
    this.#out.marker({ time, label, durationSeconds: 0, source: this.#stream.name, row })
  }

  broken(): void {}

  paused(): void {
    this.held = 0
  }
}

/** A sample of several channels is as many markers, each with its channel in its source. */
export class TextMarkers implements LslSink {
  readonly stamps = new Float64Array(1)
  held = 0
  readonly #info: StreamInfo
  readonly #out: DeviceOutput
  readonly #texts: string[] = []

  constructor(info: StreamInfo, out: DeviceOutput) {
    this.#info = info
    this.#out = out
  }

  pull(inlet: LslInlet): boolean {
    if (this.held > 0) return false
    const stamp = inlet.pullTexts(this.#texts)
    if (stamp === null) return false
    this.stamps[0] = stamp
    this.held = 1
    return true
  }

  release(_frames: number, offsetSeconds: number): void {
    const { name, channels } = this.#info
    const time = this.stamps[0]! + offsetSeconds
    this.held = 0
    for (const [c, { label }] of channels.entries()) {
      const text = this.#texts[c]!
      if (channels.length > 1 && text === '') continue
      const source = channels.length > 1 ? `${name}/${label}` : name
      this.#out.marker({ time, label: text, durationSeconds: 0, source })
    }
  }

  broken(): void {}

  paused(): void {
    this.held = 0
  }
}

const mostMarkers = 64

export class NumberMarkers implements LslSink {
  readonly stamps = new Float64Array(mostMarkers)
  held = 0
  readonly #info: StreamInfo
  readonly #out: DeviceOutput
  readonly #values: Samples

  constructor(info: StreamInfo, out: DeviceOutput) {
    this.#info = info
    this.#out = out
    const format = info.sampleFormat === 'json' ? 'float64' : info.sampleFormat
    this.#values = newChunkBuffer({ format, channels: 1, maxFrames: mostMarkers }).data
  }

  pull(inlet: LslInlet): boolean {
    if (this.held > 0) return false
    this.held = inlet.pull(this.#values, this.stamps)
    return this.held === mostMarkers
  }

  release(frames: number, offsetSeconds: number): void {
    const { name: source } = this.#info
    for (let f = 0; f < frames; f++) {
      const value = this.#values[f]!
      const time = this.stamps[f]! + offsetSeconds
      this.#out.marker({ time, label: String(value), durationSeconds: 0, source, value })
    }
    this.#values.copyWithin(0, frames, this.held)
    this.stamps.copyWithin(0, frames, this.held)
    this.held -= frames
  }

  broken(): void {}

  paused(): void {
    this.held = 0
  }
}
