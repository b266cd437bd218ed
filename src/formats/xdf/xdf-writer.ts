/**
 * Appends a recording in XDF, readable by others at any moment: whole chunks only, no footer
 * needed. The recorder thread owns it and hands it chunks as they come; nothing is allocated per
 * chunk. Each numeric stream is stored as it came, and beside it a companion with what device and
 * host said of every sample. The companion's chunk always follows that of its stream directly,
 * row for row: readers of ours pair them by that.
 */
import {
  assert,
  type Chunk,
  type ClockColumns,
  type ClockOffset,
  emptyLedger,
  type Gap,
  type Ledger,
  type Marker,
  type StreamId,
  type StreamInfo,
  type TextStream,
} from '../../signal/index.ts'
import type { ByteSink } from '../io.ts'
import {
  boundaryChunkBytes,
  ChunkBytes,
  clockOffsetChunkBytes,
  rowChunkBytes,
  textChunkBytes,
  xmlChunkBytes,
} from './chunk-bytes.ts'
import { encodeClockRows, encodeRows } from './encode-rows.ts'
import {
  clockHeaderXml,
  fileHeaderXml,
  footerXml,
  streamHeaderXml,
  textHeaderXml,
  textStreamXml,
} from './header-xml.ts'
import { SignalTrack, Track } from './tracks.ts'
import {
  boundaryIntervalSeconds,
  clockOffsetIntervalSeconds,
  magic,
  ownNames,
  tags,
} from './xdf-format.ts'

/**
 * Samples wait in this many bytes at most; when they are full, they are flushed. Markers, gaps and
 * the like may take `reserveBytes` more while the sink takes nothing.
 */
export const bufferBytes = 1 << 22
const reserveBytes = 1 << 20

/** Streams of texts in one file. */
const mostTextTracks = 64

/** Head of a samples chunk: chunk head, then the row count with a size of 4 bytes. */
const samplesHeadBytes = 11 + 5

export class XdfWriter {
  readonly #sink: ByteSink
  readonly #startedAt: Date
  readonly #buffer = new ChunkBytes(bufferBytes)
  readonly #streams = new Map<StreamId, SignalTrack>()
  readonly #tracks: Track[] = []
  readonly #markers: Track
  readonly #markerDetails: Track
  readonly #gaps: Track
  /** Of streams of texts, by what they are. */
  readonly #textTracks = new Map<string, Track>()
  /** The latest time heard of: what a gap before the first sample is stamped with. */
  #latestTime = 0
  #boundaryTime = Number.NEGATIVE_INFINITY
  #finished = false
  #closed = false

  constructor(sink: ByteSink, options: { readonly startedAt: Date }) {
    this.#sink = sink
    this.#startedAt = options.startedAt
    this.#buffer.bytes.set(new TextEncoder().encode(magic))
    this.#buffer.length = magic.length
    this.#buffer.xml(tags.fileHeader, null, fileHeaderXml(options.startedAt))
    this.#markers = this.#addTextTrack(ownNames.markers, 'markers')
    this.#markerDetails = this.#addTextTrack(ownNames.markerDetails, 'marker-details')
    this.#gaps = this.#addTextTrack(ownNames.gaps, 'gaps')
  }

  /**
   * A stream may be added at any time, before its first chunk.
   * @param columns what its chunks carry beside time and host time
   * @param offset of a stamped stream, null where it was not measured yet: its rows bear its
   * device times, as they came
   * @param from the index that an earlier file of the same recording ended with: what is missing
   * from there on is noted here
   */
  addStream(
    info: StreamInfo,
    columns: ClockColumns,
    offset?: ClockOffset | null,
    from?: number,
  ): void {
    assert(info.sampleFormat !== 'json', 'only numeric streams have chunks to record')
    assert(!this.#streams.has(info.id), `stream ${info.id} is added once`)
    const signalXml = streamHeaderXml(info, this.#startedAt)
    const clockXml = clockHeaderXml(info, columns, this.#startedAt)
    this.#makeControlRoom(xmlChunkBytes(signalXml) + xmlChunkBytes(clockXml))
    const signal = this.#addTrack(signalXml)
    const clock = this.#addTrack(clockXml)
    const isStamped = offset !== undefined
    const track = new SignalTrack(info, columns, isStamped, signal, clock)
    if (from !== undefined) track.beginAt(from)
    this.#streams.set(info.id, track)
    if (offset) this.clockOffset(info.id, offset)
  }

  /** Of a stamped stream, whenever it was measured: readers lay a line through the offsets. */
  clockOffset(stream: StreamId, { time, offsetSeconds }: ClockOffset): void {
    const { signal, clock } = this.#track(stream)
    for (const track of [signal, clock]) {
      this.#makeControlRoom(clockOffsetChunkBytes)
      this.#buffer.clockOffset(track.id, time - offsetSeconds, offsetSeconds)
    }
  }

  /**
   * Takes the chunk's frames. A jump of `firstSample` that no `gap` announced is noted as a loss.
   * @throws SynapseError disk-full, io-failed: frames not taken are missing from the next call on,
   * and the jump says so
   */
  write(stream: StreamId, chunk: Chunk): void {
    const track = this.#track(stream)
    if (chunk.frames === 0) return
    const missing = track.began ? chunk.firstSample - track.nextSample : 0
    if (missing > 0) {
      const atSample = track.nextSample
      this.gap(stream, { atSample, lostSamples: missing, exact: true, reason: 'lost' })
    }
    const part = Math.floor((bufferBytes - 2 * samplesHeadBytes) / track.rowBytes)
    for (let from = 0; from < chunk.frames; from += part) {
      this.#writeRows(track, chunk, from, Math.min(chunk.frames, from + part))
    }
  }

  #writeRows(track: SignalTrack, chunk: Chunk, from: number, to: number): void {
    const { channels, columns, signal, clock } = track
    const rows = to - from
    this.#makeRoom(2 * samplesHeadBytes + rows * track.rowBytes)
    const buffer = this.#buffer
    buffer.beginChunk(tags.samples, signal.id, 5 + rows * track.signalRowBytes)
    this.#rowCount(rows)
    const { data, stride } = chunk
    const stamps = track.isStamped ? chunk.deviceTime! : chunk.time
    const { view } = buffer
    buffer.length = encodeRows(view, buffer.length, data, stride, channels, stamps, from, to)
    buffer.beginChunk(tags.samples, clock.id, 5 + rows * track.clockRowBytes)
    this.#rowCount(rows)
    buffer.length = encodeClockRows(view, buffer.length, chunk, columns, stamps, from, to)
    signal.took(rows, stamps[from]!, stamps[to - 1]!)
    clock.took(rows, stamps[from]!, stamps[to - 1]!)
    this.#latestTime = chunk.time[to - 1]!
    track.took(chunk.firstSample + from, rows, this.#latestTime)
  }

  #rowCount(rows: number): void {
    this.#buffer.view.setUint8(this.#buffer.length, 4)
    this.#buffer.length += 1
    this.#buffer.uint32(rows)
  }

  /** The ledger counts it at once, whether or not a chunk follows. */
  gap(stream: StreamId, gap: Gap): void {
    const track = this.#track(stream)
    const end = gap.atSample + gap.lostSamples
    if (!track.began) track.beginAt(gap.atSample)
    const unannounced = gap.atSample - track.nextSample
    if (unannounced > 0) {
      const atSample = track.nextSample
      this.gap(stream, { atSample, lostSamples: unannounced, exact: true, reason: 'lost' })
    }
    const lostSamples = end - track.nextSample
    if (lostSamples <= 0) return
    const { exact, reason } = gap
    const noted = { stream, atSample: track.nextSample, lostSamples, exact, reason }
    const time = track.timeOfNext() ?? this.#latestTime
    const text = JSON.stringify(noted)
    this.#makeControlRoom(textChunkBytes(text))
    this.#text(this.#gaps, time, text)
    track.lose(lostSamples)
  }

  marker(marker: Marker): void {
    const { time, label, durationSeconds, value, source, row } = marker
    const track = row && this.#textTrack(row.stream)
    if (track) {
      this.#makeControlRoom(rowChunkBytes(row.texts))
      this.#buffer.rowSample(track.id, time, row.texts)
      track.took(1, time, time)
      return
    }
    const details = JSON.stringify({ durationSeconds, value, source })
    this.#makeControlRoom(textChunkBytes(label) + textChunkBytes(details))
    this.#text(this.#markers, time, label)
    this.#text(this.#markerDetails, time, details)
  }

  /**
   * To be called about every second: every 10 s it writes the boundary that a reader of a damaged
   * file looks for, every 5 s per stream that its clock is the recorder's own.
   * @returns true when a boundary was written: a good moment to `flush` and `sync`
   */
  tick(now: number): boolean {
    this.#latestTime = Math.max(this.#latestTime, now)
    for (const track of this.#tracks) {
      if (now - track.offsetTime < clockOffsetIntervalSeconds) continue
      this.#makeControlRoom(clockOffsetChunkBytes)
      this.#buffer.clockOffset(track.id, now, 0)
      track.offsetTime = now
    }
    if (now - this.#boundaryTime < boundaryIntervalSeconds) return false
    this.#makeControlRoom(boundaryChunkBytes)
    this.#buffer.boundary()
    this.#boundaryTime = now
    return true
  }

  /** Hands over what waits, in one write. After a throw all of it waits still. */
  flush(): void {
    if (this.#buffer.length === 0) return
    this.#sink.write(this.#buffer.bytes.subarray(0, this.#buffer.length))
    this.#buffer.length = 0
    for (const track of this.#streams.values()) track.flushedUpTo = track.nextSample
  }

  sync(): void {
    this.flush()
    this.#sink.sync()
  }

  /** Writes the footers, and forces all to the disk. After a throw it may be called again. */
  finish(): void {
    if (!this.#finished) this.#finish()
    this.sync()
  }

  /** As `finish`, and closes the sink. After a throw it may be called again. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.finish()
    this.#closed = true
    await this.#sink.close()
  }

  /** All before this index was taken, or is noted as lost; null before the first sample. */
  nextSample(stream: StreamId): number | null {
    const track = this.#streams.get(stream)
    return track?.began ? track.nextSample : null
  }

  /** Every sample before this index was handed to the sink, or is noted there as lost. */
  flushedUpTo(stream: StreamId): number {
    return this.#streams.get(stream)?.flushedUpTo ?? 0
  }

  /** expected = received + lost, as the footer will say it. */
  ledger(stream: StreamId): Ledger {
    return this.#streams.get(stream)?.ledger ?? emptyLedger
  }

  #finish(): void {
    const ledgers = new Map<Track, Ledger>()
    for (const track of this.#streams.values()) ledgers.set(track.signal, track.ledger)
    const footers = this.#tracks.map((track) =>
      footerXml(track.firstTime, track.lastTime, track.samples, ledgers.get(track) ?? null),
    )
    this.#makeControlRoom(footers.reduce((sum, footer) => sum + xmlChunkBytes(footer), 0))
    for (const [i, track] of this.#tracks.entries()) {
      this.#buffer.xml(tags.streamFooter, track.id, footers[i]!)
    }
    this.#finished = true
  }

  #text(track: Track, time: number, text: string): void {
    this.#buffer.textSample(track.id, time, text)
    track.took(1, time, time)
  }

  /** Its own; undefined where there are too many already, and it has to be a marker. */
  #textTrack(stream: TextStream): Track | undefined {
    const key = JSON.stringify(stream)
    const known = this.#textTracks.get(key)
    if (known || this.#textTracks.size === mostTextTracks) return known
    const xml = textStreamXml(stream, this.#startedAt)
    this.#makeControlRoom(xmlChunkBytes(xml))
    const track = this.#addTrack(xml)
    this.#textTracks.set(key, track)
    return track
  }

  #addTextTrack(name: string, role: string): Track {
    return this.#addTrack(textHeaderXml(name, role, this.#startedAt))
  }

  #addTrack(headerXml: Uint8Array): Track {
    const track = new Track(this.#tracks.length + 1)
    this.#buffer.xml(tags.streamHeader, track.id, headerXml)
    this.#tracks.push(track)
    return track
  }

  #track(stream: StreamId): SignalTrack {
    assert(!this.#finished, 'nothing is recorded after close')
    const track = this.#streams.get(stream)
    assert(track, `stream ${stream} was added before its first chunk`)
    return track
  }

  #makeRoom(bytes: number): void {
    if (this.#buffer.length + bytes > bufferBytes) this.flush()
    if (!this.#buffer.hasRoom(bytes)) this.#buffer.grow(bytes)
  }

  /** A full disk must not cost the note that samples were lost to it. */
  #makeControlRoom(bytes: number): void {
    try {
      this.#makeRoom(bytes)
    } catch (cause) {
      const needed = this.#buffer.length + bytes
      if (needed > bufferBytes + reserveBytes) throw cause
      if (!this.#buffer.hasRoom(bytes)) this.#buffer.grow(bufferBytes + reserveBytes)
    }
  }
}
