/** What a gap looks like. */

export const leastGapPixels = 3

export function hatchOf(context: CanvasRenderingContext2D, colour: string): CanvasPattern {
  const tile = document.createElement('canvas')
  tile.width = tile.height = 6
  const pen = tile.getContext('2d')!
  pen.strokeStyle = colour
  pen.globalAlpha = 0.55
  pen.lineWidth = 1
  for (const offset of [-6, 0, 6]) {
    pen.moveTo(offset, 6)
    pen.lineTo(offset + 6, 0)
  }
  pen.stroke()
  return context.createPattern(tile, 'repeat')!
}
