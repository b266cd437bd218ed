/** The clock on the wall, for the few tests that talk to a real terminal. */
import type { Clock } from '../src/signal/index.ts'

export const realClock: Clock = {
  now: () => performance.now() / 1000,
  every(seconds, tick) {
    const timer = setInterval(tick, seconds * 1000)
    return () => clearInterval(timer)
  },
  after(seconds, fire) {
    const timer = setTimeout(fire, seconds * 1000)
    return () => clearTimeout(timer)
  },
}

/** Waits until it is so; a test that would wait longer than that is wrong. */
export async function until(isSo: () => boolean, what: string, seconds = 8): Promise<void> {
  const deadline = realClock.now() + seconds
  while (!isSo()) {
    if (realClock.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await new Promise((resolve) => realClock.after(0.005, () => resolve(undefined)))
  }
}
