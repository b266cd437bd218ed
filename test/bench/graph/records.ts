/**
 * The work that all do: of records with a time and two values make `y = 2 a − b`, keep those above
 * 0, and say of every second of their own time how many there were, their mean and their largest.
 */

export interface Records {
  readonly count: number
  /** Seconds: 1000 a second. */
  readonly time: Float64Array
  readonly a: Float32Array
  readonly b: Float32Array
}

/** What is said of one second. */
export interface WindowResult {
  readonly count: number
  readonly mean: number
  readonly max: number
}

export const recordRateHz = 1000

/** Values are eighths of whole numbers, so float32 and float64 agree on every `y`. */
export function newRecords(count: number): Records {
  const time = new Float64Array(count)
  const a = new Float32Array(count)
  const b = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    time[i] = i / recordRateHz
    a[i] = valueAt(i, 7919) + (i === 0 ? 1000 : 0)
    b[i] = valueAt(i, 104_729)
  }
  return { count, time, a, b }
}

/** `bytewax_peer.py` and `ezmsg_peer.py` make the same. */
function valueAt(i: number, step: number): number {
  return ((i * step) % 2003) / 8 - 125
}

/** By the plainest loop; the last second is never over. */
export function expectedWindows({ count, time, a, b }: Records): WindowResult[] {
  const windows: WindowResult[] = []
  let [n, sum, max, second] = [0, 0, Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < count; i++) {
    const y = 2 * a[i]! - b[i]!
    if (!(y > 0)) continue
    if (Math.floor(time[i]!) > second) {
      windows.push({ count: n, mean: sum / n, max })
      ;[n, sum, max, second] = [0, 0, Number.NEGATIVE_INFINITY, Math.floor(time[i]!)]
    }
    n++
    sum += y
    max = Math.max(max, y)
  }
  return windows
}

/** @throws Error when a contender did other work than all the others */
export function assertSame(
  name: string,
  found: readonly WindowResult[],
  expected: readonly WindowResult[],
): void {
  const differs = expected.findIndex((window, i) => {
    const other = found[i]
    if (other?.count !== window.count || other.max !== window.max) return true
    return Math.abs(other.mean - window.mean) > Math.abs(window.mean) * 1e-6
  })
  if (differs < 0 && found.length === expected.length) return
  const at = differs < 0 ? expected.length : differs
  throw new Error(
    `${name}: window ${at} of ${found.length} is ${JSON.stringify(found[at])}, ` +
      `expected ${JSON.stringify(expected[at])} of ${expected.length}`,
  )
}
