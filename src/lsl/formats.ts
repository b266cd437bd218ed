/** LSL's numbers for its formats. */
import type { LslFormat } from '../signal/index.ts'

const numbers: Readonly<Record<LslFormat, number>> = {
  float32: 1,
  double64: 2,
  string: 3,
  int32: 4,
  int16: 5,
  int8: 6,
  int64: 7,
}

export function numberOfFormat(format: LslFormat): number {
  return numbers[format]
}

/** Undefined for what this version of LSL does not have. */
export function formatOfNumber(number: number): LslFormat | undefined {
  return (Object.keys(numbers) as LslFormat[]).find((format) => numbers[format] === number)
}
