/** Where the channels of a stream lie on the head: from their positions, or else their labels. */
import type { Channel } from '../../signal/index.ts'
import { type Direction, tenFiveDirection } from '../../signal/index.ts'
import { electrodeOf } from './electrode.ts'

/** Centre of a head in its own frame, where too few positions are known to fit a sphere. */
const usualCentre: Direction = [0, 0, 0.04]
/** Radii in metres that a sphere through electrodes may have. */
const headRadius = { least: 0.05, most: 0.15 }

/**
 * Unit vectors from the centre of the head, which is that of the sphere that fits the positions
 * best; undefined for a channel with neither position nor a 10-05 label.
 */
export function directionsOf(channels: readonly Channel[]): (Direction | undefined)[] {
  const positions = channels.flatMap(({ position }) => (position ? [position] : []))
  const centre = sphereCentre(positions)
  return channels.map(({ label, position }) =>
    position ? unit(subtract(position, centre)) : tenFiveDirection(electrodeOf(label)),
  )
}

export function cosineBetween(a: Direction, b: Direction): number {
  return Math.min(1, Math.max(-1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]))
}

function subtract(a: Direction, b: Direction): Direction {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function unit([x, y, z]: Direction): Direction {
  const length = Math.hypot(x, y, z) || 1
  return [x / length, y / length, z / length]
}

/** Least squares: |p|² = 2 c·p + const, solved for c around the mean of the positions. */
function sphereCentre(positions: readonly Direction[]): Direction {
  const count = positions.length
  if (count < 6) return usualCentre
  const mean = [0, 1, 2].map((k) => positions.reduce((sum, p) => sum + p[k]! / count, 0))
  const middle = mean as unknown as Direction
  const away = positions.map((p) => subtract(p, middle))
  const squares = away.map((p) => p[0] ** 2 + p[1] ** 2 + p[2] ** 2)
  const level = squares.reduce((sum, s) => sum + s / count, 0)
  const matrix = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => away.reduce((sum, p) => sum + 2 * p[i]! * p[j]!, 0)),
  )
  const right = [0, 1, 2].map((i) =>
    away.reduce((sum, p, n) => sum + p[i]! * (squares[n]! - level), 0),
  )
  const offset = solveThree(matrix, right)
  if (!offset) return usualCentre
  const radius = Math.sqrt(level + offset[0] ** 2 + offset[1] ** 2 + offset[2] ** 2)
  if (!(radius > headRadius.least && radius < headRadius.most)) return usualCentre
  return [middle[0] + offset[0], middle[1] + offset[1], middle[2] + offset[2]]
}

/** Cramer's rule; undefined where the positions lie nearly in one plane. */
function solveThree(matrix: number[][], right: number[]): Direction | undefined {
  const determinant = (m: number[][]) =>
    m[0]![0]! * (m[1]![1]! * m[2]![2]! - m[1]![2]! * m[2]![1]!) -
    m[0]![1]! * (m[1]![0]! * m[2]![2]! - m[1]![2]! * m[2]![0]!) +
    m[0]![2]! * (m[1]![0]! * m[2]![1]! - m[1]![1]! * m[2]![0]!)
  const whole = determinant(matrix)
  const trace = matrix[0]![0]! + matrix[1]![1]! + matrix[2]![2]!
  if (!(Math.abs(whole) > 1e-4 * (trace / 3) ** 3)) return undefined
  const solved = [0, 1, 2].map(
    (k) =>
      determinant(matrix.map((row, i) => row.map((v, j) => (j === k ? right[i]! : v)))) / whole,
  )
  return solved as unknown as Direction
}
