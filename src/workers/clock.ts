/**
 * The host's clock: seconds on the system's monotonic clock, the same number line in every thread
 * and process of this machine. Steps of the wall clock do not move it.
 */
import { performance } from 'node:perf_hooks'
import type { Clock } from '../signal/index.ts'

const [seconds, nanoseconds] = process.hrtime()
/** `performance.now()` counts from the start of the thread; it makes no garbage, `hrtime` does. */
const offsetSeconds = seconds + nanoseconds / 1e9 - performance.now() / 1000

export const hostClock: Clock = {
  now: () => performance.now() / 1000 + offsetSeconds,
  every(seconds, tick) {
    const timer = setInterval(tick, seconds * 1000)
    return () => clearInterval(timer)
  },
  after(seconds, fire) {
    const timer = setTimeout(fire, seconds * 1000)
    return () => clearTimeout(timer)
  },
}
