import { beforeAll, describe, expect, test } from 'vitest'
import { listeningParser } from '../../../test/device-cyton-bytes.ts'
import { memoryBoard, missingPackets, sentCounts } from '../../../test/device-memory-board.ts'
import { channelCount, int24, packetBytes } from '../_cyton/packet.ts'
import { seededRandom } from '../_emulator/faults.ts'
import { damaged, damageKinds } from './damage.ts'

const packets = 100_000
let sent: Int32Array
beforeAll(() => {
  sent = sentCounts(1, packets + 1000)
})

interface Outcome {
  /** Samples whose values are not those that the board made at their index. */
  readonly wrong: number
  /** Indices where the gaps and what the emulator did to its packets do not agree. */
  readonly disagreeing: number[]
  readonly received: number
  readonly lost: number
  readonly expected: number
  readonly inexact: number
}

/** Streams so many packets, and compares what arrived with what was done. */
function stream(seed: number, share: number, boardClock: boolean): Outcome {
  const board = memoryBoard({ seed, speed: 100, lose: share, corrupt: share })
  const { parser, parsed } = listeningParser()
  if (boardClock) board.port().say('<')
  board.clock.advance(0.05)
  board.port().heard()
  board.port().say('b')
  while (board.emulator.summary().packets < packets) {
    board.clock.advance(0.004)
    parser.push(board.port().heard(), board.clock.now())
  }
  parser.cut()
  const missing = missingPackets(board.events)
  const present = new Set(parsed.indices)
  const end = parsed.indices.at(-1)! + 1
  const disagreeing = Array.from({ length: end }, (_, i) => i).filter(
    (index) => missing.has(index) === present.has(index),
  )
  const wrong = parsed.packets.filter((bytes, i) => {
    const from = parsed.indices[i]! * channelCount
    return Array.from({ length: channelCount }, (_, c) => c).some(
      (c) => int24(bytes, 2 + c * 3) !== sent[from + c],
    )
  })
  return {
    wrong: wrong.length,
    disagreeing,
    received: parsed.packets.length,
    lost: parsed.gaps.reduce((sum, gap) => sum + gap.lost, 0),
    expected: end,
    inexact: parsed.gaps.filter((gap) => !gap.exact).length,
  }
}

for (const share of [0.01, 0.1]) {
  describe(`${share * 100} % lost and ${share * 100} % corrupted, 10⁵ packets`, () => {
    test.each([1, 2, 3, 4])(
      'gaps stand where packets are missing, and every sample is the board’s, seed %i',
      (seed) => {
        const outcome = stream(seed, share, true)
        expect(outcome.wrong).toBe(0)
        expect(outcome.disagreeing).toEqual([])
        expect(outcome.inexact).toBe(0)
        expect(outcome.received + outcome.lost).toBe(outcome.expected)
        expect(outcome.lost).toBeGreaterThan(packets * share * 1.8)
      },
    )
  })
}

describe('without the board clock, 10⁵ packets', () => {
  test.each([1, 2])('1 % lost and 1 % corrupted: exact as well, seed %i', (seed) => {
    const outcome = stream(seed, 0.01, false)
    expect([outcome.wrong, outcome.disagreeing, outcome.inexact]).toEqual([0, [], 0])
    expect(outcome.received + outcome.lost).toBe(outcome.expected)
  })

  test.each([5, 6])('10 % and 10 %: a whole packet may be refused, one in 10⁴, seed %i', (seed) => {
    const outcome = stream(seed, 0.1, false)
    expect(outcome.wrong).toBe(0)
    expect(outcome.disagreeing.length).toBeLessThan(packets / 10_000)
    expect(outcome.received + outcome.lost).toBe(outcome.expected)
  })
})

test('every kind of damage is among those that are done', () => {
  const random = seededRandom(1)
  const done = new Set(
    Array.from({ length: 500 }, () => damaged(new Uint8Array(packetBytes), random).how),
  )
  expect([...done].sort()).toEqual(Object.keys(damageKinds).sort())
})
