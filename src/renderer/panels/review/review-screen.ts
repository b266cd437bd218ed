/**
 * The traces of a recording: three canvases over each other, drawn when something has changed,
 * past React. While a page is under way what is there already is drawn where it belongs.
 */
import type { Reviewed, ReviewGap } from '../../../contract/index.ts'
import type { Row } from '../../frames/rows.ts'
import type { ReviewLook } from '../../state/review-look.ts'
import { rowsOfRecording, shownRows } from '../../state/review-look.ts'
import type { Workbench } from '../../state/workbench.ts'
import { drawFlag, drawFlagsInLanes, flagHeight } from '../../traces/flag.ts'
import { hatchOf, leastGapPixels } from '../../traces/hatch.ts'
import { type Palette, readPalette, sizeCanvas } from '../../traces/palette.ts'
import { drawRowGrid, hairLine } from '../../traces/row-grid.ts'
import { type Scene, sceneOf, type Track } from '../../traces/scene.ts'
import { traceRun } from '../../traces/trace-path.ts'
import { formatCount } from '../../ui/format.ts'
import { PageFeed, type ShownPage } from './page-feed.ts'
import { timeLines } from './time-grid.ts'

export interface ReviewCanvases {
  readonly frame: HTMLElement
  readonly grid: HTMLCanvasElement
  readonly traces: HTMLCanvasElement
  readonly overlay: HTMLCanvasElement
}

/** More labels than this would stand on each other. */
const mostLabels = 24
const mostMarkers = 400

export class ReviewScreen {
  readonly #canvases: ReviewCanvases
  readonly #workbench: Workbench
  readonly #feed: PageFeed
  readonly #ends: (() => void)[]
  #request = 0
  #isStale = true

  constructor(canvases: ReviewCanvases, workbench: Workbench, troubled: (feed: PageFeed) => void) {
    this.#canvases = canvases
    this.#workbench = workbench
    const refresh = () => {
      this.#isStale = true
    }
    this.#feed = new PageFeed(workbench.link, () => {
      refresh()
      troubled(this.#feed)
    })
    const size = new ResizeObserver(refresh)
    size.observe(canvases.frame)
    const theme = new MutationObserver(refresh)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const { review, preferences } = workbench
    this.#ends = [
      () => size.disconnect(),
      () => theme.disconnect(),
      review.state.subscribe(refresh),
      review.look.subscribe(refresh),
      preferences.subscribe(refresh),
    ]
    this.#tick()
  }

  end(): void {
    cancelAnimationFrame(this.#request)
    this.#feed.end()
    for (const end of this.#ends) end()
  }

  readonly #tick = () => {
    this.#request = requestAnimationFrame(this.#tick)
    if (!this.#isStale) return
    const { clientWidth: width, clientHeight: height } = this.#canvases.frame
    const { recording, review } = this.#workbench.review.state.get()
    if (width === 0 || height === 0 || !recording || review === null) return
    this.#isStale = false
    this.#draw(recording, review, width, height)
  }

  #draw(recording: Reviewed, review: string, width: number, height: number): void {
    const look = this.#workbench.review.look.get()
    const rows = shownRows(rowsOfRecording(recording), look)
    this.#want(review, rows, look, width)
    const { microvoltsPerDivision, negativeUp } = this.#workbench.preferences.get()
    const ratio = window.devicePixelRatio
    const { seconds: secondsPerScreen, selected } = look
    const scene = sceneOf(rows, {
      width,
      height,
      ratio,
      secondsPerScreen,
      microvoltsPerDivision,
      negativeUp,
      selected,
    })
    const palette = readPalette(this.#canvases.frame)
    const drawing: Drawing = { scene, palette, look, recording }
    drawRowGrid(this.#canvases.grid, scene, palette, (context) => drawTimes(context, drawing))
    this.#drawTraces(drawing)
    drawOverlay(this.#canvases.overlay, drawing)
  }

  #want(review: string, rows: readonly Row[], look: ReviewLook, width: number): void {
    const groups = Map.groupBy(rows, ({ source }) => source)
    this.#feed.want({
      review,
      streams: [...groups].map(([id, members]) => ({
        id,
        channels: members.map(({ channel }) => channel),
      })),
      from: look.from,
      seconds: look.seconds,
      columns: Math.max(1, Math.round(width * window.devicePixelRatio)),
      view: look.view,
    })
  }

  #drawTraces({ scene, palette, look }: Drawing): void {
    const { width, height, ratio } = scene
    const context = sizeCanvas(this.#canvases.traces, width, height, ratio)
    context.lineWidth = 1 / ratio
    context.lineJoin = 'round'
    let points = 0
    let isComplete = true
    for (const track of scene.tracks) {
      const page = this.#feed.pages.get(track.rows[0]!.source)
      if (!page) continue
      drawTrack(context, track, page, scene, palette, look)
      points += page.points
      isComplete &&= page.complete && page.from <= look.from
    }
    // For whoever waits until there is something to see.
    const { dataset } = this.#canvases.frame
    dataset.columns = String(points)
    dataset.complete = String(isComplete && points > 0)
  }
}

interface Drawing {
  readonly scene: Scene
  readonly palette: Palette
  readonly look: ReviewLook
  readonly recording: Reviewed
}

function xOf(time: number, { scene, look }: Drawing): number {
  return ((time - look.from) / look.seconds) * scene.width
}

function drawTimes(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { scene, palette, look, recording } = drawing
  for (const { seconds, isStrong } of timeLines(
    look.from - recording.from,
    look.seconds,
    scene.width,
  )) {
    const x = xOf(seconds + recording.from, drawing)
    hairLine(context, x, 0, x, scene.height, isStrong ? palette.gridStrong : palette.grid)
  }
}

function drawTrack(
  context: CanvasRenderingContext2D,
  track: Track,
  page: ShownPage,
  { width }: Scene,
  palette: Palette,
  { from, seconds, selected }: ReviewLook,
): void {
  const run = visibleRun(page, from, from + seconds)
  if (run.to <= run.from) return
  for (const row of track.rows) {
    const place = page.places.get(row.channel)
    if (place === undefined) continue
    context.strokeStyle = row.key === selected ? palette.traceSelected : palette.trace
    context.beginPath()
    traceRun(context, page, place, run, { ...row, seconds, width, startTime: from })
    context.stroke()
  }
}

/** With one point more on either side, so that lines reach the edges. */
function visibleRun({ time, points }: ShownPage, from: number, to: number) {
  return {
    from: Math.max(0, firstAt(time, points, from) - 1),
    to: Math.min(points, firstAt(time, points, to) + 1),
    joined: false,
  }
}

function firstAt(times: Float64Array, count: number, time: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

function drawOverlay(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const { scene, palette, recording, look } = drawing
  const context = sizeCanvas(canvas, scene.width, scene.height, scene.ratio)
  context.font = `500 11px ${palette.font}`
  context.textBaseline = 'middle'
  const hatch = hatchOf(context, palette.warning)
  const until = look.from + look.seconds
  for (const track of scene.tracks) {
    const stream = recording.streams.find(({ id }) => id === track.rows[0]!.source)
    const gaps = stream?.gaps.filter((gap) => gap.to >= look.from && gap.from <= until) ?? []
    for (const gap of gaps) drawGap(context, hatch, gap, track, drawing)
    if (gaps.length <= mostLabels) for (const gap of gaps) labelGap(context, gap, track, drawing)
  }
  drawMarkers(context, drawing)
}

function drawMarkers(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { scene, palette, recording, look } = drawing
  const until = look.from + look.seconds
  const shown = recording.markers.filter(({ time }) => time >= look.from && time <= until)
  const { marker: ground, ground: ink } = palette
  context.fillStyle = ground
  for (const { time } of shown) {
    context.fillRect(Math.round(xOf(time, drawing)), 0, 1, scene.height)
  }
  if (shown.length > mostMarkers) return
  const flags = shown.map(({ time, label }) => ({ text: label, x: Math.round(xOf(time, drawing)) }))
  drawFlagsInLanes(context, scene.width, flags, { ground, ink })
}

function drawGap(
  context: CanvasRenderingContext2D,
  hatch: CanvasPattern,
  { from, to }: ReviewGap,
  { top, bottom }: Track,
  drawing: Drawing,
): void {
  const x0 = Math.max(0, xOf(from, drawing))
  const x1 = Math.min(drawing.scene.width, xOf(to, drawing))
  const width = Math.max(leastGapPixels, x1 - x0)
  context.fillStyle = drawing.palette.ground
  context.fillRect(x0, top, width, bottom - top)
  context.fillStyle = hatch
  context.fillRect(x0, top, width, bottom - top)
}

function labelGap(
  context: CanvasRenderingContext2D,
  { from, lostSamples, exact }: ReviewGap,
  { top }: Track,
  drawing: Drawing,
): void {
  const { warning: ink, warningGround: ground } = drawing.palette
  const text = `${exact ? '' : '≈ '}${formatCount(lostSamples)} lost`
  const x = Math.max(0, xOf(from, drawing))
  drawFlag(context, drawing.scene.width, { text, x, y: top + flagHeight + 2, ground, ink })
}
