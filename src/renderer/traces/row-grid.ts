/** What stands still behind all traces: the ground, zero lines, the selected row. */
import { type Palette, sizeCanvas } from './palette.ts'
import type { Scene } from './scene.ts'

/** Below this rows are too close for a zero line each. */
const zeroLinePixels = 22

/** @param drawTimes draws the lines of time, over the ground and under the rows */
export function drawRowGrid(
  canvas: HTMLCanvasElement,
  scene: Scene,
  palette: Palette,
  drawTimes: (context: CanvasRenderingContext2D) => void,
): void {
  const { width, height, ratio, tracks } = scene
  const context = sizeCanvas(canvas, width, height, ratio)
  context.fillStyle = palette.ground
  context.fillRect(0, 0, width, height)
  drawSelection(context, scene, palette)
  drawTimes(context)
  for (const track of tracks) {
    if (scene.rowHeight >= zeroLinePixels) {
      for (const { centreY } of track.rows) {
        hairLine(context, 0, centreY, width, centreY, palette.grid)
      }
    }
    if (track.top > 0) hairLine(context, 0, track.top, width, track.top, palette.gridStrong)
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

/** On whole device pixels. */
export function hairLine(
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
