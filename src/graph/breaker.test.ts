import { describe, expect, test } from 'vitest'
import { Breaker } from './breaker.ts'
import { type Resilience, resilienceSchema } from './spec.ts'

function breakerOf(breaker: object, restart?: Partial<Resilience['restart']>) {
  return new Breaker(resilienceSchema.parse({ onError: 'skip-chunk', breaker, restart }))
}

/** One letter a chunk: what it did, or `-` where it was not let in. */
function play(breaker: Breaker, chunks: readonly (readonly [time: number, isGood: boolean])[]) {
  return chunks
    .map(([time, isGood]) => {
      if (!breaker.admits(time)) return '-'
      if (isGood) breaker.succeeded(time)
      else breaker.failed(time)
      return isGood ? 'g' : 'b'
    })
    .join('')
}

const every = (step: number, pattern: string, from = 0) =>
  [...pattern].map((letter, i) => [from + i * step, letter === 'g'] as const)

describe('F8 the circuit breaker', () => {
  test('opens after so many failures within its window, not when they are further apart', () => {
    const close = breakerOf({ failures: 3, windowSeconds: 1, coolDownSeconds: 2 })
    expect(play(close, every(0.1, 'bgbgbgg'))).toBe('bgbgb--')
    expect(close.phase).toBe('open')
    const far = breakerOf({ failures: 3, windowSeconds: 1, coolDownSeconds: 2 })
    expect(play(far, every(0.6, 'bgbgbgbg'))).toBe('bgbgbgbg')
    expect(far.phase).toBe('closed')
  })

  test('with a share it stays closed while most chunks are good', () => {
    const most = breakerOf({ failures: 2, windowSeconds: 100, failureShare: 0.5 })
    expect(play(most, every(0.1, 'gggbgggbgggb'))).toBe('gggbgggbgggb')
    const half = breakerOf({ failures: 2, windowSeconds: 100, failureShare: 0.5 })
    expect(play(half, every(0.1, 'gbgbg'))).toBe('gbgb-')
  })

  test('half-open: one bad probe opens it again, so many good ones close it', () => {
    const breaker = breakerOf({ failures: 1, windowSeconds: 1, coolDownSeconds: 1, probes: 2 })
    // Fails at 0, rests to 1; the probe fails, rests to 2; two good probes close it.
    expect(play(breaker, every(0.5, 'bgbggg'))).toBe('b-b-gg')
    expect(breaker.phase).toBe('closed')
    // What was before it closed is forgotten.
    expect(play(breaker, [[3, true]])).toBe('g')
    const again = breakerOf({ failures: 1, windowSeconds: 1, coolDownSeconds: 1, probes: 2 })
    expect(play(again, every(0.5, 'bggb'))).toBe('b-gb')
    expect(again.phase).toBe('open')
    expect(again.admits(2.4)).toBe(false)
    expect(again.admits(2.5)).toBe(true)
    expect(again.phase).toBe('half-open')
  })

  test('F4 exponential restarts say how long it rests: doubled with every bad probe, up to a limit', () => {
    const restart = { policy: 'exponential' as const, baseSeconds: 1, maxSeconds: 3, attempts: 99 }
    const breaker = breakerOf({ failures: 2, windowSeconds: 60 }, restart)
    const bad = (time: number) => play(breaker, [[time, false]])
    expect([0, 0.1, 1, 1.1, 3, 3.1, 6, 6.1, 9, 9.1].map(bad).join('')).toBe('bb-b-b-b-b')
  })

  test('F4 given up: after more failures in a row than attempts it stays away', () => {
    const restart = { policy: 'immediate' as const, attempts: 2 }
    const breaker = breakerOf({ failures: 99 }, restart)
    expect(play(breaker, every(1, 'bbgbbbg'))).toBe('bbgbbb-')
    expect(breaker.phase).toBe('given-up')
    expect(breaker.admits(1e9)).toBe(false)
  })

  test('time that stands still or goes back counts as now', () => {
    const breaker = breakerOf({ failures: 2, windowSeconds: 1 })
    expect(
      play(breaker, [
        [100, false],
        [5, true],
        [5, false],
        [5, true],
      ]),
    ).toBe('bgb-')
  })

  test('what contradicts itself is refused', () => {
    const refused = (resilience: object) => () => resilienceSchema.parse(resilience)
    expect(refused({ breaker: {} })).toThrow(/onError/)
    expect(refused({ restart: { policy: 'immediate' } })).toThrow(/onError/)
    const breaker = { coolDownSeconds: 1 }
    const restart = { policy: 'exponential' }
    expect(refused({ onError: 'skip-chunk', breaker, restart })).toThrow(/exponential/)
    const degrade = { action: 'lower-rate', seenSeconds: 4, everySeconds: 4 }
    expect(refused({ degrade })).toThrow(/less than everySeconds/)
  })
})
