import { describe, expect, test } from 'vitest'
import {
  indicesInGaps,
  missingOn,
  type OpenBoard,
  openBoard,
  samplesOf,
} from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { npgCounts } from './board.ts'
import { npgEmulator } from './emulator.ts'
import { npgLite } from './index.ts'
import { decodeSample, encodeSample, isPacket, uuids } from './packet.ts'

const open = (options = {}, driverOptions = {}) =>
  openBoard(npgLite, npgEmulator, options, driverOptions)

function expectSampled({ stream }: OpenBoard): void {
  const { values, indices, next } = stream('signal')
  const counts = npgCounts(1)
  const all = new Int32Array(next * 3)
  for (let s = 0; s < next; s++) counts.next(all, s * 3)
  const wrong = values.findIndex((frame, i) =>
    frame.some((value, c) => value !== all[indices[i]! * 3 + c]),
  )
  expect([wrong, values.length > 1000]).toEqual([-1, true])
}

test('a sample is a counter and three integers of 16 bits, big endian', () => {
  const bytes = Uint8Array.of(7, 0x01, 0x02, 0xff, 0xfe, 0x80, 0x00)
  const frame = [0, 0, 0]
  decodeSample(bytes, 0, frame, 0)
  expect(frame).toEqual([258, -2, -32768])
  const packed = new Uint8Array(7)
  encodeSample(packed, 0, 7, frame)
  expect(packed).toEqual(bytes)
})

test('a packet whose counters do not follow each other is none', () => {
  const bytes = new Uint8Array(70)
  for (let f = 0; f < 10; f++) encodeSample(bytes, f, (250 + f) & 255, [f, 0, 0])
  expect(isPacket(bytes, 10)).toBe(true)
  bytes[21]!++
  expect(isPacket(bytes, 10)).toBe(false)
  expect(isPacket(bytes.subarray(0, 69), 10)).toBe(false)
})

describe('an NPG Lite in the air', () => {
  test('streams counts, or microvolts where the gain is known', async () => {
    const board = await open()
    await during(board.clock, board.session.start())
    await board.clock.run(5)
    await during(board.clock, board.session.close())
    expect([board.out.violations, board.stream('signal').gaps]).toEqual([[], []])
    expect(board.air.written).toEqual(['START', 'STOP'])
    expectSampled(board)
    const [counts] = board.session.streams
    expect(counts!.channels[0]).toMatchObject({ unit: '1', scale: 1, offset: 0 })
    const { session } = await open({}, { gain: 1000, adcReferenceV: 4.096 })
    expect(session.streams[0]!.channels[0]).toMatchObject({ unit: 'uV', scale: 1, offset: -2048 })
  })

  test.each([1, 2])(
    'loses and corrupts: every gap is where a packet is missing, seed %i',
    async (seed) => {
      const faults = { lose: 0.03, corrupt: 0.03, delay: 0.003, delaySeconds: 0.4, reorder: 0.03 }
      const board = await open({ ...faults, seed })
      await during(board.clock, board.session.start())
      await board.clock.run(90)
      await during(board.clock, board.session.close())
      const log = board.stream('signal')
      const missing = missingOn(board.events, uuids.data)
      expect(missing.size).toBeGreaterThan(150)
      expect(indicesInGaps(log)).toEqual(samplesOf(missing, 10, log.next))
      expect(board.out.violations).toEqual([])
    },
  )

  test.each([0.4, 1.1, 2.6, 6.3])(
    'counts what is lost in %d s of silence, although the counter turns twice a second',
    async (seconds) => {
      const board = await open()
      await during(board.clock, board.session.start())
      await board.clock.run(4.01)
      board.emulator.command('lose 1')
      await board.clock.run(seconds)
      board.emulator.command('lose 0')
      await board.clock.run(3)
      await during(board.clock, board.session.close())
      const log = board.stream('signal')
      const missing = missingOn(board.events, uuids.data)
      expect(indicesInGaps(log)).toEqual(samplesOf(missing, 10, log.next))
      expectSampled(board)
    },
  )
})
