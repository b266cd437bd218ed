/** What lies over the traces: the pen of each device, markers, and how much a gap lost. */
import type { MarkerEvent } from '../../../contract/index.ts'
import type { TraceBuffer } from '../../frames/trace-buffer.ts'
import { type Colours, drawFlag, drawFlagsInLanes, flagHeight } from '../../traces/flag.ts'
import { type Palette, sizeCanvas } from '../../traces/palette.ts'
import type { Scene, Track } from '../../traces/scene.ts'
import { blankSeconds, sweepX } from '../../traces/sweep.ts'
import { formatCount } from '../../ui/format.ts'

/** A gap within this of the host's word that it withheld frames is not a loss. */
const withheldSeconds = 1.5

export interface OverlaySource {
  traces(key: string): readonly TraceBuffer[]
  readonly markers: readonly MarkerEvent[]
  readonly withheldAt: number
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
      now = Math.max(now, newest)
      this.#drawPen(track, newest)
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
