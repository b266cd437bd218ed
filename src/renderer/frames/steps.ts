/** The steps of the two knobs of every EEG viewer, and of the rate at which traces are asked for. */

/** Seconds per screen. */
export const timeBases = [1, 2, 5, 10, 20, 30, 60] as const

/** Microvolts per division, 1-2-5. */
export const scaleSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const

/** The next step in `direction`; stays at the end of the list. */
export function step(steps: readonly number[], value: number, direction: 1 | -1): number {
  const next =
    direction === 1 ? steps.find((each) => each > value) : steps.findLast((each) => each < value)
  return next ?? value
}

const binRates = [
  10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100, 125, 160, 200, 250, 320, 400, 500, 640, 800, 1000,
  1250, 1600, 2000, 2500, 3200, 4000,
]

/** More than one, so that what a pixel can show is drawn sample by sample, not as its envelope. */
const binsPerPixel = 2.5

/**
 * Bins per second that fill `pixels` device pixels in `seconds`. In steps, so that dragging a
 * panel's edge does not make the host build its filters again for every pixel.
 */
export function wantedBinRate(pixels: number, seconds: number): number {
  const wanted = (binsPerPixel * pixels) / seconds
  return binRates.find((rate) => rate >= wanted) ?? 4000
}

const perMicrovolt: Readonly<Record<string, number>> = { nV: 1000, uV: 1, µV: 1, mV: 1e-3, V: 1e-6 }

export function isVoltage(unit: string): boolean {
  return unit in perMicrovolt
}

/**
 * How much of a unit makes a division: the scale is for voltages, all else is one to one, or as was
 * fitted to it.
 */
export function unitsPerDivision(
  unit: string,
  microvoltsPerDivision: number,
  fitted?: number | undefined,
): number {
  const factor = perMicrovolt[unit]
  return factor === undefined ? (fitted ?? 1) : microvoltsPerDivision * factor
}

/**
 * The least of 1, 2, 5, 10 … in which values of this span fill a division at most.
 * @param size of the values themselves, for those that never change
 */
export function fittedDivision(span: number, size: number): number {
  const wanted = span > 0 ? span : size > 0 ? size : 1
  const decade = 10 ** Math.floor(Math.log10(wanted))
  const found = [1, 2, 5, 10].find((each) => each * decade >= wanted * (1 - 1e-9)) ?? 10
  // As it is written: 0.2, and not 0.20000000000000001.
  return Number((found * decade).toPrecision(1))
}
