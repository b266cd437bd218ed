import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordingOf } from '../../../test/format-model.ts'
import { readAll } from '../../../test/read-all.ts'
import { recordingModel } from '../../../test/recording-model.ts'
import { newChunkBuffer } from '../../signal/index.ts'
import type { RecordedGap, Recording, RecordingItem } from '../recording.ts'
import { deidentify } from './deidentify.ts'
import { PlainClock } from './plain-clock.ts'

const channel = { label: 'Cz', type: 'EEG', unit: 'uV', scale: 1, offset: 0 } as const
const secret = /AB12CD|Jane|Doe|clinic|10\.0\.0|jane|visit/

/** Says who it is in every place that there is. */
const personal: Recording = {
  format: 'xdf',
  startedAt: new Date('2026-05-04T03:02:01.250Z'),
  streams: [
    {
      info: {
        id: 'AB12CD/eeg',
        name: 'Muse-AB12CD',
        type: 'EEG',
        sampleFormat: 'float32',
        nominalRateHz: 250,
        channels: [channel],
        origin: {
          source: 'muse',
          model: 'Muse S',
          serialNumber: 'AB12CD',
          description: '<desc><subject>Jane Doe</subject></desc>',
          settings: {
            gain: 24,
            reference: 'Fpz',
            operator: 'Jane Doe',
            hostname: 'clinic-7',
            reference_file: 'C:\\data\\jane.txt',
            session_id: 'visit 3',
          },
        },
      },
      effectiveRateHz: 0,
      samples: 0,
      firstTime: null,
      lastTime: null,
      gaps: [],
    },
  ],
  markers: [
    { time: 1, label: 'Jane Doe coughs', durationSeconds: 0, source: '10.0.0.7' },
    { time: 2, label: 'S  1', durationSeconds: 0, value: 1 },
    { time: 3, label: 'eyes closed', durationSeconds: 0 },
    { time: 4, label: 'Jane Doe coughs', durationSeconds: 0 },
  ],
  ledger: { expected: 0, received: 0, lost: 0 },
  problems: [{ code: 'truncated', message: 'D:\\jane.xdf is cut' }],
  read: async function* () {},
  close: async () => {},
}

it('nothing is left that says whose it is, and every kind of it is in the table', () => {
  const { recording, removed } = deidentify(personal)
  const { startedAt, streams, markers, problems } = recording
  expect(JSON.stringify({ streams, markers, problems, removed })).not.toMatch(secret)
  expect(startedAt).toEqual(new Date('2000-01-01T03:02:01.250Z'))
  expect(streams[0]!.info).toMatchObject({
    id: 'stream-1',
    name: 'EEG',
    origin: { source: 'muse', model: 'Muse S', settings: { gain: 24, reference: 'Fpz' } },
  })
  expect(markers.map(({ label }) => label)).toEqual(['event 1', 'S  1', 'event 2', 'event 1'])
  expect(Object.fromEntries(removed.map(({ what, count }) => [what, count]))).toEqual({
    date: 1,
    'serial numbers': 1,
    descriptions: 1,
    settings: 4,
    'ids of streams': 1,
    'names of streams': 1,
    'texts of markers': 3,
    'sources of markers': 1,
  })
})

it('equipment, filters and names of streams that are free texts are gone, too', () => {
  const [stream] = personal.streams
  const named = (name: string, origin: Recording['streams'][0]['info']['origin']) =>
    deidentify({ ...personal, streams: [{ ...stream!, info: { ...stream!.info, name, origin } }] })
      .recording.streams[0]!.info
  const prefilter = 'HP:0.1Hz LP:75Hz N:50Hz'
  expect(named('EDF', { source: 'edf', model: 'Amp-77', settings: { prefilter } })).toMatchObject({
    name: 'EEG',
    origin: { source: 'edf', settings: { prefilter } },
  })
  expect(named('x', { source: 'edf', model: 'Amp-77' }).origin.model).toBeUndefined()
  expect(named('x', { source: 'lsl', model: 'Amp 123456' }).origin.model).toBeUndefined()
  const doctored = { source: 'edf', settings: { prefilter: 'HP:0.1Hz Jane' } }
  expect(named('x', doctored).origin.settings).toBeUndefined()
  expect(named('Gyro of Jane', { source: 'xdf' }).name).toBe('EEG')
  expect(named('Muse S EEG', { source: 'muse', model: 'Muse S' }).name).toBe('Muse S EEG')
})

it('clocks that count from 1970 move to the plain day; what is between two times stays', async () => {
  const day = Date.UTC(2026, 4, 4) / 1000
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 3, deviceTime: true })
  chunk.frames = 3
  for (let i = 0; i < 3; i++) {
    chunk.time[i] = day + 3600 + i / 4
    chunk.hostTime[i] = 77 + i
    chunk.deviceTime![i] = i === 1 ? Number.NaN : day + 3599 + i / 4
  }
  const gap = { atSample: 3, lostSamples: 2, exact: true, reason: 'lost' } as const
  const startTime = day + 3600.75
  const gaps = [{ ...gap, startTime }]
  const [stream] = personal.streams
  const streams = [{ ...stream!, firstTime: day + 3600, lastTime: day + 3600.5, gaps }]
  const id = stream!.info.id
  const { recording } = deidentify({
    ...personal,
    streams,
    markers: [{ time: day + 3600.25, label: 'S  1', durationSeconds: 0 }],
    read: async function* () {
      yield { kind: 'chunk', stream: id, chunk }
      yield { kind: 'gap', stream: id, gap: gaps[0]! }
    },
  })
  const plain = Date.UTC(2000, 0, 1) / 1000
  expect(recording.streams[0]).toMatchObject({ firstTime: plain + 3600, lastTime: plain + 3600.5 })
  expect(recording.streams[0]!.gaps[0]!.startTime).toBe(plain + 3600.75)
  expect(recording.markers[0]!.time).toBe(plain + 3600.25)
  const items: RecordingItem[] = []
  for await (const item of recording.read()) items.push(item)
  const [first, second] = items
  if (first?.kind !== 'chunk' || second?.kind !== 'gap') expect.fail('a chunk and a gap')
  expect([...first.chunk.time]).toEqual([3600, 3600.25, 3600.5].map((each) => plain + each))
  expect([...first.chunk.hostTime]).toEqual([77, 78, 79])
  expect([...first.chunk.deviceTime!]).toEqual([plain + 3599, Number.NaN, plain + 3599.5])
  expect(second.gap.startTime).toBe(plain + 3600.75)
})

it('texts of markers stay where that is asked for, and dates move by the days given', () => {
  const { recording, removed } = deidentify(personal, { keepAnnotations: true, shiftDays: -400 })
  expect(recording.markers.map(({ label }) => label)).toEqual(
    personal.markers.map(({ label }) => label),
  )
  expect(recording.startedAt).toEqual(new Date('2025-03-30T03:02:01.250Z'))
  expect(removed.map(({ what }) => what)).not.toContain('texts of markers')
})

it('of any recording, samples, indices and gaps are what they were, and times but for the day', async () => {
  const wanted = fc.asyncProperty(recordingModel, async (model) => {
    const own = await recordingOf(model)
    const { recording } = deidentify(own)
    const contents = [...(await readAll(own)).entries()]
    const clock = new PlainClock(
      [...own.streams.map(({ firstTime }) => firstTime ?? 0), own.markers[0]?.time ?? 0],
      undefined,
    )
    const moved = (times: readonly number[]) => times.map((time) => clock.moved(time))
    const found = await readAll(recording)
    for (const [id, content] of contents) {
      const at = own.streams.findIndex(({ info }) => info.id === id)
      expect(found.get(recording.streams[at]!.info.id)).toEqual({
        ...content,
        time: moved(content.time),
        hostTime: moved(content.hostTime),
        deviceTime: moved(content.deviceTime),
        gaps: content.gaps.map((gap) => clock.gap(gap as RecordedGap)),
      })
    }
    expect(recording.ledger).toEqual(own.ledger)
  })
  await fc.assert(wanted, { numRuns: 30 })
})
