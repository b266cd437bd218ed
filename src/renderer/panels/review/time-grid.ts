/** Where the lines of time stand behind a stretch of a recording, and which of them have a label. */

const steps = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  10_800, 21_600, 43_200,
]
/** Narrower than this, lines are a texture. */
const leastLinePixels = 12
const leastLabelPixels = 84

export interface TimeLine {
  /** Seconds since the beginning of the recording. */
  readonly seconds: number
  readonly isStrong: boolean
}

/**
 * @param from seconds since the beginning of the recording, at the left edge
 * @returns a line for every second where there is room for it, else for every so many; the strong
 * ones are those that have a label
 */
export function timeLines(from: number, seconds: number, width: number): TimeLine[] {
  const pixels = width / seconds
  const fine = stepOf(leastLinePixels / pixels, seconds <= 2 ? 0 : 1)
  const strong = stepOf(leastLabelPixels / pixels, fine)
  const lines: TimeLine[] = []
  for (let i = Math.ceil(from / fine); i * fine <= from + seconds; i++) {
    const at = i * fine
    const isStrong = Math.abs(at / strong - Math.round(at / strong)) < 1e-6
    lines.push({ seconds: at, isStrong })
  }
  return lines
}

/** Of the strong lines some coarser step is a multiple: a label stands where a line is. */
function stepOf(wanted: number, multipleOf: number): number {
  const fits = (step: number) =>
    step >= wanted && step >= multipleOf && (multipleOf === 0 || isMultiple(step, multipleOf))
  return steps.find(fits) ?? 86_400
}

function isMultiple(step: number, of: number): boolean {
  return Math.abs(step / of - Math.round(step / of)) < 1e-6
}
