/**
 * Streams sent by LSL, each by an outlet of its own that describes it in full, so that recorders
 * and viewers need to be told nothing. Owned by the outlet thread. liblsl copies what it is handed
 * and drops what a slow receiver does not take: nothing here waits.
 */
import { lslDescription } from '../../formats/index.ts'
import type { Outlet, OutletShape } from '../../lsl/index.ts'
import {
  assert,
  type Chunk,
  type Marker,
  type NumericFormat,
  newChunkBuffer,
  type Samples,
  type Sink,
  type StreamId,
  type StreamInfo,
} from '../../signal/index.ts'
import { physicalValues, plainValues } from '../_values/physical.ts'

/** Frames handed to liblsl at a time. */
const mostFrames = 512

const formats = { int16: 'int16', int32: 'int32', float32: 'float32', float64: 'double64' } as const

interface SentStream {
  readonly outlet: Outlet
  readonly channels: number
  /** Null where the raw values are the physical ones. */
  readonly scaling: { readonly scales: Float64Array; readonly offsets: Float64Array } | null
  readonly values: Samples
  readonly times: Float64Array
  sent: number
}

export class LslOutlet implements Sink {
  readonly #open: (shape: OutletShape) => Outlet
  readonly #hostname: string
  readonly #streams = new Map<StreamId, SentStream>()
  #markers: Outlet | null = null

  /** @param hostname tells streams of the same device on two machines apart */
  constructor(open: (shape: OutletShape) => Outlet, hostname: string) {
    this.#open = open
    this.#hostname = hostname
  }

  /** @throws SynapseError lsl-failed */
  addStream(info: StreamInfo): void {
    const { channels } = info
    assert(info.sampleFormat !== 'json', 'only numeric streams have chunks to send')
    const isPlain = channels.every(({ scale, offset }) => scale === 1 && offset === 0)
    const format = sentFormat(info.sampleFormat, isPlain)
    const outlet = this.#open({
      name: info.name || info.id,
      type: info.type,
      sourceId: this.#sourceId(info.id),
      format: formats[format],
      channels: channels.length,
      rateHz: info.nominalRateHz,
      description: lslDescription(info),
    })
    const room = newChunkBuffer({ format, channels: channels.length, maxFrames: mostFrames })
    this.#streams.set(info.id, {
      outlet,
      channels: channels.length,
      scaling: isPlain ? null : scalingOf(info),
      values: room.data,
      times: room.time,
      sent: 0,
    })
  }

  /** Markers have a stream of texts, which is there from the first call on. */
  addMarkers(): string {
    this.#markers ??= this.#open({
      name: 'SynapseStream markers',
      type: 'Markers',
      sourceId: this.#sourceId('markers'),
      format: 'string',
      channels: 1,
      rateHz: 0,
      description: markerDescription,
    })
    return this.#markers.uid
  }

  removeStream(stream: StreamId): void {
    this.#streams.get(stream)?.outlet.close()
    this.#streams.delete(stream)
  }

  write(stream: StreamId, chunk: Chunk): void {
    const sent = this.#streams.get(stream)
    assert(sent, `stream ${stream} was added before its first chunk`)
    for (let from = 0; from < chunk.frames; from += mostFrames) {
      send(sent, chunk, from, Math.min(mostFrames, chunk.frames - from))
    }
  }

  /** LSL has no word for it: the stamps jump. */
  gap(): void {}

  marker({ label, time }: Marker): void {
    this.#markers?.pushText(label, time)
  }

  /** liblsl sends by itself. */
  flush(): void {}

  close(): void {
    for (const { outlet } of this.#streams.values()) outlet.close()
    this.#streams.clear()
    this.#markers?.close()
    this.#markers = null
  }

  /** By which receivers tell it from others: another one at every start. */
  uidOf(stream: StreamId): string {
    return this.#streams.get(stream)?.outlet.uid ?? ''
  }

  statusOf(stream: StreamId): { readonly sent: number; readonly hasReceivers: boolean } {
    const sent = this.#streams.get(stream)
    return { sent: sent?.sent ?? 0, hasReceivers: sent?.outlet.hasReceivers ?? false }
  }

  #sourceId(id: string): string {
    // A receiver looks for it again in quotes, which it cannot escape.
    return `synapsestream/${this.#hostname}/${id}`.replaceAll(/['"]/g, '_')
  }
}

const markerDescription = lslDescription({
  id: 'markers',
  name: 'markers',
  type: 'Markers',
  sampleFormat: 'json',
  nominalRateHz: 0,
  channels: [{ label: 'Marker', type: 'TRIG', unit: '1', scale: 1, offset: 0 }],
  origin: { source: 'graph' },
})

/** Physical values as others expect them: float32 holds those of a 24-bit converter. */
function sentFormat(format: NumericFormat, isPlain: boolean): NumericFormat {
  return isPlain || format === 'float64' ? format : 'float32'
}

function scalingOf({ channels }: StreamInfo) {
  return {
    scales: Float64Array.from(channels, ({ scale }) => scale),
    offsets: Float64Array.from(channels, ({ offset }) => offset),
  }
}

function send(stream: SentStream, chunk: Chunk, from: number, frames: number): void {
  const { outlet, channels, scaling, values, times } = stream
  const { stride, time } = chunk
  const data = from === 0 ? chunk.data : chunk.data.subarray(from * stride)
  if (scaling) {
    const into = values as Float32Array | Float64Array
    physicalValues(data, stride, frames, scaling.scales, scaling.offsets, into)
  } else plainValues(data, stride, frames, channels, values)
  for (let f = 0; f < frames; f++) times[f] = time[from + f]!
  outlet.push(values, times, frames)
  stream.sent += frames
}
