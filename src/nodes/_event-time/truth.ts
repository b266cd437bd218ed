/** What is true of numbers, some of which may be none. */

/** Whether two numbers differ; what is no number differs from nothing. */
export function differs(a: number, b: number): boolean {
  return a < b || a > b
}

/** Neither 0 nor NaN. */
export function isTrue(value: number): boolean {
  return value < 0 || value > 0
}
