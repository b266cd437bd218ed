/**
 * Paces a recording: reads a little ahead, and lets every frame go when its time has come. Indices
 * start at 0 and go on when the recording begins again; stopped in its midst, it is resumed there.
 */
import type { RecordedMarker, Recording, RecordingItem } from '../../formats/index.ts'
import {
  asSynapseError,
  type Chunk,
  type ChunkBuffer,
  type DeviceContext,
  type Gap,
  type StreamInfo,
  sleep,
} from '../../signal/index.ts'
import type { ReplayOptions } from './options.ts'

const tickSeconds = 0.004
const readAheadSeconds = 1

/** What is to come of one stream. */
interface Track {
  readonly info: StreamInfo
  readonly queue: (Chunk | Gap)[]
  /** Frames of the first chunk in the queue that are out already. */
  out: number
  /** Index of the next frame: counts from 0, whatever the recording's begins with. */
  next: number
}

/** Once through the recording, and how far it is. */
interface Round {
  /** Seconds on the recording's clock. */
  now: number
  readonly origin: number
  readonly items: AsyncGenerator<RecordingItem, void, void>
  /** What was read, but is not due soon; undefined at the end. */
  ahead: RecordingItem | undefined
  readonly markers: RecordedMarker[]
}

const isGap = (item: Chunk | Gap): item is Gap => 'lostSamples' in item

export class Playback {
  readonly streams: readonly StreamInfo[]
  readonly #recording: Recording
  readonly #options: ReplayOptions
  readonly #context: DeviceContext
  readonly #tracks: Map<string, Track>
  readonly #hasSamples: boolean
  #round: Round | null = null
  #running: Promise<void> | null = null
  #stopped = false

  constructor(recording: Recording, path: string, options: ReplayOptions, context: DeviceContext) {
    this.#recording = recording
    this.#options = options
    this.#context = context
    const numeric = recording.streams.filter((stream) => stream.info.sampleFormat !== 'json')
    this.#tracks = new Map(
      numeric.map(({ info }) => {
        const track: Track = { info: replayed(info, path), queue: [], out: 0, next: 0 }
        return [info.id, track] as const
      }),
    )
    this.streams = [...this.#tracks.values()].map((track) => track.info)
    this.#hasSamples = numeric.some(({ samples }) => samples > 0)
  }

  start(): void {
    this.#stopped = false
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      do {
        await this.#play()
      } while (this.#options.loop && !this.#stopped && this.#hasSamples)
      if (!this.#stopped) this.#context.out.link('ended')
    } catch (error) {
      this.#round = null
      this.#context.out.link('ended', asSynapseError(error, 'replaying'))
    } finally {
      this.#running = null
    }
  }

  /** On from where it is, to the end of the recording or until it is stopped. */
  async #play(): Promise<void> {
    const { clock } = this.#context
    const round = (this.#round ??= await this.#begin())
    const startedAt = clock.now()
    const from = round.now
    while (!this.#stopped) {
      round.now = from + (clock.now() - startedAt) * this.#options.speed
      await this.#readAhead(round)
      const waiting = this.#release(round)
      const samplesAreOut = !round.ahead && !waiting
      // Markers behind the last sample leave with it; where there are none, markers set the pace.
      this.#releaseMarkers(round.markers, samplesAreOut && this.#hasSamples ? null : round.now)
      if (samplesAreOut && round.markers.length === 0) {
        this.#round = null
        return
      }
      await sleep(clock, tickSeconds)
    }
  }

  async #begin(): Promise<Round> {
    const origin = firstTimeOf(this.#recording)
    const items = this.#recording.read()
    const ahead = (await items.next()).value ?? undefined
    return { now: origin, origin, items, ahead, markers: [...this.#recording.markers] }
  }

  async #readAhead(round: Round): Promise<void> {
    while (round.ahead && startOf(round.ahead, round.origin) <= round.now + readAheadSeconds) {
      this.#enqueue(round.ahead)
      round.ahead = (await round.items.next()).value ?? undefined
    }
  }

  #enqueue(item: RecordingItem): void {
    const track = this.#tracks.get(item.stream)
    if (!track) return
    track.queue.push(item.kind === 'gap' ? { ...item.gap } : copyOf(item.chunk))
  }

  /** Lets everything out that is due; true while something still waits. */
  #release(round: Round): boolean {
    let waiting = false
    for (const track of this.#tracks.values()) {
      while (track.queue.length && this.#releaseFirst(track, round)) {
        track.queue.shift()
        track.out = 0
      }
      waiting ||= track.queue.length > 0
    }
    return waiting
  }

  #releaseFirst(track: Track, round: Round): boolean {
    const item = track.queue[0]!
    return isGap(item)
      ? this.#releaseGap(track, item, round)
      : this.#releaseChunk(track, item, round.now)
  }

  /** A gap goes out when the frame after it does, or when nothing follows. */
  #releaseGap(track: Track, gap: Gap, round: Round): boolean {
    const following = track.queue[1]
    if (!following && round.ahead) return false
    if (following && !isGap(following) && following.time[0]! > round.now) return false
    this.#context.out.gap(track.info.id, { ...gap, atSample: track.next })
    track.next += gap.lostSamples
    return true
  }

  #releaseChunk(track: Track, chunk: Chunk, now: number): boolean {
    const from = track.out
    let to = from
    while (to < chunk.frames && chunk.time[to]! <= now) to++
    if (to > from) {
      const part = partOf(chunk, from, to, this.#context.clock.now())
      part.firstSample = track.next
      this.#context.out.chunk(track.info.id, part)
      track.next += to - from
      track.out = to
    }
    return to === chunk.frames
  }

  /** @param now null for all that are left */
  #releaseMarkers(markers: RecordedMarker[], now: number | null): void {
    while (markers.length && (now === null || markers[0]!.time <= now)) {
      const { label, durationSeconds, value } = markers.shift()!
      this.#context.out.marker({
        time: this.#context.clock.now(),
        label,
        durationSeconds,
        source: 'replay',
        ...(value === undefined ? {} : { value }),
      })
    }
  }
}

function replayed(info: StreamInfo, path: string): StreamInfo {
  return {
    ...info,
    id: `replay/${info.id}`,
    origin: { ...info.origin, settings: { ...info.origin.settings, replayedFrom: path } },
  }
}

function firstTimeOf(recording: Recording): number {
  const times = recording.streams.flatMap(({ firstTime }) =>
    firstTime === null ? [] : [firstTime],
  )
  return times.length ? Math.min(...times) : 0
}

function startOf(item: RecordingItem, otherwise: number): number {
  return item.kind === 'chunk' ? item.chunk.time[0]! : otherwise
}

function copyOf(chunk: Chunk): Chunk {
  const { frames, stride } = chunk
  return {
    ...chunk,
    data: chunk.data.slice(0, frames * stride),
    time: chunk.time.slice(0, frames),
    sequence: chunk.sequence?.slice(0, frames) ?? null,
  }
}

/** Frames `from` to `to`; the recorded time becomes the device's clock. */
function partOf(chunk: Chunk, from: number, to: number, hostTime: number): ChunkBuffer {
  return {
    firstSample: chunk.firstSample + from,
    frames: to - from,
    data: chunk.data.subarray(from * chunk.stride, to * chunk.stride),
    stride: chunk.stride,
    time: new Float64Array(to - from),
    hostTime: new Float64Array(to - from).fill(hostTime),
    deviceTime: chunk.time.subarray(from, to),
    sequence: chunk.sequence?.subarray(from, to) ?? null,
  }
}
