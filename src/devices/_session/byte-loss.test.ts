import { describe, expect, test } from 'vitest'
import { ByteLoss } from './byte-loss.ts'

const shape = { turn: 16, framesPerSecond: 1000, frameBytes: 8 }

function fed(loss: ByteLoss, counters: readonly number[], from = 0): number[] {
  return counters.map((counter, i) => loss.before(counter, from + i / 1000).frames)
}

describe('with a counter that soon turns', () => {
  test('a frame that follows has lost none; a jump has', () => {
    const loss = new ByteLoss(shape)
    expect(fed(loss, [9, 10, 11, 14, 15, 0, 1])).toEqual([0, 0, 0, 2, 0, 0, 0])
  })

  test('bytes that were skipped tell how often the counter turned', () => {
    const loss = new ByteLoss(shape)
    fed(loss, [0, 1])
    loss.skipped(8 * 35)
    expect(loss.before((2 + 35) % 16, 0.1)).toEqual({ frames: 35, exact: true, reason: 'corrupt' })
  })

  test('a host that was busy for a second loses none: the bytes waited', () => {
    const loss = new ByteLoss(shape)
    fed(loss, [0, 1])
    expect(fed(loss, [2, 3, 4], 1.2)).toEqual([0, 0, 0])
  })

  test('after a cut time tells, and is not called exact', () => {
    const loss = new ByteLoss(shape)
    fed(loss, [0, 1])
    loss.cut()
    const { frames, exact, reason } = loss.before(5, 0.504)
    expect(Math.abs(frames - 502)).toBeLessThanOrEqual(8)
    expect(frames % 16).toBe(3)
    expect([exact, reason]).toEqual([false, 'disconnected'])
  })

  test('a pause loses nothing', () => {
    const loss = new ByteLoss(shape)
    fed(loss, [0, 1])
    loss.paused()
    expect(loss.before(9, 60).frames).toBe(0)
  })
})

describe('without a counter', () => {
  const plain = { turn: 0, framesPerSecond: 512, frameBytes: 8 }

  test('what was skipped is as many frames as it has bytes for, and not exact', () => {
    const loss = new ByteLoss(plain)
    loss.before(Number.NaN, 0)
    loss.skipped(17)
    expect(loss.before(Number.NaN, 0.01)).toEqual({ frames: 2, exact: false, reason: 'corrupt' })
  })

  test('a board that stays behind its rate has lost what is missing', () => {
    const loss = new ByteLoss(plain)
    let lost = 0
    for (let i = 0; i < 512 * 20; i++) {
      // A radio that was out of reach between 4 s and 6 s.
      if (i > 2048 && i < 3072) continue
      lost += loss.before(Number.NaN, i / 512).frames
    }
    expect(Math.abs(lost - 1023)).toBeLessThan(16)
  })

  test('frames that come late in one burst are not lost', () => {
    const loss = new ByteLoss(plain)
    let lost = 0
    for (let i = 0; i < 512 * 20; i++) {
      const taken = i / 512
      lost += loss.before(Number.NaN, taken > 4 && taken < 6 ? 6 : taken).frames
    }
    expect(lost).toBe(0)
  })
})
