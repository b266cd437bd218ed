/**
 * Markers of a session as a stream that nodes read: irregular, of type Markers, one frame a marker, at
 * the marker's own time. Channels: one for each kind that the graph names, 1 where the label is of
 * that kind and else 0; then `value`, the marker's, or the number that its label is; then `duration`.
 */
import {
  type ChunkBuffer,
  type Marker,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import { type MarkerSource, markerChannels } from './spec.ts'

/** Markers of one time are so far apart, because times increase. */
const tickSeconds = 1e-9

/** As a marker in a recording, whose source may be unknown. */
export type AnyMarker = Omit<Marker, 'source' | 'row'> & { readonly source?: string }

/** @param name of the graph's source */
export function markerStream(name: string, { labels, from }: MarkerSource): StreamInfo {
  const [value, duration] = markerChannels
  return {
    id: `markers/${name}`,
    name,
    type: 'Markers',
    sampleFormat: 'float32',
    nominalRateHz: 0,
    channels: [
      ...Object.keys(labels).map((kind) => physicalChannel(kind, 'MISC', '1')),
      physicalChannel(value, 'MISC', '1'),
      physicalChannel(duration, 'MISC', 's'),
    ],
    // Others are another stream.
    origin: { source: 'markers', settings: { labels: JSON.stringify(labels), from: String(from) } },
  }
}

/** Turns markers into frames, in the order in which they are given. */
export class MarkerFrames {
  readonly chunk: ChunkBuffer
  /** The marker's own time of the last one. */
  lastGiven = Number.NEGATIVE_INFINITY
  #lastTime = Number.NEGATIVE_INFINITY
  readonly #kinds: readonly RegExp[]
  readonly #from: RegExp | null
  #next = 0

  /** @param chunk of one frame, to be filled */
  constructor({ labels, from }: MarkerSource, chunk?: ChunkBuffer) {
    this.#kinds = Object.values(labels).map((some) => anyOf([some].flat()))
    this.#from = from ? anyOf(from) : null
    const channels = this.#kinds.length + markerChannels.length
    this.chunk = chunk ?? newChunkBuffer({ format: 'float32', channels, maxFrames: 1 })
    this.chunk.frames = 1
  }

  /** Whether it belongs to this stream. */
  takes({ label, source = '' }: AnyMarker): boolean {
    if (this.#from && !this.#from.test(source)) return false
    return this.#kinds.some((kind) => kind.test(label))
  }

  /** Fills `chunk` with one that it takes. @param hostTime when it came, or leaves */
  fill({ time, label, durationSeconds, value }: AnyMarker, hostTime: number): void {
    const { chunk } = this
    const kinds = this.#kinds.length
    for (let k = 0; k < kinds; k++) chunk.data[k] = this.#kinds[k]!.test(label) ? 1 : 0
    chunk.data[kinds] = value ?? numberIn(label)
    chunk.data[kinds + 1] = durationSeconds
    this.lastGiven = time
    this.#lastTime = Math.max(time, this.#lastTime + tickSeconds)
    chunk.firstSample = this.#next++
    chunk.time[0] = this.#lastTime
    chunk.hostTime[0] = hostTime
  }
}

function numberIn(label: string): number {
  return label.trim() === '' ? Number.NaN : Number(label)
}

/** The whole text, letter by letter, but for `*`. */
function anyOf(patterns: readonly string[]): RegExp {
  const each = patterns.map((pattern) => pattern.split('*').map(literally).join('.*'))
  return new RegExp(`^(?:${each.join('|')})$`, 's')
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
