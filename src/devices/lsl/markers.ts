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

/** Texts come one sample at a time. */
class TextSamples implements LslSink {
  readonly stamps = new Float64Array(1)
  held = 0
  readonly #tell: (texts: readonly string[], time: number) => void
  readonly #texts: string[] = []

  constructor(tell: (texts: readonly string[], time: number) => void) {
    this.#tell = tell
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
    this.held = 0
    this.#tell(this.#texts, this.stamps[0]! + offsetSeconds)
  }

  broken(): void {}

  paused(): void {
    this.held = 0
  }
}

/** A sample of texts that are no markers is one row of their stream. */
export function textRows(stream: TextStream, out: DeviceOutput): LslSink {
  const { name: source, channels } = stream
  return new TextSamples((all, time) => {
    const texts = all.slice(0, channels.length)
    const label = texts.join(', ')
    out.marker({ time, label, durationSeconds: 0, source, row: { stream, texts } })
  })
}

/** A sample of several channels is as many markers, each with its channel in its source. */
export function textMarkers({ name, channels }: StreamInfo, out: DeviceOutput): LslSink {
  const isOne = channels.length === 1
  return new TextSamples((texts, time) => {
    for (const [c, channel] of channels.entries()) {
      const label = texts[c]!
      if (!isOne && label === '') continue
      const source = isOne ? name : `${name}/${channel.label}`
      out.marker({ time, label, durationSeconds: 0, source })
    }
  })
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
