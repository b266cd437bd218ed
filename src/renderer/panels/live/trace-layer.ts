/**
 * Draws the traces. In the usual case only the bins that arrived since the last picture: the strip
 * ahead of the pen is cleared and the new bins are drawn into it. Everything is drawn anew only
 * when the scene changes.
 */
import type { TraceBuffer, TraceGap } from '../../frames/trace-buffer.ts'
import { hatchOf, leastGapPixels } from '../../traces/hatch.ts'
import { type Palette, sizeCanvas } from '../../traces/palette.ts'
import type { Scene, SceneRow, Track } from '../../traces/scene.ts'
import { traceSteps } from '../../traces/step-path.ts'
import { blankSeconds, passOf, runsOf, stripsBetween } from '../../traces/sweep.ts'
import { traceRun } from '../../traces/trace-path.ts'

export type Ink = 'trace' | 'traceSelected' | 'traceBad'
const inks: readonly Ink[] = ['traceBad', 'trace', 'traceSelected']
const longBins = 64

/** What the layer asks for while it draws. */
export interface TraceSource {
  traces(key: string): readonly TraceBuffer[]
  ink(row: SceneRow): Ink
  /** Host seconds of the newest that is drawn: where values that come seldom stand, too. */
  now(): number
}

interface Pen {
  buffer: TraceBuffer
  /** Position after the last bin drawn. */
  drawn: number
  /** Host seconds up to which the screen is cleared ahead. */
  clearedTo: number
  /** Host seconds up to which the newest of values that hold is drawn. */
  heldTo: number
}

export class TraceLayer {
  readonly #canvas: HTMLCanvasElement
  readonly #source: TraceSource
  #context: CanvasRenderingContext2D | null = null
  #scene: Scene | null = null
  #palette: Palette | null = null
  #hatch: CanvasPattern | null = null
  readonly #pens = new Map<string, Pen>()
  /** By stream number: position up to which bins are counted. */
  readonly #counted = new Map<number, number>()
  /** Bins drawn so far, each counted once, however often it was drawn anew. */
  columns = 0

  constructor(canvas: HTMLCanvasElement, source: TraceSource) {
    this.#canvas = canvas
    this.#source = source
  }

  /** Begins anew with another scene. */
  show(scene: Scene, palette: Palette): void {
    this.#scene = scene
    this.#palette = palette
    this.#context = sizeCanvas(this.#canvas, scene.width, scene.height, scene.ratio)
    // One device pixel, which is drawn many times faster than a little more.
    this.#context.lineWidth = 1 / scene.ratio
    this.#context.lineJoin = 'round'
    this.#hatch = hatchOf(this.#context, palette.warning)
    this.#pens.clear()
    for (const track of scene.tracks) this.#drawAll(track)
  }

  /** Draws what is new. @returns whether anything was */
  advance(): boolean {
    if (!this.#scene) return false
    const before = this.columns
    for (const track of this.#scene.tracks) this.#advanceTrack(track)
    return this.columns !== before
  }

  #advanceTrack(track: Track): void {
    const { seconds } = this.#scene!
    const buffer = this.#source.traces(track.key).at(-1)
    const pen = this.#pens.get(track.key)
    if (!buffer || buffer.end === 0) return
    if (!pen || centreIsDue(buffer)) {
      this.#drawAll(track)
      return
    }
    if (buffer.stream.drawn) {
      this.#advanceSeldom(track, buffer, pen)
      return
    }
    if (pen.buffer !== buffer) {
      pen.buffer = buffer
      pen.drawn = buffer.start
    }
    const from = Math.max(pen.drawn, buffer.start)
    if (buffer.end <= from) return
    const newest = buffer.newestTime
    if (newest - pen.clearedTo >= seconds) {
      this.#drawAll(track)
      return
    }
    const pass = passOf(newest, seconds)
    if (from > buffer.start && pass !== passOf(buffer.timeAt(from - 1), seconds)) {
      buffer.recentre((pass - 1) * seconds)
    }
    this.#clear(track, pen, newest + blankSeconds(seconds))
    this.#draw(track, buffer, from)
    this.#count(buffer)
    pen.drawn = buffer.end
  }

  /** Time goes on between two values. */
  #advanceSeldom(track: Track, buffer: TraceBuffer, pen: Pen): void {
    const { seconds } = this.#scene!
    const now = this.#newestOf([buffer])
    const isNewPass = passOf(now, seconds) !== passOf(pen.heldTo, seconds)
    if (isNewPass) recentreSeldom(buffer, now - seconds)
    const isMore = pen.buffer !== buffer || buffer.end > pen.drawn
    if (isNewPass || isMore || now - pen.clearedTo >= seconds) {
      this.#drawAll(track)
    } else if (now > pen.heldTo) {
      this.#clear(track, pen, now + blankSeconds(seconds))
      this.#drawSteps(track, buffer, pen.heldTo, now)
      pen.heldTo = now
    }
  }

  #newestOf(buffers: readonly TraceBuffer[]): number {
    const newest = Math.max(...buffers.map((each) => each.newestTime))
    return buffers.at(-1)?.stream.drawn ? Math.max(newest, this.#source.now()) : newest
  }

  #drawSteps(track: Track, buffer: TraceBuffer, from: number, now: number): void {
    if (buffer.stream.drawn !== 'steps') return
    const { seconds, width } = this.#scene!
    const context = this.#context!
    for (const row of track.rows) {
      context.strokeStyle = this.#palette![this.#source.ink(row)]
      context.beginPath()
      traceSteps(context, buffer, row.channel, from, now, { ...row, seconds, width })
      context.stroke()
    }
  }

  #drawAll(track: Track): void {
    const { seconds, width } = this.#scene!
    const buffers = this.#source.traces(track.key)
    const buffer = buffers.at(-1)
    this.#context!.clearRect(0, track.top, width, track.bottom - track.top)
    if (!buffer || buffers.every((each) => each.end === 0)) return
    const newest = this.#newestOf(buffers)
    if (centreIsDue(buffer)) buffer.recentre(newest - seconds)
    const oldest = newest - seconds + blankSeconds(seconds)
    // Not joined to what is older: that would reach into the blank ahead of the pen.
    for (const each of buffers) {
      if (!each.stream.drawn) this.#draw(track, each, each.positionAt(oldest), oldest)
      else if (each === buffer) this.#drawSteps(track, each, oldest, newest)
    }
    this.#count(buffer)
    this.#pens.set(track.key, {
      buffer,
      drawn: buffer.end,
      clearedTo: newest + blankSeconds(seconds),
      heldTo: newest,
    })
  }

  #count({ stream, end }: TraceBuffer): void {
    this.columns += Math.max(0, end - (this.#counted.get(stream.number) ?? 0))
    this.#counted.set(stream.number, end)
  }

  /** Whole device pixels, so that strips laid side by side leave no seam. */
  #clear(track: Track, pen: Pen, to: number): void {
    const { seconds, width, ratio } = this.#scene!
    for (const { x0, x1 } of stripsBetween(pen.clearedTo, to, seconds, width)) {
      const left = Math.floor(x0 * ratio) / ratio
      const right = Math.floor(x1 * ratio) / ratio
      this.#context!.clearRect(left, track.top, right - left, track.bottom - track.top)
    }
    pen.clearedTo = Math.max(pen.clearedTo, to)
  }

  /** @param oldest bins of before are not joined */
  #draw(track: Track, buffer: TraceBuffer, from: number, oldest = Number.NEGATIVE_INFINITY): void {
    const { seconds, width } = this.#scene!
    const context = this.#context!
    for (const gap of buffer.gaps) if (gap.position >= from) this.#hatchGap(track, gap)
    const runs = runsOf(buffer, from, buffer.end, seconds, oldest)
    // One path for all rows where they are short; a long one would take longer than its parts.
    const long = buffer.end - from > longBins
    const byInk = Map.groupBy(track.rows, (row) => this.#source.ink(row))
    for (const ink of inks) {
      const rows = byInk.get(ink)
      if (!rows) continue
      context.strokeStyle = this.#palette![ink]
      context.beginPath()
      for (const row of rows) {
        const scale = { ...row, seconds, width }
        for (const run of runs) traceRun(context, buffer, row.channel, run, scale)
        if (!long) continue
        context.stroke()
        context.beginPath()
      }
      context.stroke()
    }
  }

  #hatchGap(track: Track, { from, to }: TraceGap): void {
    const { seconds, width } = this.#scene!
    const context = this.#context!
    const height = track.bottom - track.top
    for (const { x0, x1 } of stripsBetween(from, to, seconds, width)) {
      context.clearRect(x0, track.top, Math.max(leastGapPixels, x1 - x0), height)
      context.fillStyle = this.#hatch!
      context.fillRect(x0, track.top, Math.max(leastGapPixels, x1 - x0), height)
    }
  }
}

/** Where no value came lately, the centre stays. */
function recentreSeldom(buffer: TraceBuffer, time: number): void {
  if (buffer.positionAt(time) < buffer.end) buffer.recentre(time)
}

/** Measured at once from what little there is, and again after the first second. */
function centreIsDue(buffer: TraceBuffer): boolean {
  if (buffer.centredAt === 0) return buffer.end > 0
  return buffer.removesOffset && buffer.centredAt < buffer.rateHz && buffer.end >= buffer.rateHz
}
