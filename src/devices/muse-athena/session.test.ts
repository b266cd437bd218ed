import { expect, test } from 'vitest'
import { type OpenBoard, openBoard } from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { museEmulator } from '../muse/emulator.ts'
import { athenaCount, athenaCounts } from './board.ts'
import { athenaEmulator } from './emulator.ts'
import { museAthena } from './index.ts'

const open = (options = {}, driverOptions = {}) =>
  openBoard(museAthena, athenaEmulator, options, driverOptions)

/** Every frame is the headband's at its index, counted from the first that came. */
function expectSampled({ stream, session }: OpenBoard, seed = 1): void {
  const width = session.streams.find(({ type }) => type === 'EEG')!.channels.length
  const eeg = stream('eeg')
  const counts = athenaCounts(seed)
  // It streamed a while before, to show of what kind it is.
  const all = Array.from({ length: eeg.next + 1000 }, () => {
    const frame = new Int32Array(8)
    counts.next(frame)
    return String(frame.subarray(0, width))
  })
  const begin = all.indexOf(String(eeg.values[0]))
  expect(begin).toBeGreaterThan(0)
  const wrong = eeg.values.findIndex(
    (frame, i) => String(frame) !== all[begin + eeg.indices[i]! - eeg.indices[0]!],
  )
  expect([wrong, eeg.values.length > 200]).toEqual([-1, true])
  for (const kind of ['motion', 'light'] as const) {
    const log = stream(kind)
    const first = log.values[0]
    if (!first) continue
    const from = Array.from({ length: 1000 }, (_, n) => n).find(
      (n) => athenaCount(kind, n, 0) === first[0],
    )!
    const off = log.values.findIndex((frame, i) =>
      frame.some((value, c) => value !== athenaCount(kind, from + log.indices[i]!, c)),
    )
    expect([kind, off]).toEqual([kind, -1])
  }
}

test('is let stream for a moment to see what of; then EEG, light and motion', async () => {
  const board = await open()
  const { session, clock, out, stream } = board
  const shapes = session.streams.map(({ id, channels }) => [id, channels.length])
  expect(shapes).toEqual([
    ['muse-athena/eeg', 8],
    ['muse-athena/light', 16],
    ['muse-athena/motion', 6],
  ])
  expect(session.streams[0]!.origin.firmware).toBe('3.1.4')
  expect(out.stream('muse-athena/eeg').next).toBe(0)
  await during(clock, session.start())
  await clock.run(10)
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  for (const { id, nominalRateHz } of session.streams) {
    expect([id, out.stream(id).gaps]).toEqual([id, []])
    expect(out.stream(id).next / nominalRateHz).toBeGreaterThan(9.5)
  }
  expect(out.facts).toContainEqual({ name: 'battery', value: 58.3, unit: '%' })
  const { deviceTimes } = stream('eeg')
  expect(deviceTimes.at(-1)! - deviceTimes[0]!).toBeCloseTo(10, 0)
  expectSampled(board)
})

test.each([
  ['p21', ['eeg 4', 'motion 6']],
  ['p1034', ['eeg 4', 'light 8', 'motion 6']],
  ['p1035', ['eeg 4', 'light 4', 'motion 6']],
])('preset %s', async (preset, streams) => {
  const board = await open({}, { preset })
  const found = board.session.streams.map(
    ({ id, channels }) => `${id.split('/')[1]} ${channels.length}`,
  )
  expect(found.sort()).toEqual(streams)
  await during(board.clock, board.session.start())
  await board.clock.run(4)
  await during(board.clock, board.session.close())
  expectSampled(board)
})

test.each([1, 2, 3, 4])(
  'loses, corrupts, delays and reorders, and every sample keeps its index, seed %i',
  async (seed) => {
    const board = await open({
      lose: 0.04,
      corrupt: 0.04,
      delay: 0.01,
      delaySeconds: 0.3,
      reorder: 0.03,
      seed,
    })
    const { session, clock, out, stream } = board
    await during(clock, session.start())
    await clock.run(60)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(stream('eeg').lost).toBeGreaterThan(300)
    expectSampled(board, seed)
    for (const { id, nominalRateHz } of session.streams) {
      const log = out.stream(id)
      expect(log.gaps.every(({ exact }) => exact)).toBe(true)
      expect(log.next / nominalRateHz).toBeCloseTo(60, 0)
    }
  },
)

test('another Muse is refused, and what it is to be opened as is said', async () => {
  await expect(openBoard(museAthena, museEmulator)).rejects.toMatchObject({
    code: 'wrong-device',
    remedy: expect.stringMatching(/as muse/),
  })
})
