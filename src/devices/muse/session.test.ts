import { describe, expect, test } from 'vitest'
import {
  indicesInGaps,
  missingOn,
  type OpenBoard,
  openBoard,
  samplesOf,
} from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { motionCounts, museCounts, pulseCounts } from './board.ts'
import { museEmulator } from './emulator.ts'
import { muse } from './index.ts'
import { uuids } from './packet.ts'

const open = (options = {}, driverOptions = {}) =>
  openBoard(muse, museEmulator, options, driverOptions)

/** What the electrodes saw from the first sample on. */
function truth(samples: number): number[][] {
  const counts = museCounts(1)
  return Array.from({ length: samples }, () => {
    const frame = new Int32Array(5)
    counts.next(frame)
    return [...frame.subarray(0, 4)]
  })
}

function expectTruth({ stream }: OpenBoard): void {
  const eeg = stream('eeg')
  const all = truth(eeg.next)
  expect(eeg.values.length).toBeGreaterThan(100)
  expect(eeg.values).toEqual(eeg.indices.map((index) => all[index]))
  const accel = stream('accel')
  expect(accel.values).toEqual(accel.indices.map((index) => motionCounts(0, index)))
}

describe('a Muse 2 in the air', () => {
  test('is asked what it is, streams five kinds of samples, stops and starts again', async () => {
    const board = await open()
    const { session, clock, out, stream, air } = board
    expect(session.streams.map(({ id }) => id).sort()).toEqual([
      'muse/accel',
      'muse/eeg',
      'muse/gyro',
      'muse/ppg',
    ])
    expect(session.streams[0]!.origin).toMatchObject({
      firmware: '1.2.13',
      serialNumber: '6002-CDEF-3F2A',
      settings: { preset: 'p50' },
    })
    await during(clock, session.start())
    await clock.run(12)
    await during(clock, session.stop())
    expect(air.written.slice(-5)).toEqual(['\x02h\n', '\x04p50\n', '\x02s\n', '\x02d\n', '\x02h\n'])
    await during(clock, session.start())
    await clock.run(2)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    for (const { id, nominalRateHz } of session.streams) {
      const log = out.stream(id)
      expect([id, log.gaps]).toEqual([id, []])
      expect(log.next / nominalRateHz).toBeGreaterThan(13.5)
    }
    const ppg = stream('ppg')
    expect(ppg.values).toEqual(ppg.indices.map((index) => pulseCounts(index)))
    expectTruth(board)
    expect(out.facts).toContainEqual({ name: 'battery', value: 78.5, unit: '%' })
    expect(out.states).toEqual(['streaming', 'paused', 'streaming', 'paused', 'closed'])
  })

  test('loses, corrupts, delays and reorders: every gap is where a packet is missing', async () => {
    const faults = { lose: 0.03, corrupt: 0.03, delay: 0.01, delaySeconds: 0.3, reorder: 0.05 }
    const board = await open({ ...faults, seed: 1 })
    const { session, clock, out, stream, events } = board
    await during(clock, session.start())
    await clock.run(60)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    const eeg = stream('eeg')
    const missing = missingOn(events, ...uuids.eeg)
    expect(missing.size).toBeGreaterThan(200)
    expect(indicesInGaps(eeg)).toEqual(samplesOf(missing, 12, eeg.next))
    expect(eeg.gaps.every(({ exact }) => exact)).toBe(true)
    const accel = stream('accel')
    const shaken = missingOn(events, uuids.accelerometer)
    expect(indicesInGaps(accel)).toEqual(samplesOf(shaken, 3, accel.next))
    expectTruth(board)
  })

  test('is taken up again within 3 s when it was out of range, the gap being the time away', async () => {
    const board = await open()
    const { session, clock, out, stream, emulator } = board
    await during(clock, session.start())
    await clock.run(5)
    emulator.command('unplug 2')
    await clock.run(0.1)
    expect(out.links.at(-1)).toMatchObject({ state: 'reconnecting', cause: { code: 'link-lost' } })
    const before = stream('eeg').values.length
    await clock.run(2)
    const waited = clock.now()
    while (stream('eeg').values.length < before + 24) await clock.run(0.05)
    expect(clock.now() - waited).toBeLessThan(3)
    await clock.run(2)
    await during(clock, session.close())
    const eeg = stream('eeg')
    expect(eeg.gaps).toMatchObject([{ reason: 'disconnected', exact: false }])
    const [gap] = eeg.gaps
    const at = eeg.indices.indexOf(gap!.atSample + gap!.lostSamples)
    const away = eeg.hostTimes[at]! - eeg.hostTimes[at - 1]!
    expect(Math.abs(gap!.lostSamples + 12 - away * 256)).toBeLessThanOrEqual(12)
    // The board went on where it had stopped: nothing is doubled, nothing left out.
    expect(eeg.values).toEqual(truth(eeg.values.length))
    expect(out.violations).toEqual([])
    expect(out.states).toEqual(['streaming', 'reconnecting', 'streaming', 'paused', 'closed'])
  })

  test('is kept awake', async () => {
    const { session, clock, out, stream } = await open({ model: '2016' })
    await during(clock, session.start())
    await clock.run(130)
    await during(clock, session.close())
    expect([stream('eeg').gaps, out.states]).toEqual([[], ['streaming', 'paused', 'closed']])
  })
})
