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

/** That sphere in the head frame, in metres: MNE 1.13, standard_1005. */
const centre = [-0.001, 0.0148, 0.0394] as const
const radius = 0.0984

/**
 * Where an electrode would lie on the standard head, in metres in the head frame; not measured.
 * @param label `Fp1`, `EEG Fp1-Ref` and `fp1.` are all the electrode FP1
 */
export function standardPosition(label: string): readonly [number, number, number] | undefined {
  const electrode = label
    .trim()
    .replace(/^EEG\s+/i, '')
    .replace(/[-.].*$/, '')
  const direction = tenFiveDirection(electrode.toUpperCase())
  if (!direction) return undefined
  const [x, y, z] = direction.map((part, i) => Number((centre[i]! + radius * part).toFixed(4)))
  return [x!, y!, z!]
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
