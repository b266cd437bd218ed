import { writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { askReaders } from '../../../test/oracles/export-facts.ts'
import { readColumns } from '../../../test/read-all.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { openFileSource } from '../file-io.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'
import { type ExportFormat, exportRecording } from './export.ts'

const files = {
  mne: dataFile('mne-tools__mne-python/test.edf'),
  uneven: dataFile('mne-tools__mne-python/test_uneven_samp.edf'),
  gaps: dataFile('cran__edfReader/edfPlusD.edf'),
  farGaps: dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/Discontinuous2.edf'),
  utf8: dataFile('holgern__pyedflib/test_utf8.edf'),
  bdf: dataFile('holgern__pyedflib/test_generator_datarec_generator_0_5.bdf'),
  fists: dataFile('Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_S001/S001R04.edf'),
  minimal: dataFile('xdf-modules__example-files/minimal.xdf'),
  eeglab: dataFile('sccn__eeglab/test.xdf'),
  openbci: dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt'),
}

async function openFile(path: string): Promise<Recording> {
  const source = await openFileSource(path)
  onTestFinished(() => source.close())
  return openRecording(source, path)
}

async function exported(recording: Recording, format: ExportFormat, path: string) {
  const folder = new MemoryFolder()
  const result = await exportRecording(recording, { format, path }, folder)
  return { folder, result, again: () => openRecording(memorySource(folder.bytes(path)), path) }
}

/** Physical values, channel by channel. */
async function physical(recording: Recording): Promise<number[][]> {
  const raw = [...(await readColumns(recording)).values()]
  return recording.streams
    .flatMap(({ info }) => info.channels)
    .map(({ scale, offset }, i) => raw[i]!.map((value) => value * scale + offset))
}

const lossesOf = (result: { losses: readonly { kind: string }[] }) =>
  result.losses.map(({ kind }) => kind)

describe('EDF and BDF that are written again', () => {
  const sources = [
    ['test.edf of MNE', files.mne, 'edf'],
    ['two rates', files.uneven, 'edf'],
    ['EEGBCI', files.fists, 'edf'],
    ['24 bits', files.bdf, 'bdf'],
  ] as const
  const there = sources.filter(([, path]) => path)

  it.each(there)('%s: the very same counts, by the same scale', async (_, path, format) => {
    const recording = await openFile(path!)
    const { result, again } = await exported(recording, format, 'out')
    const copy = await again()
    const raw = [...(await readColumns(recording)).values()]
    const rawAgain = [...(await readColumns(copy)).values()]
    expect(rawAgain).toEqual(raw)
    const channels = (from: Recording) =>
      from.streams.flatMap(({ info }) =>
        info.channels.map(({ scale, offset }) => ({ scale, offset, rateHz: info.nominalRateHz })),
      )
    for (const [i, { scale, offset, rateHz }] of channels(copy).entries()) {
      const own = channels(recording)[i]!
      expect(rateHz).toBe(own.rateHz)
      expect(scale / own.scale).toBeCloseTo(1, 9)
      expect(Math.abs(offset - own.offset)).toBeLessThanOrEqual(0.01 * Math.abs(own.scale))
    }
    expect(copy.startedAt).toEqual(recording.startedAt)
    expect(copy.markers.map(({ label }) => label)).toEqual(
      recording.markers.map(({ label }) => label.trim()),
    )
    expect(lossesOf(result)).not.toContain('rounding')
    expect(lossesOf(result)).not.toContain('padding')
  })

  it.skipIf(!files.gaps)(
    'edfPlusD.edf: its eleven records, and its gaps to the sample',
    async () => {
      const recording = await openFile(files.gaps!)
      const { result, again } = await exported(recording, 'edf', 'out.edf')
      const copy = await again()
      expect(copy.format).toBe('edf+d')
      expect(copy.streams[0]!.gaps).toEqual(recording.streams[0]!.gaps)
      expect(copy.streams[0]!.gaps.map(({ lostSamples }) => lostSamples)).toEqual([
        200, 200, 400, 400, 600,
      ])
      expect(await readColumns(copy)).toEqual(await readColumns(recording))
      expect(lossesOf(result)).not.toContain('gaps-filled')
    },
  )

  it.skipIf(!files.farGaps)('Discontinuous2.edf: both gaps of half an hour and more', async () => {
    const recording = await openFile(files.farGaps!)
    const { result, again } = await exported(recording, 'bdf', 'out.bdf')
    const [stream] = recording.streams
    const gaps = (await again()).streams[0]!.gaps
    expect(gaps.map(({ lostSamples }) => lostSamples)).toEqual([727, 485])
    // A sample every 4 s, and gaps of other lengths: samples keep their number, and the table
    // says how far from their time they are.
    for (const [i, { startTime }] of gaps.entries()) {
      expect(Math.abs(startTime - stream!.gaps[i]!.startTime)).toBeLessThanOrEqual(2)
    }
    const row = result.losses.find(({ kind, unit }) => kind === 'times' && unit === 's')
    expect(row).toMatchObject({ maxError: 1 })
  })
})

describe('in other formats, through other readers', () => {
  it.skipIf(!files.utf8)('test_utf8.edf: its Chinese annotation stays', async () => {
    const scratch = scratchFolder()
    const path = scratch.path('out.bdf')
    const { folder } = await exported(await openFile(files.utf8!), 'bdf', path)
    writeFileSync(path, folder.bytes(path))
    const [facts] = await askReaders([path])
    const texts = facts!.edfio!.markers.map(([, , text]) => text)
    expect(texts).toContain('中文测试八个字')
    expect(facts!.pyedflib!.markers.map(([, , text]) => text)).toEqual(texts)
  })

  it.skipIf(!files.fists || !files.eeglab || !files.openbci || !files.minimal)(
    'EEGBCI and XDF as BrainVision, OpenBCI text as BDF+ and CSV, minimal.xdf as CSV',
    async () => {
      const scratch = scratchFolder()
      const jobs = [
        [files.fists!, 'brainvision', 'fists.vhdr'],
        [files.eeglab!, 'brainvision', 'eeglab.vhdr'],
        [files.openbci!, 'bdf', 'openbci.bdf'],
        [files.openbci!, 'csv', 'openbci.csv'],
        [files.minimal!, 'csv', 'minimal.csv'],
      ] as const
      const recordings = []
      for (const [path, format, name] of jobs) {
        const recording = await openFile(path)
        const { folder } = await exported(recording, format, scratch.path(name))
        for (const [each, file] of folder.files) writeFileSync(each, file.bytes)
        recordings.push(recording)
      }
      const paths = jobs.map(([, , name]) => scratch.path(name))
      const facts = await askReaders(paths.slice(0, -1), every)
      facts.push(...(await askReaders(paths.slice(-1))))

      const fists = facts[0]!.mne!
      expect(fists.rates[0]).toBe(160)
      const counts = Map.groupBy(fists.markers, ([, , text]) => text.split('/').at(-1)!)
      const count = (label: string) => counts.get(label)?.length
      expect([count('T0'), count('T1'), count('T2')]).toEqual([15, 8, 7])
      const fistValues = thin(await physical(recordings[0]!))
      expectClose(fists.columns, fistValues, 1e-6, 1e-10)

      const eeglab = facts[1]!.mne!
      expect(eeglab.columns.map((column) => column.length)).toEqual(Array(8).fill(9520 / every))

      const openbci = recordings[2]!
      const values = thin(await physical(openbci))
      expect(openbci.streams[0]!.samples).toBe(22_490)
      const bdf = facts[2]!.pyedflib!
      for (const [i, column] of bdf.columns.entries()) {
        expectClose([column], [values[i]!], 1, Math.abs(bdf.steps[i]!) * 1.000001)
      }
      const csv = facts[3]!.pandas!
      const exg = openbci.streams[0]!.info.channels.length
      expect(csv.columns.slice(-exg)).toEqual(values.slice(0, exg))

      // Rows of EXPECTED: 10 Hz from 5.1, moved by the clock offset of −0.1.
      const minimal = facts[4]!.pandas!
      const column = (name: RegExp) =>
        minimal.columns[minimal.labels.findIndex((n) => name.test(n))]
      expect(column(/^time/)![0]).toBeCloseTo(5, 9)
      expect(minimal.columns.at(-3)).toEqual([192, 12, 13, 14, 15, 12, 13, 14, 15])
      expect(minimal.columns.at(-1)).toEqual([238, 32, 33, 34, 35, 32, 33, 34, 35])
    },
    60_000,
  )
})

/** So many samples are compared: one of this many. */
const every = 10
const thin = (columns: readonly (readonly number[])[]) =>
  columns.map((column) => column.filter((_, i) => i % every === 0))

function expectClose(
  found: readonly (readonly number[])[],
  sent: readonly (readonly number[])[],
  factor: number,
  tolerance: number,
): void {
  for (const [i, column] of sent.entries()) {
    expect(found[i]).toHaveLength(column.length)
    const worst = column.reduce(
      (most, value, k) => Math.max(most, Math.abs(found[i]![k]! - value * factor)),
      0,
    )
    expect(worst).toBeLessThanOrEqual(tolerance)
  }
}
