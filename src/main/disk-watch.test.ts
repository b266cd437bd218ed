import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { physicalChannel, type StreamInfo } from '../signal/index.ts'
import { DiskWatch } from './disk-watch.ts'
import { Notices } from './notices.ts'

function streamOf(channels: number, nominalRateHz: number): StreamInfo {
  return {
    id: 'eeg',
    name: 'EEG',
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz,
    channels: Array.from({ length: channels }, (_, i) => physicalChannel(`${i}`, 'EEG', 'uV')),
    origin: { source: 'test' },
  }
}

const none: readonly StreamInfo[] = []

/** A disk with as much room as the test says. */
function watched(room: { free: number }, streams: readonly StreamInfo[], isRecording = true) {
  const clock = new ManualClock()
  const notices = new Notices(clock, () => {})
  const use = {
    clock,
    notices,
    recordingFolder: scratchFolder().path('.'),
    streams: () => streams.map((info) => ({ info })),
    isRecording,
  }
  const ask = async () => {
    if (room.free < 0) throw new Error('the disk is gone')
    return room.free
  }
  const watch = new DiskWatch(use, ask)
  onTestFinished(() => watch.end())
  return { clock, watch, notices, use }
}

const gigabyte = 1e9

describe('hours left', () => {
  test.each([
    ['one board', [streamOf(8, 250)], gigabyte / (250 * (8 * 4 + 50)) / 3600],
    [
      'two boards',
      [streamOf(8, 250), streamOf(64, 1000)],
      gigabyte / (250 * 82 + 1000 * 306) / 3600,
    ],
    ['an irregular stream, as one sample a second', [streamOf(1, 0)], gigabyte / 54 / 3600],
    ['nothing', none, null],
  ] as const)('of %s', async (_what, streams, hours) => {
    const { clock, watch } = watched({ free: gigabyte }, streams)
    await clock.run(0)
    expect(watch.freeBytes).toBe(gigabyte)
    if (hours === null) expect(watch.hoursLeft).toBeNull()
    else expect(watch.hoursLeft).toBeCloseTo(hours)
  })
})

describe('a disk that fills up', () => {
  test('is warned of long before, again as time runs out, and anew after there was room', async () => {
    const room = { free: 1e15 }
    const bytesPerHour = 306_000 * 3600
    const { clock, notices, use } = watched(room, [streamOf(64, 1000)])
    const at = async (hours: number) => {
      room.free = bytesPerHour * hours
      await clock.run(10)
      return notices.list.at(-1)?.note.message.split(': ')[1]
    }
    expect(await at(5)).toBeUndefined()
    expect(await at(3.5)).toBe('the disk is full in 3 hours')
    expect(await at(3.4)).toBe('the disk is full in 3 hours')
    expect(notices.list).toMatchObject([
      { number: 1, level: 'warning', about: use.recordingFolder, note: { code: 'disk-full' } },
    ])
    expect(await at(0.9)).toBe('the disk is full in 54 minutes')
    expect(await at(0.2)).toBe('the disk is full in 12 minutes')
    expect(await at(0.03)).toBe('the disk is full in 1 minutes')
    expect(notices.list).toHaveLength(4)
    await at(5)
    expect(await at(0.9)).toBe('the disk is full in 54 minutes')
    expect(notices.list.at(-1)!.number).toBe(5)
  })

  test('concerns nobody while nothing is recorded', async () => {
    const { clock, notices } = watched({ free: 1000 }, [streamOf(64, 1000)], false)
    await clock.run(10)
    expect(notices.list).toEqual([])
  })

  test('a disk that cannot be asked keeps its last answer', async () => {
    const room = { free: gigabyte }
    const { clock, watch, notices } = watched(room, [streamOf(8, 250)])
    await clock.run(2)
    room.free = -1
    await clock.run(10)
    expect(watch.freeBytes).toBe(gigabyte)
    expect(notices.list).toEqual([])
  })

  test('is not asked any more after the end', async () => {
    const room = { free: gigabyte }
    const { clock, watch } = watched(room, [streamOf(8, 250)])
    await clock.run(2)
    watch.end()
    room.free = 5
    await clock.run(10)
    expect(watch.freeBytes).toBe(gigabyte)
  })
})

test('the disk that is asked is a real one where nobody says otherwise', async () => {
  const clock = new ManualClock()
  const use = {
    clock,
    notices: new Notices(clock, () => {}),
    recordingFolder: scratchFolder().path('later'),
    streams: () => [],
    isRecording: false,
  }
  const watch = new DiskWatch(use)
  onTestFinished(() => watch.end())
  await expect.poll(() => watch.freeBytes).toBeGreaterThan(0)
})

test('the disk of the copy has alarms of its own', async () => {
  const { use } = watched({ free: gigabyte }, [streamOf(8, 250)])
  const { clock, notices } = use
  const hour = 250 * (8 * 4 + 50) * 3600
  const sessions = { settings: { mirrorFolder: '/copies' } }
  const free = async (folder: string) => (folder === '/copies' ? hour / 2 : 100 * hour)
  const watch = new DiskWatch({ ...use, sessions }, free)
  onTestFinished(() => watch.end())
  await clock.run(0)
  expect(watch.mirror).toEqual({ folder: '/copies', freeBytes: hour / 2 })
  expect(notices.list.map(({ about, note }) => [about, note.message])).toEqual([
    ['/copies', expect.stringContaining('the disk is full in 30 minutes')],
  ])
})
