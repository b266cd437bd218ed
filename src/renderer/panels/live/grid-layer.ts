/** What stands still behind the traces: seconds, zero lines, the selected row. */
import { type Palette, sizeCanvas } from './palette.ts'
import type { Scene } from './scene.ts'

/** Below this rows are too close for a zero line each. */
const zeroLinePixels = 22

export function drawGrid(canvas: HTMLCanvasElement, scene: Scene, palette: Palette): void {
  const { width, height, ratio, tracks } = scene
  const context = sizeCanvas(canvas, width, height, ratio)
  context.fillStyle = palette.ground
  context.fillRect(0, 0, width, height)
  drawSelection(context, scene, palette)
  drawSeconds(context, scene, palette)
  for (const track of tracks) {
    if (scene.rowHeight >= zeroLinePixels) {
      for (const { centreY } of track.rows) line(context, 0, centreY, width, centreY, palette.grid)
    }
    if (track.top > 0) line(context, 0, track.top, width, track.top, palette.gridStrong)
  }
}

function drawSelection(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  for (const { rows } of scene.tracks) {
    const row = rows.find(({ key }) => key === scene.selected)
    if (!row) continue
    context.fillStyle = palette.rowSelected
    context.fillRect(0, row.centreY - scene.rowHeight / 2, scene.width, scene.rowHeight)
  }
}

function drawSeconds(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { width, height, seconds } = scene
  const strongEvery = seconds > 10 ? 5 : seconds
  for (let second = 1; second < seconds; second++) {
    const x = (second / seconds) * width
    const strong = second % strongEvery === 0
    line(context, x, 0, x, height, strong ? palette.gridStrong : palette.grid)
  }
  if (seconds > 2) return
  for (let tenth = 1; tenth < seconds * 10; tenth++) {
    const x = (tenth / (seconds * 10)) * width
    line(context, x, height - (tenth % 5 === 0 ? 8 : 4), x, height, palette.gridStrong)
  }
}

/** A hair line, on whole device pixels. */
function line(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colour: string,
): void {
  context.fillStyle = colour
  context.fillRect(Math.round(x0), Math.round(y0), Math.max(1, x1 - x0), Math.max(1, y1 - y0))
}
