/** liblsl's clock beside the host's: both count the system's monotonic seconds, from their own zero. */
import type { Clock } from '../signal/index.ts'
import type { LslLibrary } from './library.ts'

const readings = 8

/** Host time minus LSL time, from the tightest of several readings between two of the host's. */
export function hostMinusLsl(lsl: LslLibrary, clock: Clock): number {
  let tightest = Number.POSITIVE_INFINITY
  let offset = 0
  for (let i = 0; i < readings; i++) {
    const before = clock.now()
    const there = lsl.lsl_local_clock() as number
    const span = clock.now() - before
    if (span < tightest) {
      tightest = span
      offset = before + span / 2 - there
    }
  }
  return offset
}
