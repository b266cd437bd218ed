/** Power as it is, or in decibels. */

/** No power at all is this many decibels, so that every value is finite. */
const leastDecibel = -300

export function decibel(power: number): number {
  return power > 0 ? Math.max(leastDecibel, 10 * Math.log10(power)) : leastDecibel
}
