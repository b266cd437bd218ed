/** How long to wait before trying again to reach the host: quick at first, then patient. */
const waitsMs = [250, 500, 1000, 2000, 4000]

/** @param attempt counts from 0 */
export function backoffMs(attempt: number): number {
  return waitsMs[Math.min(attempt, waitsMs.length - 1)]!
}
