/**
 * Paces a recording: reads a little ahead, and lets every frame go when its time has come. Indices
 * start at 0 and go on when the recording begins again.
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

const isGap = (item: Chunk | Gap): item is Gap => 'lostSamples' in item

export class Playback {
  readonly streams: readonly StreamInfo[]
  readonly #recording: Recording
  readonly #options: ReplayOptions
  readonly #context: DeviceContext
  readonly #tracks: Map<string, Track>
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
  }

  start(): void {
    this.#stopped = false
    this.#running ??= this.#run().catch((error) => {
      this.#context.out.link('ended', asSynapseError(error, 'replaying'))
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    this.#running = null
  }

  async #run(): Promise<void> {
    do {
      await this.#round()
    } while (this.#options.loop && !this.#stopped)
    if (!this.#stopped) this.#context.out.link('ended')
  }

  /** Once through the recording. */
  async #round(): Promise<void> {
    const { clock } = this.#context
    const origin = firstTimeOf(this.#recording)
    const items = this.#recording.read()
    const markers = [...this.#recording.markers]
    let ahead: RecordingItem | undefined = (await items.next()).value ?? undefined
    const startedAt = clock.now()
    while (!this.#stopped) {
      const now = origin + (clock.now() - startedAt) * this.#options.speed
      while (ahead && startOf(ahead, origin) <= now + readAheadSeconds) {
        this.#enqueue(ahead)
        ahead = (await items.next()).value ?? undefined
      }
      const waiting = this.#release(now)
      this.#releaseMarkers(markers, now)
      if (!ahead && !waiting) return
      await sleep(clock, tickSeconds)
    }
  }

  #enqueue(item: RecordingItem): void {
    const track = this.#tracks.get(item.stream)
    if (!track) return
    track.queue.push(item.kind === 'gap' ? { ...item.gap } : copyOf(item.chunk))
  }

  /** Lets everything out that is due by `now`; true while something still waits. */
  #release(now: number): boolean {
    let waiting = false
    for (const track of this.#tracks.values()) {
      while (track.queue.length) {
        const item = track.queue[0]!
        if (
          isGap(item) ? !this.#releaseGap(track, item, now) : !this.#releaseChunk(track, item, now)
        )
          break
        track.queue.shift()
        track.out = 0
      }
      waiting ||= track.queue.length > 0
    }
    return waiting
  }

  /** A gap goes out when the frame after it does, or when nothing follows. */
  #releaseGap(track: Track, gap: Gap, now: number): boolean {
    const following = track.queue[1]
    if (following && !isGap(following) && following.time[0]! > now) return false
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

  #releaseMarkers(markers: RecordedMarker[], now: number): void {
    while (markers.length && markers[0]!.time <= now) {
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
