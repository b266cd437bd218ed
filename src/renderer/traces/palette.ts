/** The colours of the canvases, read from the page's theme. */

export interface Palette {
  readonly ground: string
  readonly grid: string
  readonly gridStrong: string
  readonly rowSelected: string
  readonly trace: string
  readonly traceSelected: string
  readonly traceBad: string
  readonly cursor: string
  readonly marker: string
  readonly warning: string
  readonly warningGround: string
  readonly dim: string
  readonly font: string
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ground: colour('ground'),
    grid: colour('grid'),
    gridStrong: colour('grid-strong'),
    rowSelected: colour('row-selected'),
    trace: colour('trace'),
    traceSelected: colour('trace-selected'),
    traceBad: colour('trace-bad'),
    cursor: colour('cursor'),
    marker: colour('marker'),
    warning: colour('warning'),
    warningGround: colour('warning-ground'),
    dim: colour('dim'),
    font: colour('font'),
  }
}

/** An empty canvas of that many pixels whose context counts in pixels of the page. */
export function sizeCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number,
): CanvasRenderingContext2D {
  const [columns, lines] = [Math.round(width * ratio), Math.round(height * ratio)]
  const context = canvas.getContext('2d')!
  // Another size means another piece of memory, which takes longer than a screenful of traces.
  if (canvas.width !== columns || canvas.height !== lines) {
    canvas.width = columns
    canvas.height = lines
  } else context.clearRect(0, 0, width, height)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}
