/**
 * Potentials of current dipoles in a head of concentric spheres: brain, skull and scalp, seen at
 * electrodes on the outermost. Exact as a series of Legendre polynomials; the shells' conditions
 * are passed from the scalp inwards. Rush & Driscoll (1969), EEG electrode sensitivity; Yao (2001).
 */

import type { Direction } from '../../signal/index.ts'
import { cosineBetween } from './directions.ts'
import { legendreSum } from './legendre.ts'

/** Radii relative to the scalp's, conductivities relative to the brain's, from inside outwards. */
const shells = [
  { radius: 0.87, conductivity: 1 },
  { radius: 0.92, conductivity: 0.0125 },
  { radius: 1, conductivity: 1 },
] as const

/** The sources' sphere lies just inside the skull. */
const sourceRadius = 0.869
const sourceCount = 2000
const terms = 150

/**
 * Lead field of radial dipoles spread evenly over a closed sphere just inside the skull, up to a
 * factor: one row of `sourceCount` values per electrode.
 */
export function leadField(electrodes: readonly Direction[]): Float64Array[] {
  const weights = radialWeights()
  const sources = evenDirections(sourceCount)
  return electrodes.map((electrode) =>
    Float64Array.from(sources, (source) => legendreSum(weights, cosineBetween(electrode, source))),
  )
}

/** What each term of the series counts on the scalp, for a radial dipole of moment 4π. */
function radialWeights(): Float64Array {
  return Float64Array.from({ length: terms + 1 }, (_, n) =>
    n === 0 ? 0 : ((2 * n + 1) / (n + 1) / sourceShare(n)) * n * sourceRadius ** (n - 1),
  )
}

/**
 * Share of r^−(n+1) in the innermost shell's potential a·rⁿ + b·r^−(n+1), where the outermost's is
 * the one without current through the scalp: rⁿ + n / (n + 1) · r^−(n+1).
 */
function sourceShare(n: number): number {
  let [a, b] = [1, n / (n + 1)]
  for (let k = shells.length - 1; k > 0; k--) {
    const { radius, conductivity } = shells[k - 1]!
    const ratio = shells[k]!.conductivity / conductivity
    // Potential and current are continuous where two shells meet.
    const rising = a * radius ** n
    const falling = b * radius ** (-n - 1)
    const potential = rising + falling
    const slope = ratio * (n * rising - (n + 1) * falling)
    a = ((n + 1) * potential + slope) / (2 * n + 1) / radius ** n
    b = ((n * potential - slope) / (2 * n + 1)) * radius ** (n + 1)
  }
  return b
}

/** Points of a Fibonacci lattice, each about the same area from its neighbours. */
function evenDirections(count: number): Direction[] {
  const golden = Math.PI * (3 - Math.sqrt(5))
  return Array.from({ length: count }, (_, i): Direction => {
    const z = 1 - (2 * i + 1) / count
    const level = Math.sqrt(1 - z * z)
    return [level * Math.cos(i * golden), level * Math.sin(i * golden), z]
  })
}
