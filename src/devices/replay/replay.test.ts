import { readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { soundRecording } from '../../../test/sound-recording.ts'
import type { Gap } from '../../signal/index.ts'
import { parseOptions, type Transports } from '../../signal/index.ts'
import { openRecordingFile } from '../_recording/open-file.ts'
import { replay } from './index.ts'

const transports = {} as Transports

async function opened(path: string, options: Record<string, unknown> = {}) {
  const clock = new ManualClock()
  const widths = new Map<string, number>()
  const out = new DeviceLog((id) => widths.get(id))
  const parsed = parseOptions('replay', replay.options, options)
  const session = await replay.open(path, parsed, { out, clock, transports })
  for (const { id, channels } of session.streams) widths.set(id, channels.length)
  onTestFinished(async () => {
    const closing = session.close()
    await clock.run(0.01)
    await closing
  })
  return { clock, out, session }
}

/** What this process has open, as Linux tells it. */
function openFiles(): string[] {
  const folder = '/proc/self/fd'
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))]
    } catch {
      return [] // the listing's own
    }
  })
}

type Opened = Awaited<ReturnType<typeof opened>>

/** Moves the clock until the recording is over. */
async function playOut({ clock, out, session }: Opened, stepSeconds: number) {
  await session.start()
  for (let i = 0; i < 20_000 && out.states.at(-1) !== 'ended'; i++) await clock.run(stepSeconds)
  expect(out.states).toEqual(['streaming', 'ended'])
}

/** What a recording holds, read without any device. */
async function contents(path: string) {
  const recording = await openRecordingFile(path)
  const streams = new Map<string, { values: number[][]; times: number[]; gaps: Gap[] }>()
  for (const { info } of recording.streams) {
    if (info.sampleFormat !== 'json') streams.set(info.id, { values: [], times: [], gaps: [] })
  }
  const widths = new Map(recording.streams.map(({ info }) => [info.id, info.channels.length]))
  for await (const item of recording.read()) {
    const stream = streams.get(item.stream)
    if (!stream) continue
    if (item.kind === 'gap') {
      stream.gaps.push({ ...item.gap })
      continue
    }
    const { data, frames, stride, time } = item.chunk
    for (let f = 0; f < frames; f++) {
      stream.values.push(
        Array.from(data.subarray(f * stride, f * stride + widths.get(item.stream)!)),
      )
      stream.times.push(time[f]!)
    }
  }
  await recording.close()
  return { streams, markers: recording.markers }
}

/** The same samples, gaps and markers came out, each sample when its time had come. */
async function expectReplayed(path: string, { out, session }: Opened, speed: number) {
  const { streams, markers } = await contents(path)
  expect(session.streams.map(({ id }) => id)).toEqual(
    [...streams.keys()].map((id) => `replay/${id}`),
  )
  const origin = Math.min(...[...streams.values()].flatMap(({ times }) => times.slice(0, 1)))
  for (const [id, recorded] of streams) {
    const log = out.stream(`replay/${id}`)
    expect(log.values).toEqual(recorded.values)
    expect(log.deviceTimes).toEqual(recorded.times)
    const lost = (gaps: readonly Gap[]) =>
      gaps.map(({ lostSamples, exact, reason }) => ({ lostSamples, exact, reason }))
    expect(lost(log.gaps)).toEqual(lost(recorded.gaps))
    const delays = log.hostTimes.map((at, i) => at - 100 - (recorded.times[i]! - origin) / speed)
    expect(Math.min(...delays, 0)).toBeGreaterThan(-1e-6)
    expect(Math.max(...delays, 0)).toBeLessThan(0.02)
  }
  const labels = (all: readonly { label: string; durationSeconds: number }[]) =>
    all.map(({ label, durationSeconds }) => [label, durationSeconds])
  expect(labels(out.markers)).toEqual(labels(markers))
  expect(out.violations).toEqual([])
}

const soundFile = async () => scratchFolder().write('sound.xdf', await soundRecording())

describe('a recording of our own', () => {
  test.each([1, 10, 100])('comes again as it was, %i times as fast', async (speed) => {
    const path = await soundFile()
    const device = await opened(path, { speed })
    await playOut(device, 0.1)
    await expectReplayed(path, device, speed)
    expect(device.out.stream('replay/eeg').gaps).toMatchObject([{ lostSamples: 10 }])
  })

  test('a gap is announced when the frame behind it is due, not before', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path)
    await session.start()
    await clock.run(7.72)
    expect(out.stream('replay/eeg').gaps).toEqual([])
    await clock.run(0.12)
    expect(out.stream('replay/eeg').gaps).toMatchObject([{ atSample: 770, lostSamples: 10 }])
  })

  test('stopped in its midst it is resumed there, and nothing is lost or doubled', async () => {
    const path = await soundFile()
    const device = await opened(path, { speed: 2 })
    const { clock, out, session } = device
    for (const seconds of [0.5, 1.3, 0.004, 2.9]) {
      await session.start()
      await clock.run(seconds)
      const stopping = session.stop()
      await clock.run(0.01)
      await stopping
      const before = out.stream('replay/eeg').next
      await clock.run(3)
      expect(out.stream('replay/eeg').next).toBe(before)
    }
    await session.start()
    await clock.run(10)
    expect(out.states.at(-1)).toBe('ended')
    const { streams, markers } = await contents(path)
    for (const [id, { values }] of streams)
      expect(out.stream(`replay/${id}`).values).toEqual(values)
    expect(out.markers.map(({ label }) => label)).toEqual(markers.map(({ label }) => label))
    expect(out.violations).toEqual([])
  })

  test('told to loop, it begins again with indices that go on', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path, { speed: 100, loop: true })
    const { streams } = await contents(path)
    const once = streams.get('eeg')!.values
    await session.start()
    await clock.run(0.45)
    const log = out.stream('replay/eeg')
    expect(log.values.length).toBeGreaterThan(3 * once.length)
    log.values.forEach((frame, i) => {
      expect(frame).toEqual(once[i % once.length])
    })
    expect(out.states).toEqual(['streaming'])
    expect(out.violations).toEqual([])
  })

  test('started again after its end, it plays again', async () => {
    const path = await soundFile()
    const device = await opened(path, { speed: 100 })
    await playOut(device, 0.1)
    const once = device.out.stream('replay/eeg').values.length
    await device.session.start()
    await device.clock.run(1)
    expect(device.out.stream('replay/eeg').values.length).toBe(2 * once)
    expect(device.out.violations).toEqual([])
  })

  test('begins where it is told to, with no gap before', async () => {
    const path = await soundFile()
    const device = await opened(path, { speed: 10, fromSeconds: 5 })
    await playOut(device, 0.1)
    const { streams, markers } = await contents(path)
    const { values, times } = streams.get('eeg')!
    const first = times.findIndex((time) => time >= times[0]! + 5)
    expect(device.out.stream('replay/eeg').values).toEqual(values.slice(first))
    expect(device.out.stream('replay/eeg').gaps).toMatchObject([{ lostSamples: 10 }])
    const later = markers.filter(({ time }) => time >= times[0]! + 5)
    expect(device.out.markers.map(({ label }) => label)).toEqual(later.map(({ label }) => label))
    expect(device.out.violations).toEqual([])
  })

  test('moved on and back it goes on from there; the index jumps by one, and never back', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path)
    const { streams } = await contents(path)
    const { values, times } = streams.get('eeg')!
    const frameAt = (seconds: number) => times.findIndex((time) => time >= times[0]! + seconds)
    await session.start()
    await clock.run(2)
    const log = out.stream('replay/eeg')
    const played = log.values.length
    expect(log.values).toEqual(values.slice(0, played))
    session.playback!.seek(9)
    await clock.run(1)
    const jumped = log.values.length
    expect(jumped).toBeGreaterThan(played + 50)
    expect(log.values.slice(played)).toEqual(values.slice(frameAt(9)).slice(0, jumped - played))
    session.playback!.seek(1)
    await clock.run(1)
    expect(log.values.slice(jumped)[0]).toEqual(values[frameAt(1)])
    expect(log.gaps).toMatchObject([
      { atSample: played, lostSamples: 1, exact: false, reason: 'restarted' },
      { atSample: jumped + 1, lostSamples: 1, exact: false, reason: 'restarted' },
    ])
    expect(session.playback!.seconds).toBeCloseTo(2, 1)
    expect(out.violations).toEqual([])
  })

  test('moved while it is held, it goes on there when it is let go', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path)
    const { streams } = await contents(path)
    const { values, times } = streams.get('eeg')!
    session.playback!.seek(4)
    expect([session.playback!.seconds, session.playback!.state.paused]).toEqual([4, true])
    await session.start()
    await clock.run(0.5)
    const first = times.findIndex((time) => time >= times[0]! + 4)
    expect(out.stream('replay/eeg').values[0]).toEqual(values[first])
  })

  test.runIf(process.platform === 'linux')(
    'closed in its midst, it leaves no file open',
    async () => {
      const path = await soundFile()
      const { clock, session } = await opened(path)
      await session.start()
      await clock.run(0.5)
      session.playback!.seek(4)
      await clock.run(0.5)
      expect(openFiles()).toContain(path)
      const closing = session.close()
      await clock.run(0.01)
      await closing
      expect(openFiles()).not.toContain(path)
    },
  )

  test('its speed is changed while it plays', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path)
    await session.start()
    await clock.run(1)
    const slow = out.stream('replay/eeg').values.length
    session.playback!.set({ speed: 5 })
    await clock.run(1)
    expect(out.stream('replay/eeg').values.length / slow).toBeCloseTo(6, 0)
    session.playback!.set({ loop: true })
    await clock.run(3)
    expect(out.states).toEqual(['streaming'])
    expect(session.playback!.state).toMatchObject({ speed: 5, loop: true, paused: false })
    expect(out.violations).toEqual([])
  })

  test('says where it comes from', async () => {
    const path = await soundFile()
    const { session } = await opened(path)
    expect(session.streams[0]!.origin.settings).toMatchObject({ replayedFrom: path })
  })
})

describe('recordings of others come again as they were', () => {
  test.each([
    ['mne-tools__mne-python/test.edf', 10],
    ['xdf-modules__example-files/minimal.xdf', 1],
    ['OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt', 100],
  ] as const)('%s', async (name, speed) => {
    const path = dataFile(name)
    if (!path) return
    const device = await opened(path, { speed })
    await playOut(device, 0.2)
    await expectReplayed(path, device, speed)
  })

  test('an EDF file is entered in its midst', async () => {
    const path = dataFile('mne-tools__mne-python/test.edf')
    if (!path) return
    const device = await opened(path, { speed: 100, fromSeconds: 2.5 })
    await playOut(device, 0.2)
    const { streams } = await contents(path)
    for (const [id, { values, times }] of streams) {
      const first = times.findIndex((time) => time >= 2.5)
      expect(device.out.stream(`replay/${id}`).values).toEqual(values.slice(first))
      expect(device.out.stream(`replay/${id}`).deviceTimes).toEqual(times.slice(first))
    }
    expect(device.out.violations).toEqual([])
  })

  test('a gap of an EDF+D file passes as time, and is marked', async () => {
    const path = dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/Discontinuous2.edf')
    if (!path) return
    const { clock, out, session } = await opened(path, { speed: 100 })
    await session.start()
    await clock.run(27.3)
    const [first] = session.streams
    const log = out.stream(first!.id)
    expect(log.gaps).toEqual([])
    const before = log.values.length
    await clock.run(28.9)
    expect([log.gaps.length, log.values.length]).toEqual([0, before])
    await clock.run(0.5)
    expect(log.gaps.length).toBe(1)
    expect(log.gaps[0]!.lostSamples / first!.nominalRateHz).toBeCloseTo(5631 - 2724, -1)
    expect(log.values.length).toBeGreaterThan(before)
  })
})

describe('what cannot be played is refused with a code', () => {
  test('no name, no file, a folder, and files that are no recording', async () => {
    const folder = scratchFolder()
    const text = folder.write('text', Buffer.from('what is this?\n'.repeat(100)))
    const noise = folder.write(
      'noise',
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 89) & 255),
    )
    const empty = folder.write('empty', new Uint8Array(0))
    for (const [path, code] of [
      ['', 'bad-option'],
      [folder.path('nothing.xdf'), 'file-missing'],
      [folder.path('.'), 'file-unreadable'],
      [text, 'file-unreadable'],
      [noise, 'file-unreadable'],
      [empty, 'file-unreadable'],
    ] as const) {
      await expect(opened(path), path).rejects.toMatchObject({ name: 'SynapseError', code })
    }
  })

  test('a file that ends while it is played ends the replay, with the reason', async () => {
    const path = await soundFile()
    const { clock, out, session } = await opened(path)
    await session.start()
    await clock.run(1)
    writeFileSync(path, new Uint8Array(0))
    await clock.run(20)
    expect(out.states.at(-1)).toBe('ended')
    expect(out.violations).toEqual([])
  })

  test('a recording without samples ends at once, even when told to loop', async () => {
    const folder = scratchFolder()
    const whole = await soundRecording()
    const path = folder.write('short.xdf', whole.subarray(0, 4000))
    const { clock, out, session } = await opened(path, { loop: true })
    if (session.streams.length && out.states.length) expect.fail('it has begun by itself')
    await session.start()
    await clock.run(0.1)
    expect(out.violations).toEqual([])
  })

  test.each([[{ speed: 0 }], [{ speed: 101 }], [{ loop: 'yes' }], [{ fast: true }]])(
    'options %j',
    async (options) => {
      await expect(opened(await soundFile(), options)).rejects.toMatchObject({ code: 'bad-option' })
    },
  )
})
