import { expect, it } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { recordingOf } from '../../../test/format-model.ts'
import type { RecordingModel } from '../../../test/recording-model.ts'
import { physicalChannel } from '../../signal/index.ts'
import { exportRecording } from '../export/export.ts'

const gap = (lostSamples: number) => ({
  kind: 'gap' as const,
  gap: { lostSamples, exact: true, reason: 'disconnected' as const },
})
const chunk = { kind: 'chunk', frames: 10 } as const

const model: RecordingModel = {
  startedAt: new Date('2026-05-04T03:02:01.250Z'),
  markers: [{ time: 1000.125, label: 'S  7', durationSeconds: 0, source: 'test' }],
  streams: [
    {
      info: {
        id: 'eeg',
        name: 'EEG',
        type: 'EEG',
        sampleFormat: 'int16',
        nominalRateHz: 100,
        channels: [{ ...physicalChannel('Fp1, left', 'EEG', 'uV'), scale: 0.5 }],
        origin: { source: 'test' },
      },
      columns: { deviceTime: false, sequence: false },
      begin: 0,
      steps: [chunk, gap(5), chunk, gap(100_000), chunk],
      padding: 0,
    },
  ],
}

it('a short gap is filled and marked; after one of more than ten minutes a segment begins', async () => {
  const folder = new MemoryFolder()
  const recording = await recordingOf(model)
  const result = await exportRecording(
    recording,
    { format: 'brainvision', path: 'rest.vhdr' },
    folder,
  )
  expect([...folder.files.keys()]).toEqual(['rest.vhdr', 'rest.vmrk', 'rest.eeg'])
  expect(folder.text('rest.vhdr')).toContain('Ch1=Fp1\\1 left,,0.5,µV\r\n')
  expect(folder.text('rest.vhdr')).toContain('BinaryFormat=INT_16')
  expect(folder.text('rest.vhdr')).toContain('SamplingInterval=10000\r\n')
  // 100 025 samples later, by a clock that is a little fast: after 1000.22 s.
  expect(folder.text('rest.vmrk').split('\r\n').slice(-5, -1)).toEqual([
    'Mk1=New Segment,,1,1,0,20260504030201250000',
    'Mk2=Stimulus,S  7,1,1,0',
    'Mk3=Bad Interval,BAD_gap: 5 samples disconnected,11,5,0',
    'Mk4=New Segment,,26,1,0,20260504031841469000',
  ])
  expect(folder.bytes('rest.eeg')).toHaveLength(2 * (10 + 5 + 10 + 10))
  const counts = Object.fromEntries(result.losses.map(({ kind, count }) => [kind, count]))
  expect(counts).toMatchObject({ 'gaps-filled': 5, 'gaps-joined': 1 })
  expect(counts).not.toHaveProperty('rounding')
})
