/** What stands beside the samples of a recording: electrodes as numbers, settings as texts. */
import { expect, test } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { exportRecording, openRecordingFile, verifyRecording } from '../../formats/index.ts'
import { memorySource } from '../../formats/io.ts'
import { openRecording } from '../../formats/open.ts'
import { type Marker, settingsStream } from '../../signal/index.ts'
import { Recorder } from './recorder.ts'

const electrodes = ['Fp1', 'Fp2', 'Cz']

function measured(electrode: string, kohm: number, time: number): Marker {
  return {
    ...{ time, label: `impedance ${electrode}`, durationSeconds: 0, source: 'cyton' },
    measured: { electrodes, electrode, kohm },
  }
}

function settings(text: string, time: number): Marker {
  const row = { stream: settingsStream, texts: [text] }
  return { time, label: 'settings', durationSeconds: 0, source: 'host', row }
}

async function recorded(path: string, cz = Number.POSITIVE_INFINITY): Promise<void> {
  const recorder = new Recorder({ path, startedAt: new Date(0), now: 10 })
  recorder.marker(settings('{"gain":24}', 10))
  recorder.marker(measured('Fp1', 5.5, 11))
  recorder.marker(measured('Cz', cz, 11))
  recorder.marker(settings('{"gain":12}', 12))
  recorder.marker(measured('Fp1', 7.25, 13))
  recorder.tick(14)
  expect(recorder.status(14)).toMatchObject({ markers: 3, lostMarkers: 0, ledger: { lost: 0 } })
  await recorder.close()
}

test('impedances are numbers, settings are texts, and markers stay markers', async () => {
  const path = scratchFolder().path('rest.xdf')
  await recorded(path)
  const recording = await openRecordingFile(path)
  expect(recording.streams.map(({ info }) => [info.name, info.type])).toEqual([
    ['cyton impedance', 'Impedance'],
  ])
  const { info } = recording.streams[0]!
  expect(info.channels.map(({ label, unit }) => `${label} ${unit}`)).toEqual(
    electrodes.map((label) => `${label} kOhm`),
  )
  const [rows] = (await readAll(recording)).values()
  const off = Number.POSITIVE_INFINITY
  const none = Number.NaN
  expect(rows!.rows.flat()).toEqual([5.5, none, none, 5.5, none, off, 7.25, none, off])
  expect(recording.markers.map(({ label }) => label)).toEqual(
    ['Fp1', 'Cz', 'Fp1'].map((label) => `impedance ${label}`),
  )
  expect(recording.settings).toEqual([
    { time: 10, text: '{"gain":24}' },
    { time: 12, text: '{"gain":12}' },
  ])
  expect((await verifyRecording(recording)).sound).toBe(true)
  await recording.close()
})

test('pyxdf reads both', async () => {
  const path = scratchFolder().path('rest.xdf')
  await recorded(path, 9)
  const [facts] = await askPyxdf({ files: [path], dejitter: false, values: true })
  const named = (name: string) => facts!.streams.find((stream) => stream.name === name)!
  expect(named('cyton impedance')).toMatchObject({ type: 'Impedance', samples: 3 })
  expect(named('Settings').values).toEqual([['{"gain":24}'], ['{"gain":12}']])
})

test.each(['xdf', 'parquet'] as const)(
  '%s keeps them; CSV says that it does not',
  async (format) => {
    const path = scratchFolder().path('rest.xdf')
    await recorded(path)
    const recording = await openRecordingFile(path)
    const folder = new MemoryFolder()
    const name = `copy.${format}`
    const { losses } = await exportRecording(recording, { format, path: name }, folder)
    expect(losses.filter(({ kind }) => kind !== 'times')).toEqual([])
    const source = async (file: string) => memorySource(folder.bytes(file))
    const copy = await openRecording(await source(name), name, source)
    expect(copy.settings).toEqual(recording.settings)
    expect(copy.streams[0]!.info.type).toBe('Impedance')
    const csv = await exportRecording(recording, { format: 'csv', path: 'a.csv' }, folder)
    expect(csv.losses).toContainEqual(
      expect.objectContaining({ kind: 'metadata', subject: 'settings', count: 2 }),
    )
    await recording.close()
  },
)
