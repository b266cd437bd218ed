/**
 * Paces a recording: reads a little ahead, and lets every frame go when its time has come. Indices
 * start at 0 and go on when the recording begins again; stopped in its midst, it is resumed there.
 * Moved to another place, every stream has a gap of one sample, of no certain length.
 */
import {
  type RecordedMarker,
  type Recording,
  type RecordingItem,
  readFrom,
} from '../../formats/index.ts'
import {
  asSynapseError,
  type Chunk,
  type ChunkBuffer,
  type DeviceContext,
  type Gap,
  type PlaybackPort,
  type PlaybackState,
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

export class Playback implements PlaybackPort {
  readonly streams: readonly StreamInfo[]
  readonly #recording: Recording
  readonly #path: string
  readonly #context: DeviceContext
  readonly #tracks: Map<string, Track>
  readonly #hasSamples: boolean
  #round: Round | null = null
  #running: Promise<void> | null = null
  #stopped = true
  #speed: number
  #loop: boolean
  readonly #origin: number
  readonly #lengthSeconds: number
  /** On the recording's clock: where to go on, before anything else. */
  #target: number | null = null

  constructor(recording: Recording, path: string, options: ReplayOptions, context: DeviceContext) {
    this.#recording = recording
    this.#path = path
    this.#speed = options.speed
    this.#loop = options.loop
    this.#context = context
    this.#origin = firstTimeOf(recording)
    this.#lengthSeconds = Math.max(0, lastTimeOf(recording, this.#origin) - this.#origin)
    if (options.fromSeconds > 0) this.#target = this.#within(options.fromSeconds)
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

  get state(): PlaybackState {
    return {
      paused: this.#stopped,
      speed: this.#speed,
      loop: this.#loop,
      lengthSeconds: this.#lengthSeconds,
    }
  }

  get seconds(): number {
    const now = this.#target ?? this.#round?.now ?? this.#origin
    return Math.min(this.#lengthSeconds, now - this.#origin)
  }

  seek(seconds: number): void {
    this.#target = this.#within(seconds)
  }

  set({ speed, loop }: Parameters<PlaybackPort['set']>[0]): void {
    const { out } = this.#context
    if (speed !== undefined) {
      this.#speed = speed
      out.fact({ name: 'speed', value: speed, unit: '×' })
    }
    if (loop !== undefined) {
      this.#loop = loop
      out.fact({ name: 'loop', value: loop })
    }
  }

  #within(seconds: number): number {
    return this.#origin + Math.min(this.#lengthSeconds, Math.max(0, seconds))
  }

  start(): void {
    this.#stopped = false
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  /** For good: what is open of the recording is closed. */
  async close(): Promise<void> {
    await this.stop()
    await this.#round?.items.return()
    this.#round = null
  }

  async #run(): Promise<void> {
    try {
      do {
        await this.#play()
      } while ((this.#loop || this.#target !== null) && !this.#stopped && this.#hasSamples)
      if (!this.#stopped) this.#context.out.link('ended')
      this.#stopped = true
    } catch (error) {
      await this.#round?.items.return()
      this.#round = null
      this.#stopped = true
      this.#context.out.link('ended', asSynapseError(error, 'replaying'))
    } finally {
      this.#running = null
    }
  }

  /** On from where it is, to the end of the recording or until it is stopped. */
  async #play(): Promise<void> {
    const { clock } = this.#context
    let round = this.#target === null ? (this.#round ?? (await this.#begin())) : await this.#jump()
    this.#round = round
    let before = clock.now()
    while (!this.#stopped) {
      if (this.#target !== null) {
        round = this.#round = await this.#jump()
        before = clock.now()
      }
      const now = clock.now()
      round.now += (now - before) * this.#speed
      before = now
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
    return this.#roundOf(this.#origin, this.#recording.read(), this.#recording.markers)
  }

  /** What was to come does not come any more. */
  async #jump(): Promise<Round> {
    await this.#round?.items.return()
    const target = this.#target!
    this.#target = null
    for (const track of this.#tracks.values()) {
      track.queue.length = 0
      track.out = 0
      if (track.next === 0) continue
      const gap = { atSample: track.next, lostSamples: 1, exact: false, reason: 'restarted' }
      this.#context.out.gap(track.info.id, gap as Gap)
      track.next += 1
    }
    const markers = this.#recording.markers.filter(({ time }) => time >= target)
    return this.#roundOf(target, readFrom(this.#recording, this.#path, target), markers)
  }

  async #roundOf(
    now: number,
    items: Round['items'],
    markers: readonly RecordedMarker[],
  ): Promise<Round> {
    const ahead = (await items.next()).value ?? undefined
    return { now, origin: this.#origin, items, ahead, markers: [...markers] }
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

function lastTimeOf({ streams, markers }: Recording, otherwise: number): number {
  const times = streams.flatMap(({ lastTime }) => (lastTime === null ? [] : [lastTime]))
  return times.length ? Math.max(...times) : (markers.at(-1)?.time ?? otherwise)
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
