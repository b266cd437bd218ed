/** What lies over the traces: the pen of each device, markers, and how much a gap lost. */
import type { MarkerEvent } from '../../../contract/index.ts'
import type { TraceBuffer } from '../../frames/trace-buffer.ts'
import { type Colours, drawFlag, drawFlagsInLanes, flagHeight } from '../../traces/flag.ts'
import { type Palette, sizeCanvas } from '../../traces/palette.ts'
import type { Scene, Track } from '../../traces/scene.ts'
import { blankSeconds, passOf, sweepX } from '../../traces/sweep.ts'
import { formatCount, formatShort, formatUnit } from '../../ui/format.ts'

/** A gap within this of the host's word that it withheld frames is not a loss. */
const withheldSeconds = 1.5

/** Between the values of two events. */
const eventRoomPixels = 16

export interface OverlaySource {
  traces(key: string): readonly TraceBuffer[]
  readonly markers: readonly MarkerEvent[]
  readonly withheldAt: number
  /** As for `TraceSource`. */
  now(): number
  /** Why the pen of a track stands still; empty while it moves. */
  silence(track: Track): string
  /** Somebody has stopped all pens, to look. */
  readonly isPaused: boolean
  /** What a track is of, where there are several. */
  title(track: Track): string
}

export class OverlayLayer {
  readonly #canvas: HTMLCanvasElement
  readonly #source: OverlaySource
  #context: CanvasRenderingContext2D | null = null
  #scene: Scene | null = null
  #palette: Palette | null = null

  constructor(canvas: HTMLCanvasElement, source: OverlaySource) {
    this.#canvas = canvas
    this.#source = source
  }

  show(scene: Scene, palette: Palette): void {
    this.#scene = scene
    this.#palette = palette
    this.#context = sizeCanvas(this.#canvas, scene.width, scene.height, scene.ratio)
    this.#context.font = `500 11px ${palette.font}`
    this.#context.textBaseline = 'middle'
    this.draw()
  }

  draw(): void {
    const scene = this.#scene
    if (!scene) return
    this.#context!.clearRect(0, 0, scene.width, scene.height)
    let now = Number.NEGATIVE_INFINITY
    for (const track of scene.tracks) {
      const buffers = this.#source.traces(track.key)
      const newest = Math.max(...buffers.map((buffer) => buffer.newestTime))
      this.#drawTitle(track, scene.tracks.length)
      this.#drawSilence(track, newest)
      if (newest === Number.NEGATIVE_INFINITY) continue
      const drawn = buffers.at(-1)?.stream.drawn
      const penTime = drawn ? Math.max(newest, this.#source.now()) : newest
      now = Math.max(now, penTime)
      this.#drawPen(track, penTime)
      if (drawn === 'events') this.#drawEvents(track, buffers.at(-1)!, penTime)
      for (const buffer of buffers) this.#drawGapLabels(track, buffer, newest)
    }
    this.#drawMarkers(now)
  }

  #drawPen(track: Track, time: number): void {
    const { seconds, width } = this.#scene!
    const context = this.#context!
    context.fillStyle = this.#palette!.cursor
    const x = Math.round(sweepX(time, seconds, width))
    context.fillRect(x + 1, track.top, 1, track.bottom - track.top)
  }

  #drawTitle(track: Track, tracks: number): void {
    if (tracks < 2) return
    const { dim: ink, ground } = this.#palette!
    this.#drawFlag(this.#source.title(track), 0, track.bottom - flagHeight, { ink, ground })
  }

  #drawSilence(track: Track, time: number): void {
    const silence = this.#source.silence(track)
    const text = silence || (this.#source.isPaused ? 'paused' : '')
    if (!text) return
    const { seconds, width } = this.#scene!
    const { warning, warningGround, traceSelected, rowSelected } = this.#palette!
    const colours = silence
      ? { ink: warning, ground: warningGround }
      : { ink: traceSelected, ground: rowSelected }
    const x = Number.isFinite(time) ? Math.round(sweepX(time, seconds, width)) + 1 : 0
    this.#drawFlag(text, x, (track.top + track.bottom - flagHeight) / 2, colours)
  }

  #visible(time: number, now: number): boolean {
    const { seconds } = this.#scene!
    return time > now - seconds + blankSeconds(seconds) && time < now + blankSeconds(seconds)
  }

  #drawMarkers(now: number): void {
    const { seconds, width, height } = this.#scene!
    const context = this.#context!
    const { marker: ground, ground: ink } = this.#palette!
    const shown = this.#source.markers.filter(({ time }) => this.#visible(time, now))
    const flags = shown.map(({ time, label }) => ({
      text: label,
      x: Math.round(sweepX(time, seconds, width)),
    }))
    context.fillStyle = ground
    for (const { x } of flags) context.fillRect(x, 0, 1, height)
    drawFlagsInLanes(context, width, flags, { ground, ink })
  }

  /** A tick each; its value beside it where that has room. */
  #drawEvents(track: Track, buffer: TraceBuffer, now: number): void {
    const { seconds, width } = this.#scene!
    const context = this.#context!
    const { marker: ink, ground } = this.#palette!
    const y = (track.top + track.bottom - flagHeight) / 2
    let free = Number.NEGATIVE_INFINITY
    let pass = Number.NaN
    const oldest = now - seconds + blankSeconds(seconds)
    for (let position = buffer.positionAt(oldest); position < buffer.end; position++) {
      const time = buffer.timeAt(position)
      const x = Math.round(sweepX(time, seconds, width))
      context.fillStyle = ink
      context.fillRect(x, track.top, 1, track.bottom - track.top)
      if (passOf(time, seconds) !== pass) free = Number.NEGATIVE_INFINITY
      pass = passOf(time, seconds)
      if (x < free || track.bottom - track.top < flagHeight) continue
      const text = eventText(buffer, position)
      this.#drawFlag(text, x, y, { ink, ground })
      free = x + context.measureText(text).width + eventRoomPixels
    }
  }

  #drawGapLabels(track: Track, buffer: TraceBuffer, now: number): void {
    const { seconds, width } = this.#scene!
    for (const { bins, from, to } of buffer.gaps) {
      if (!this.#visible(to, now)) continue
      const samples = formatCount(bins * buffer.binSamples)
      const about = buffer.binSamples > 1 ? '≈ ' : ''
      const withheld = Math.abs(this.#source.withheldAt - to) < withheldSeconds
      const text = withheld ? `${about}${samples} not shown` : `${about}${samples} lost`
      const x = sweepX(Math.max(from, to - seconds), seconds, width)
      const { warning: ink, warningGround: ground } = this.#palette!
      this.#drawFlag(text, x, track.top + flagHeight + 2, { ink, ground })
    }
  }

  #drawFlag(text: string, x: number, y: number, colours: Colours): void {
    drawFlag(this.#context!, this.#scene!.width, { text, x, y, ...colours })
  }
}

/** How long it took; of one that has no duration, its first value. */
function eventText({ stream, values, capacity, stride }: TraceBuffer, position: number): string {
  const { sourceChannels: channels } = stream
  const worth = (channel: number) => values[(position % capacity) * stride + 2 * channel]!
  const duration = channels.findIndex(({ label }) => label === 'duration')
  const shown = duration >= 0 && worth(duration) > 0 ? duration : 0
  const { label, unit } = channels[shown]!
  const value = `${formatShort(worth(shown))}${unit === '1' ? '' : ` ${formatUnit(unit)}`}`
  return shown === duration ? value : `${label} ${value}`
}
