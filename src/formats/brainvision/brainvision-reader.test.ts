import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { exportModel, recordingOf, sentSignal } from '../../../test/format-model.ts'
import { askMne } from '../../../test/oracles/signal-facts.ts'
import { readAll, readColumns } from '../../../test/read-all.ts'
import { SynapseError } from '../../signal/index.ts'
import { exportRecording } from '../export/export.ts'
import { memorySource } from '../io.ts'
import { openRecording, openRecordingFile } from '../open.ts'
import { verifyRecording } from '../verify.ts'
import { isFilled } from './sample-positions.ts'

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Files by name, opened by the header. */
function openText(files: Readonly<Record<string, string | Uint8Array>>, name = 'rest.vhdr') {
  const sourceOf = (file: string) => {
    const content = files[file]
    if (content === undefined) throw new SynapseError('file-missing', `opening ${file}: not here`)
    return memorySource(typeof content === 'string' ? bytesOf(content) : content)
  }
  return openRecording(sourceOf(name), name, async (file) => sourceOf(file))
}

const header = (lines: Readonly<Record<string, string>> = {}) => {
  const common = {
    Codepage: 'UTF-8',
    DataFile: 'rest.eeg',
    MarkerFile: 'rest.vmrk',
    DataFormat: 'BINARY',
    DataOrientation: 'MULTIPLEXED',
    NumberOfChannels: '2',
    SamplingInterval: '4000',
    ...lines,
  }
  const text = Object.entries(common).map(([key, value]) => `${key}=${value}`)
  return (
    'Brain Vision Data Exchange Header File Version 1.0\r\n[Common Infos]\r\n' +
    `${text.join('\r\n')}\r\n[Binary Infos]\r\nBinaryFormat=${lines.type ?? 'INT_16'}\r\n` +
    '[Channel Infos]\r\nCh1=Fp1,,0.5,µV\r\nCh2=C\\1z,,0.1\r\n'
  )
}
const markers = (...lines: string[]) =>
  'Brain Vision Data Exchange Marker File, Version 1.0\r\n[Common Infos]\r\nCodepage=UTF-8\r\n' +
  `[Marker Infos]\r\n${lines.map((line, i) => `Mk${i + 1}=${line}`).join('\r\n')}\r\n`

describe('recordings of other people, as MNE reads them', () => {
  const files: [string, number][] = [
    ['mne-tools__mne-python/test.vhdr', 32],
    ['mne-tools__mne-python/test_units.vhdr', 32],
    ['mne-tools__mne-python/test_highpass.vhdr', 32],
    ['sappelhoff__brainvision-validator/test.vhdr', 2],
  ]
  it.for(files)('%s', { timeout: 60_000 }, async ([name, channels], { skip }) => {
    const path = dataFile(name) ?? skip(`${name} is not here`)
    const recording = await openRecordingFile(path)
    const [facts] = await askMne([path])
    expect(recording.streams[0]!.info.channels).toHaveLength(channels)
    expect(recording.streams[0]!.samples).toBe(facts!.samples)
    expect(recording.streams[0]!.info.nominalRateHz).toBe(facts!.rate)
    const columns = await readColumns(recording)
    for (const [i, { label, scale, unit }] of recording.streams[0]!.info.channels.entries()) {
      const volts = { uV: 1e-6, nV: 1e-9, mV: 1e-3, V: 1 }[unit]
      // What is not in volts MNE takes for microvolts, or leaves as it stands.
      if (volts === undefined) continue
      const wanted = facts!.columns[i]!
      const found = columns.get(label)!
      expect(found).toHaveLength(wanted.length)
      const off = found.map((raw, k) => Math.abs(raw * scale * volts - wanted[k]!))
      expect(Math.max(...off)).toBeLessThan(1e-12)
    }
    // The first segment is the date of the recording to MNE, and no annotation.
    const own = recording.markers.filter(({ source, time }) => source !== 'New Segment' || time > 0)
    expect(own.map(({ time }) => time)).toEqual(
      facts!.annotations.map(([onset]) => expect.closeTo(onset, 6)),
    )
    await recording.close()
  })

  it('test.vhdr: 32 channels, 1 kHz, 7900 samples, 14 markers', async ({ skip }) => {
    const path = dataFile('mne-tools__mne-python/test.vhdr') ?? skip('not here')
    const recording = await openRecordingFile(path)
    expect(recording.markers).toHaveLength(14)
    expect(recording.markers[1]).toMatchObject({ label: 'S253', source: 'Stimulus', time: 0.486 })
    expect(recording.startedAt).toEqual(new Date('2013-11-13T16:14:03.794Z'))
    const { streams } = recording
    expect(streams).toMatchObject([{ samples: 7900, info: { nominalRateHz: 1000 } }])
    const units = streams[0]!.info.channels.map(({ unit }) => unit)
    expect(units.slice(26)).toEqual(['BS', 'µS', 'ARU', 'uS', 'S', 'degC'])
    expect((await verifyRecording(recording)).sound).toBe(true)
    await recording.close()
  })

  it('a header whose marker file is missing is read, and says so', async ({ skip }) => {
    const name = 'sappelhoff__brainvision-validator/broken_link.vhdr'
    const path = dataFile(name) ?? skip('not here')
    const recording = await openRecordingFile(path)
    expect(recording.markers).toHaveLength(10)
    await recording.close()
  })
})

describe('what our writer makes, our reader reads', () => {
  it('every sample in its place, gaps held', async () => {
    const filled = exportModel(1).filter(({ streams: [stream] }) =>
      stream!.steps.every(
        (step) =>
          step.kind === 'chunk' || isFilled(step.gap.lostSamples, stream!.info.nominalRateHz),
      ),
    )
    const wanted = fc.asyncProperty(filled, async (model) => {
      const folder = new MemoryFolder()
      const path = 'rest.vhdr'
      await exportRecording(await recordingOf(model), { format: 'brainvision', path }, folder)
      const files = Object.fromEntries([...folder.files].map(([name, { bytes }]) => [name, bytes]))
      const again = await openText(files)
      expect((await verifyRecording(again)).sound).toBe(true)
      const { rows } = [...(await readAll(again)).values()][0]!
      const sent = sentSignal(model.streams[0]!)
      const { channels } = again.streams[0]!.info
      for (const [c, { scale }] of channels.entries()) {
        for (const [k, position] of sent.positions.entries()) {
          const value = sent.columns[c]![k]!
          const off = Math.abs(rows[position]![c]! * scale - value)
          if (off > Math.abs(value) * 6e-8) expect.fail(`${off} off at ${position}`)
        }
      }
      const own = again.markers.filter(({ source }) => source !== 'New Segment')
      expect(own.filter(({ source }) => source !== 'Bad Interval')).toHaveLength(
        model.markers.length,
      )
    })
    await fc.assert(wanted, { numRuns: 40 })
  })
})

describe('every way to store samples', () => {
  const rows = Array.from({ length: 300 }, (_, i) => [i - 150, 2 * i + 1] as const)
  const cases = [
    ['INT_16', 2, (view: DataView, at: number, value: number) => view.setInt16(at, value, true)],
    ['UINT_16', 2, (view: DataView, at: number, value: number) => view.setUint16(at, value, true)],
    ['INT_32', 4, (view: DataView, at: number, value: number) => view.setInt32(at, value, true)],
    [
      'IEEE_FLOAT_32',
      4,
      (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
    ],
  ] as const
  it.each(cases)('%s, multiplexed and vectorized', async (type, size, put) => {
    const shift = type === 'UINT_16' ? 150 : 0
    for (const orientation of ['MULTIPLEXED', 'VECTORIZED']) {
      const view = new DataView(new ArrayBuffer(rows.length * 2 * size))
      for (const [i, row] of rows.entries()) {
        for (const [c, value] of row.entries()) {
          const at = orientation === 'VECTORIZED' ? c * rows.length + i : 2 * i + c
          put(view, at * size, value + shift)
        }
      }
      const recording = await openText({
        'rest.vhdr': header({ type, DataOrientation: orientation }),
        'rest.vmrk': markers('Stimulus,S  1,3,1,0'),
        'rest.eeg': new Uint8Array(view.buffer),
      })
      const columns = await readColumns(recording)
      expect(columns.get('Fp1')).toEqual(rows.map(([value]) => value + shift))
      expect(columns.get('C,z')).toEqual(rows.map(([, value]) => value + shift))
      expect(recording.streams[0]!.info.nominalRateHz).toBe(250)
      expect(recording.markers).toMatchObject([{ time: 0.008, label: 'S  1' }])
    }
  })
})

describe('breaks', () => {
  const eeg = new Uint8Array(40)
  it('between segments with dates are gaps', async () => {
    const recording = await openText({
      'rest.vhdr': header(),
      'rest.vmrk': markers(
        'New Segment,,1,1,0,20260504030201000000',
        'New Segment,,5,1,0,20260504030202000000',
        'Stimulus,S  2,6,1,0',
      ),
      'rest.eeg': eeg,
    })
    expect(recording.streams[0]!.gaps).toMatchObject([{ atSample: 4, lostSamples: 246 }])
    expect(recording.ledger).toEqual({ expected: 256, received: 10, lost: 246 })
    expect(recording.markers.at(-1)).toMatchObject({ label: 'S  2', time: 251 / 250 })
    expect((await verifyRecording(recording)).sound).toBe(true)
  })

  it('of unknown length are told', async () => {
    const recording = await openText({
      'rest.vhdr': header(),
      'rest.vmrk': markers('New Segment,,1,1,0', 'New Segment,,5,1,0'),
      'rest.eeg': eeg,
    })
    expect(recording.problems).toMatchObject([{ code: 'unknown-gap' }])
  })
})

describe('what cannot be read is refused with a code', () => {
  const eeg = new Uint8Array(40)
  const cases: [string, Record<string, string | Uint8Array>, string, RegExp][] = [
    ['no samples beside it', { 'rest.vhdr': header() }, 'file-missing', /rest\.eeg/],
    [
      'a million million channels',
      { 'rest.vhdr': header({ NumberOfChannels: '1000000000000' }), 'rest.eeg': eeg },
      'file-damaged',
      /channels/,
    ],
    [
      'no sampling interval',
      { 'rest.vhdr': header({ SamplingInterval: '0' }), 'rest.eeg': eeg },
      'file-damaged',
      /SamplingInterval/,
    ],
    [
      'samples as text',
      { 'rest.vhdr': header({ DataFormat: 'ASCII' }), 'rest.eeg': eeg },
      'file-unreadable',
      /text/,
    ],
    [
      'an unknown number type',
      { 'rest.vhdr': header({ type: 'INT_12' }), 'rest.eeg': eeg },
      'file-damaged',
      /INT_12/,
    ],
  ]
  it.each(cases)('%s', async (_, files, code, message) => {
    await expect(openText(files)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  it('the marker file alone', async () => {
    await expect(openText({ 'rest.vmrk': markers() }, 'rest.vmrk')).rejects.toMatchObject({
      code: 'file-unreadable',
      remedy: expect.stringContaining('.vhdr'),
    })
  })

  it('names other folders only by the last part of the path', async () => {
    const folder = mkdtempSync(join(scratch, 'a'))
    writeFileSync(join(scratch, 'rest.eeg'), new Uint8Array(40))
    writeFileSync(join(folder, 'rest.vhdr'), header({ DataFile: '../rest.eeg' }))
    await expect(openRecordingFile(join(folder, 'rest.vhdr'))).rejects.toMatchObject({
      code: 'file-missing',
    })
  })
})
