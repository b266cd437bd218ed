/** Which box an arrow key leads to: up and down along the samples, left and right beside. */
import type { Box } from './layout.ts'

const directions = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
} as const

/** Sideways distance counts so much more than that ahead. */
const sideways = 2

/** @returns undefined for another key, and where there is nothing on that side */
export function neighbour(
  boxes: readonly Box[],
  current: Box | undefined,
  key: string,
): Box | undefined {
  if (key === 'Home') return boxes[0]
  if (key === 'End') return boxes.at(-1)
  if (!(key in directions)) return undefined
  if (!current) return boxes[0]
  const { x, y } = directions[key as keyof typeof directions]
  const from = middleOf(current)
  const costs = boxes.flatMap((box) => {
    const to = middleOf(box)
    const ahead = (to.x - from.x) * x + (to.y - from.y) * y
    const aside = Math.abs((to.x - from.x) * y) + Math.abs((to.y - from.y) * x)
    return box !== current && ahead > aside / sideways / sideways && ahead > 1
      ? [{ box, cost: ahead + sideways * aside }]
      : []
  })
  costs.sort((a, b) => a.cost - b.cost)
  return costs[0]?.box
}

function middleOf({ x, y, width, height }: Box) {
  return { x: x + width / 2, y: y + height / 2 }
}
