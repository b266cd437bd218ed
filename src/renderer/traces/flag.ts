/** Labels at lines: each to the right of its line, or to the left where the screen ends. */

export const flagHeight = 16
const longestLabel = 28
/** Labels of markers stand in so many lines at most: more would hide the traces. */
const lanes = 4

export interface Colours {
  readonly ground: string
  readonly ink: string
}

export interface Flag extends Colours {
  readonly text: string
  readonly x: number
  readonly y: number
}

export function drawFlag(
  context: CanvasRenderingContext2D,
  screenWidth: number,
  { text, x, y, ...colours }: Flag,
): void {
  drawPlaced(context, placed(context, screenWidth, text, x), y, colours)
}

/** Beneath each other where they would stand on each other; where there is no room, none. */
export function drawFlagsInLanes(
  context: CanvasRenderingContext2D,
  screenWidth: number,
  flags: readonly { readonly text: string; readonly x: number }[],
  colours: Colours,
): void {
  const all = flags
    .map(({ text, x }) => placed(context, screenWidth, text, x))
    .sort((a, b) => a.left - b.left)
  lanesOf(all).forEach((lane, i) => {
    if (lane >= 0) drawPlaced(context, all[i]!, lane * (flagHeight + 1), colours)
  })
}

/** @param spans from left to right @returns the lane of each; −1 where all are taken */
export function lanesOf(spans: readonly { readonly left: number; readonly width: number }[]) {
  const ends = new Array<number>(lanes).fill(Number.NEGATIVE_INFINITY)
  return spans.map(({ left, width }) => {
    const lane = ends.findIndex((end) => end < left)
    if (lane >= 0) ends[lane] = left + width
    return lane
  })
}

interface Placed {
  readonly label: string
  readonly left: number
  readonly width: number
}

function placed(
  context: CanvasRenderingContext2D,
  screenWidth: number,
  text: string,
  x: number,
): Placed {
  const label = text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text
  const width = Math.ceil(context.measureText(label).width) + 8
  return { label, width, left: x + width > screenWidth ? x - width + 1 : x }
}

function drawPlaced(
  context: CanvasRenderingContext2D,
  { label, left, width }: Placed,
  y: number,
  { ground, ink }: Colours,
): void {
  context.fillStyle = ground
  context.fillRect(left, y, width, flagHeight)
  context.fillStyle = ink
  context.fillText(label, left + 4, y + flagHeight / 2 + 0.5)
}
