/** The seconds behind the live traces. */
import type { Palette } from '../../traces/palette.ts'
import { drawRowGrid, hairLine } from '../../traces/row-grid.ts'
import type { Scene } from '../../traces/scene.ts'

export function drawGrid(canvas: HTMLCanvasElement, scene: Scene, palette: Palette): void {
  drawRowGrid(canvas, scene, palette, (context) => drawSeconds(context, scene, palette))
}

function drawSeconds(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { width, height, seconds } = scene
  const strongEvery = seconds > 10 ? 5 : seconds
  for (let second = 1; second < seconds; second++) {
    const x = (second / seconds) * width
    const strong = second % strongEvery === 0
    hairLine(context, x, 0, x, height, strong ? palette.gridStrong : palette.grid)
  }
  if (seconds > 2) return
  for (let tenth = 1; tenth < seconds * 10; tenth++) {
    const x = (tenth / (seconds * 10)) * width
    hairLine(context, x, height - (tenth % 5 === 0 ? 8 : 4), x, height, palette.gridStrong)
  }
}
