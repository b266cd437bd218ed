/** A label at a line: to its right, or to its left where the screen ends. */

export const flagHeight = 16
const longestLabel = 28

export interface Flag {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly ground: string
  readonly ink: string
}

/** @returns where it ends */
export function drawFlag(
  context: CanvasRenderingContext2D,
  screenWidth: number,
  flag: Flag,
): number {
  const { text, x, y, ground, ink } = flag
  const label = text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text
  const width = Math.ceil(context.measureText(label).width) + 8
  const left = x + width > screenWidth ? x - width + 1 : x
  context.fillStyle = ground
  context.fillRect(left, y, width, flagHeight)
  context.fillStyle = ink
  context.fillText(label, left + 4, y + flagHeight / 2 + 0.5)
  return left + width
}
