import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordingOf } from '../../../test/format-model.ts'
import { readAll } from '../../../test/read-all.ts'
import { recordingModel } from '../../../test/recording-model.ts'
import type { Recording } from '../recording.ts'
import { deidentify } from './deidentify.ts'

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

it('texts of markers stay where that is asked for, and dates move by the days given', () => {
  const { recording, removed } = deidentify(personal, { keepAnnotations: true, shiftDays: -400 })
  expect(recording.markers.map(({ label }) => label)).toEqual(
    personal.markers.map(({ label }) => label),
  )
  expect(recording.startedAt).toEqual(new Date('2025-03-30T03:02:01.250Z'))
  expect(removed.map(({ what }) => what)).not.toContain('texts of markers')
})

it('of any recording, samples, indices, gaps and times are what they were', async () => {
  const wanted = fc.asyncProperty(recordingModel, async (model) => {
    const own = await recordingOf(model)
    const { recording } = deidentify(own)
    const contents = [...(await readAll(own)).entries()]
    const found = await readAll(recording)
    for (const [id, content] of contents) {
      const at = own.streams.findIndex(({ info }) => info.id === id)
      expect(found.get(recording.streams[at]!.info.id)).toEqual(content)
    }
    expect(recording.ledger).toEqual(own.ledger)
  })
  await fc.assert(wanted, { numRuns: 30 })
})
