/**
 * The host's clock: seconds on the system's monotonic clock, the same number line in every thread
 * and process of this machine. Steps of the wall clock do not move it.
 */
import { performance } from 'node:perf_hooks'
import type { Clock } from '../signal/index.ts'

/** `performance.now()` counts from the start of the thread; it makes no garbage, `hrtime` does. */
const offsetSeconds = offsetToSystemClock()

/**
 * From the tightest of many readings between two of the system clock: the first ones, still cold,
 * are late by up to 100 µs, which would stand for ever between this thread's times and others'.
 */
function offsetToSystemClock(): number {
  let best = { spanSeconds: Number.POSITIVE_INFINITY, offset: 0 }
  for (let i = 0; i < 64; i++) {
    const before = systemSeconds()
    const local = performance.now() / 1000
    const spanSeconds = systemSeconds() - before
    if (spanSeconds < best.spanSeconds) {
      best = { spanSeconds, offset: before + spanSeconds / 2 - local }
    }
  }
  return best.offset
}

function systemSeconds(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds + nanoseconds / 1e9
}

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
