/**
 * Where the electrodes of the 10-20, 10-10 and 10-05 systems lie on a sphere, X right, Y front, Z
 * up: as on MNE's standard head (standard_1005), seen from the centre of the sphere that fits all
 * its electrodes. A cap on another head differs by some degrees.
 * Oostenveld & Praamstra (2001), The five percent electrode system.
 */
import { tenFiveTable } from './ten-five-table.ts'

/** Beside the inion some count on from PO9. */
const otherNames = { O9: 'I1', O10: 'I2' } as const

export type Direction = readonly [x: number, y: number, z: number]

/** The direction of an electrode from the centre of the head, by its name in upper case. */
export function tenFiveDirection(electrode: string): Direction | undefined {
  return directions.get(electrode)
}

function build(): ReadonlyMap<string, Direction> {
  const words = tenFiveTable.trim().split(/\s+/)
  const found = new Map<string, Direction>()
  for (let i = 0; i < words.length; i += 3) {
    const [right, up] = [words[i + 1], words[i + 2]].map((word) => (Number(word) * Math.PI) / 180)
    const level = Math.cos(up!)
    const direction = [level * Math.sin(right!), level * Math.cos(right!), Math.sin(up!)] as const
    found.set(words[i]!.toUpperCase(), direction)
  }
  for (const [other, name] of Object.entries(otherNames)) found.set(other, found.get(name)!)
  return found
}

const directions = build()
