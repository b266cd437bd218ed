/** Draws the overview strip: asked for once it can be told, and again while it is being built. */
import type { Reviewed } from '../../../contract/index.ts'
import type { Workbench } from '../../state/workbench.ts'
import { leastGapPixels } from '../../traces/hatch.ts'
import { readPalette, sizeCanvas } from '../../traces/palette.ts'
import { type ShownPage, shownPage } from './page-feed.ts'
import { swingsOf } from './swings.ts'

const againMs = 700
const mostChannels = 128
/** Of all columns so many stay within the strip; the wildest do not flatten the others. */
const fullShare = 0.98
/** Wider than a column: of a short recording a column has one sample, which does not swing. */
const barPixels = 3

export class OverviewScreen {
  readonly #frame: HTMLElement
  readonly #canvas: HTMLCanvasElement
  readonly #workbench: Workbench
  readonly #ends: (() => void)[]
  #page: ShownPage | null = null
  /** What the page is of: its recording, and the columns it was asked for. */
  #key = ''
  #timer: ReturnType<typeof setTimeout> | undefined
  #isEnded = false

  constructor(frame: HTMLElement, canvas: HTMLCanvasElement, workbench: Workbench) {
    this.#frame = frame
    this.#canvas = canvas
    this.#workbench = workbench
    const size = new ResizeObserver(() => this.#refresh())
    size.observe(frame)
    const theme = new MutationObserver(() => this.#draw())
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.#ends = [
      () => size.disconnect(),
      () => theme.disconnect(),
      workbench.review.state.subscribe(() => this.#refresh()),
    ]
    this.#refresh()
  }

  end(): void {
    this.#isEnded = true
    clearTimeout(this.#timer)
    for (const end of this.#ends) end()
  }

  #refresh(): void {
    const { review, recording } = this.#workbench.review.state.get()
    const columns = Math.round(this.#frame.clientWidth * window.devicePixelRatio)
    const key = `${review} ${columns}`
    if (key === this.#key || !recording || review === null || columns === 0) return
    this.#key = key
    clearTimeout(this.#timer)
    this.#draw()
    void this.#ask(review, recording, columns, key)
  }

  async #ask(review: string, recording: Reviewed, columns: number, key: string): Promise<void> {
    const stream = longestStream(recording)
    const { from, to } = recording
    if (!stream || !(to > from)) return
    const channels = Array.from(
      { length: Math.min(mostChannels, stream.channels.length) },
      (_, i) => i,
    )
    try {
      const query = { review, stream: stream.id, channels, from, to, columns, view: null }
      const page = await this.#workbench.link.call('review.page', query)
      if (this.#isEnded || key !== this.#key) return
      this.#page = shownPage(page, channels, { from, to }, null)
      this.#draw()
      if (page.complete) return
    } catch {
      // The traces beneath tell what is wrong.
      return
    }
    this.#timer = setTimeout(() => void this.#ask(review, recording, columns, key), againMs)
  }

  #draw(): void {
    const { recording } = this.#workbench.review.state.get()
    const { clientWidth: width, clientHeight: height } = this.#frame
    if (!recording || width === 0) return
    const palette = readPalette(this.#frame)
    const context = sizeCanvas(this.#canvas, width, height, window.devicePixelRatio)
    context.fillStyle = palette.ground
    context.fillRect(0, 0, width, height)
    const whole = recording.to - recording.from || 1
    const xOf = (time: number) => ((time - recording.from) / whole) * width
    if (this.#page) drawSwing(context, this.#page, xOf, height, palette.traceBad)
    context.fillStyle = palette.warning
    for (const { gaps } of recording.streams) {
      for (const { from, to } of gaps) {
        const x = xOf(from)
        const wide = Math.max(leastGapPixels / 2, xOf(to) - x)
        context.globalAlpha = 0.35
        context.fillRect(x, 0, wide, height)
        context.globalAlpha = 1
        context.fillRect(x, height - 3, wide, 3)
      }
    }
    context.fillStyle = palette.marker
    for (const { time } of recording.markers) context.fillRect(Math.round(xOf(time)), 0, 1, 7)
  }
}

/** The signal itself: the stream with the most samples. */
function longestStream({ streams }: Reviewed) {
  const size = (each: Reviewed['streams'][number]) => each.samples * each.channels.length
  return streams.toSorted((a, b) => size(b) - size(a))[0]
}

function drawSwing(
  context: CanvasRenderingContext2D,
  page: ShownPage,
  xOf: (time: number) => number,
  height: number,
  colour: string,
): void {
  const swings = swingsOf(page, (time) => Math.floor(xOf(time) / barPixels))
  const known = [...swings.values()].filter((each) => !Number.isNaN(each)).sort((a, b) => a - b)
  const full = known[Math.floor((known.length - 1) * fullShare)] || 1
  context.fillStyle = colour
  const room = height - 10
  for (const [bar, swing] of swings) {
    if (Number.isNaN(swing)) continue
    const high = Math.max(1, Math.min(1, swing / full) * (room - 4))
    context.fillRect(bar * barPixels, 8 + (room - high) / 2, barPixels, high)
  }
}
