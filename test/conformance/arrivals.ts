/** Random streams for properties of event time: rates, jitter, gaps, orders of arrival, cuts. */
import fc from 'fast-check'
import type { Arrival, PortFrame } from './run-ports.ts'

/** Frames at increasing times: a steady pace with jitter, here and there a pause; some NaN. */
export function timedFrames(
  channels: number,
  maxLength = 80,
  minLength = 0,
): fc.Arbitrary<PortFrame[]> {
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 200 }) },
  )
  const value = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -64, max: 64 }).map((n) => n / 8) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  )
  const frame = fc.tuple(step, fc.array(value, { minLength: channels, maxLength: channels }))
  return fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.array(frame, { minLength, maxLength }))
    .map(([pace, frames]) => {
      let ticks = 0
      return frames.map(([ahead, values]) => {
        ticks += ahead * pace
        return { time: ticks / 64, values }
      })
    })
}

/** How the frames of one stream are cut into chunks. */
export function cuts(port: string): fc.Arbitrary<Arrival[]> {
  return fc.array(fc.nat(9).map((frames): Arrival => ({ port, frames })))
}

/** Frames arrive in the order of time plus the lag of their port, one by one or in runs. */
export function inOrder(
  feeds: Readonly<Record<string, readonly PortFrame[]>>,
  lagSeconds: Readonly<Record<string, number>>,
): Arrival[] {
  const all = Object.entries(feeds).flatMap(([port, frames]) =>
    frames.map(({ time }) => ({ port, at: time + lagSeconds[port]! })),
  )
  all.sort((a, b) => a.at - b.at)
  return all.map(({ port }) => ({ port, frames: 1 }))
}

/** Arrivals of the same port that follow each other become one. */
export function joinRuns(arrivals: readonly Arrival[]): Arrival[] {
  const joined: Arrival[] = []
  for (const { port, frames } of arrivals) {
    const last = joined.at(-1)
    if (last?.port === port) joined[joined.length - 1] = { port, frames: last.frames + frames }
    else joined.push({ port, frames })
  }
  return joined
}
