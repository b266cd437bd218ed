/**
 * The screen itself: three canvases over each other, drawn on animation frames from the feed,
 * past React. A view that stands still is drawn from a copy, while the feed goes on.
 */
import { qualityFields } from '../../../contract/index.ts'
import { type Row, sourceKey } from '../../frames/rows.ts'
import type { TraceBuffer } from '../../frames/trace-buffer.ts'
import type { Workbench } from '../../state/workbench.ts'
import { readPalette } from '../../traces/palette.ts'
import { type SceneRow, sceneOf } from '../../traces/scene.ts'
import { fitScales } from './fit-scales.ts'
import { drawGrid } from './grid-layer.ts'
import { OverlayLayer } from './overlay-layer.ts'
import { type Ink, TraceLayer } from './trace-layer.ts'

const reasonField = qualityFields.indexOf('reason')
/** Railed and flat: what is drawn there is not a brain. */
const badReasons = new Set([1, 2])

export interface ScreenParts {
  readonly frame: HTMLElement
  readonly grid: HTMLCanvasElement
  readonly traces: HTMLCanvasElement
  readonly overlay: HTMLCanvasElement
}

export class LiveScreen {
  readonly #parts: ScreenParts
  readonly #workbench: Workbench
  readonly #traces: TraceLayer
  readonly #overlay: OverlayLayer
  #rows: readonly Row[] = []
  #frozen: Map<string, readonly TraceBuffer[]> | null = null
  /** Host seconds at which the view was held. */
  #frozenAt: number | null = null
  #stale = true
  #request = 0
  #markers = 0
  readonly #ends: (() => void)[] = []

  constructor(parts: ScreenParts, workbench: Workbench) {
    this.#parts = parts
    this.#workbench = workbench
    const { feed } = workbench
    const traces = (key: string) => this.#frozen?.get(key) ?? feed.traces(key)
    const now = () => this.#frozenAt ?? feed.newestTime
    this.#traces = new TraceLayer(parts.traces, { traces, now, ink: (row) => this.#ink(row) })
    this.#overlay = new OverlayLayer(parts.overlay, {
      traces,
      now,
      markers: feed.markers,
      silence: ({ rows }) => silenceOf(workbench, rows[0]),
      title: ({ rows }) => titleOf(workbench, rows[0]),
      get isPaused() {
        return workbench.view.get().paused
      },
      get withheldAt() {
        return feed.withheldAt
      },
    })
    const refresh = () => {
      this.#stale = true
    }
    const size = new ResizeObserver(refresh)
    size.observe(parts.frame)
    const theme = new MutationObserver(refresh)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.#ends.push(
      () => size.disconnect(),
      () => theme.disconnect(),
      workbench.preferences.subscribe(refresh),
      workbench.view.subscribe(refresh),
      workbench.setup.subscribe(refresh),
      workbench.link.state.subscribe(refresh),
    )
    this.#tick()
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows
    this.#stale = true
  }

  end(): void {
    cancelAnimationFrame(this.#request)
    for (const end of this.#ends) end()
  }

  readonly #tick = () => {
    this.#request = requestAnimationFrame(this.#tick)
    fitScales(this.#workbench, this.#rows)
    if (this.#stale) this.#redraw()
    const moved = this.#traces.advance()
    const { length } = this.#workbench.feed.markers
    if (moved || length !== this.#markers) this.#overlay.draw()
    this.#markers = length
    const columns = String(this.#traces.columns)
    if (this.#parts.frame.dataset.columns !== columns) this.#parts.frame.dataset.columns = columns
  }

  #redraw(): void {
    const { clientWidth: width, clientHeight: height } = this.#parts.frame
    if (width === 0 || height === 0) return
    this.#stale = false
    this.#freeze()
    const preferences = this.#workbench.preferences.get()
    const { selected, fits } = this.#workbench.view.get()
    const ratio = window.devicePixelRatio
    const scene = sceneOf(this.#rows, { ...preferences, width, height, ratio, selected, fits })
    const palette = readPalette(this.#parts.frame)
    drawGrid(this.#parts.grid, scene, palette)
    this.#traces.show(scene, palette)
    this.#overlay.show(scene, palette)
  }

  #freeze(): void {
    const { paused } = this.#workbench.view.get()
    if (!paused) {
      this.#frozen = null
      this.#frozenAt = null
    } else if (!this.#frozen) {
      const { feed, setup } = this.#workbench
      this.#frozenAt = feed.newestTime
      const keys = new Set(setup.get()?.streams.map(sourceKey))
      this.#frozen = new Map(
        [...keys].map((key) => [key, feed.traces(key).map((buffer) => buffer.copy())]),
      )
    }
  }

  #ink(row: SceneRow): Ink {
    if (row.key === this.#workbench.view.get().selected) return 'traceSelected'
    if (isMeasured(this.#workbench, row)) return 'traceBad'
    const stream = this.#workbench.setup
      .get()
      ?.streams.find(
        ({ role, source, device }) =>
          role === 'quality' && source === row.source && device === row.device,
      )
    const latest = this.#workbench.feed.feature(stream)?.latest
    const reason = latest?.[row.channel * qualityFields.length + reasonField] ?? 0
    return badReasons.has(reason) ? 'traceBad' : 'trace'
  }
}

/** While its impedance is measured, what a channel shows is the current that measures it. */
function isMeasured({ setup }: Workbench, row: SceneRow): boolean {
  const { impedance } = setup.get()?.devices.find(({ id }) => id === row.device) ?? {}
  const input = impedance?.current && impedance.inputs.find(({ id }) => id === impedance.current)
  return input ? input.label === row.label : false
}

function titleOf({ setup }: Workbench, row: SceneRow | undefined): string {
  const output = setup.get()?.outputs.find(({ key }) => key === row?.source)
  if (output) return output.name
  const device = setup.get()?.devices.find(({ id }) => id === row?.device)
  const stream = device?.streams.find(({ id }) => id === row?.source)
  return [device?.name, stream?.type].filter(Boolean).join(' · ')
}

function silenceOf({ setup, link: host }: Workbench, row: SceneRow | undefined): string {
  if (host.state.get().kind !== 'open') return 'host away'
  const link = setup.get()?.devices.find(({ id }) => id === row?.device)?.link
  if (link === 'stalled') return 'silent'
  if (link === 'reconnecting') return 'reconnecting'
  return link === 'ended' ? 'ended' : ''
}
