import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { edfHeader, int16Samples } from '../../../test/edf-builder.ts'
import { askOracle } from '../../../test/oracles/oracle.ts'
import { readAll, readColumns } from '../../../test/read-all.ts'
import { openFileSource } from '../file-io.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { type Recording, summarise } from '../recording.ts'

const openFile = async (path: string) => {
  const source = await openFileSource(path)
  onTestFinished(() => source.close())
  return openRecording(source, path)
}
const openBytes = (...parts: readonly Uint8Array[]) =>
  openRecording(memorySource(new Uint8Array(Buffer.concat(parts))), 'built.edf')
const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

const files = {
  mne: dataFile('mne-tools__mne-python/test.edf'),
  mneImport: dataFile('mne-tools__mne-python/test_edf_eeglab.mat'),
  uneven: dataFile('mne-tools__mne-python/test_uneven_samp.edf'),
  stray: dataFile('beacon-biosignals__EDF.jl/test_uneven_samp.edf'),
  stim: dataFile('mne-tools__mne-python/test_edf_stim_channel.edf'),
  duplicates: dataFile('mne-tools__mne-python/duplicate_channel_labels.edf'),
  continuous: dataFile('cran__edfReader/edfPlusC.edf'),
  gaps: dataFile('cran__edfReader/edfPlusD.edf'),
  farGaps: dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/Discontinuous2.edf'),
  noRecords: dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/Invalid DataRecord Count.edf'),
  oximeter: dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/PulseOximetry1.EDF'),
  stages: dataFile('StagPoint__StagPoint.EuropeanDataFormat.Net/SC4291GA-Hypnogram.edf'),
  fewerStages: dataFile('the-siesta-group__edfio/SC4001EC-Hypnogram.edf'),
  psg: dataFile('the-siesta-group__edfio/short_psg.edf'),
  utf8: dataFile('holgern__pyedflib/test_utf8.edf'),
  bdf: dataFile('holgern__pyedflib/test_generator_datarec_generator_0_5.bdf'),
  generator: dataFile('MIT-LCP__wfdb-python/test_generator_2.edf'),
  generatorWfdb: dataFile('MIT-LCP__wfdb-python/test_generator_2.dat'),
  fists: dataFile('Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_S001/S001R04.edf'),
  feet: dataFile('Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_S001/S001R06.edf'),
  fistsAgain: dataFile('Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_S001/S001R08.edf'),
  mangled: dataFile('Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_crlf_damaged/S001R11.edf'),
}

/** How often each marker label occurs. */
function countLabels(recording: Recording): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { label } of recording.markers) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

interface EdfioFacts {
  readonly signals: {
    readonly label: string
    readonly rateHz: number
    readonly samples: number
    readonly physical: readonly [number, number]
    readonly sha256: string
  }[]
  readonly annotations: { time: number; durationSeconds: number; label: string }[]
}

describe('every sound file of the collection', () => {
  const names = Object.entries(files).filter(
    ([name, path]) => path && !/mangled|noRecords|mneImport|Wfdb/.test(name),
  )

  it.skipIf(names.length === 0)(
    'has the samples and annotations that edfio reads',
    async () => {
      const paths = names.map(([, path]) => path!)
      const facts = await askOracle<EdfioFacts[]>('edf_facts.py', { files: paths })
      for (const [i, path] of paths.entries()) {
        const recording = await openFile(path)
        const samples = [...(await readColumns(recording)).values()]
        const channels = recording.streams.flatMap(({ info }) =>
          info.channels.map((channel) => ({ ...channel, rateHz: info.nominalRateHz })),
        )
        // Ours are ordered by rate; edfio's as they stand in the file.
        const hash = (values: readonly number[]) =>
          createHash('sha256').update(Int32Array.from(values)).digest('hex')
        const own = channels.map(({ label, rateHz, scale, offset }, k) => ({
          label: label.replace(/-\d$/, ''),
          rateHz,
          samples: samples[k]!.length,
          physical: [samples[k]![0]! * scale + offset, samples[k]!.at(-1)! * scale + offset],
          sha256: hash(samples[k]!),
        }))
        const rates = [...new Set(facts[i]!.signals.map(({ rateHz }) => rateHz))]
        const theirs = rates.flatMap((rate) => facts[i]!.signals.filter((s) => s.rateHz === rate))
        expect(own).toEqual(
          theirs.map((signal) => ({
            ...signal,
            label: signal.label.replace(/-\d$/, ''),
            rateHz: expect.closeTo(signal.rateHz, 9),
            physical: signal.physical.map((value) => expect.closeTo(value, 6)),
          })),
        )
        const sorted = [...facts[i]!.annotations].sort((a, b) => a.time - b.time)
        expect(recording.markers).toEqual(
          sorted.map((each) => ({
            label: each.label,
            // Ours count from the start in the header, edfio's from the first record.
            time: expect.closeTo(each.time + (recording.streams[0]?.firstTime ?? 0), 9),
            durationSeconds: expect.closeTo(each.durationSeconds, 9),
          })),
        )
      }
    },
    60_000,
  )
})

describe('what is known of single files', () => {
  it.skipIf(!files.mne)('test.edf of MNE: 139 channels, 512 Hz, 5 annotations', async () => {
    const recording = await openFile(files.mne!)
    expect(recording.format).toBe('edf+c')
    expect(recording.startedAt).toEqual(new Date('2014-04-29T22:19:44Z'))
    expect(recording.streams).toHaveLength(1)
    const [stream] = recording.streams
    expect(stream!.info.channels).toHaveLength(139)
    expect(stream).toMatchObject({ samples: 3072, effectiveRateHz: 512, gaps: [] })
    expect(countLabels(recording)).toEqual({ 'type A': 3, 'type B': 1, start: 1 })
  })

  it.skipIf(!files.mne || !files.mneImport)(
    'test.edf of MNE: all 139 channels are those of the EEGLAB import, in microvolts',
    async () => {
      const recording = await openFile(files.mne!)
      const request = { file: files.mneImport!, name: 'data' }
      const imported = await askOracle<number[][]>('mat_matrix.py', request)
      const raw = [...(await readColumns(recording)).values()]
      const same = recording.streams[0]!.info.channels.filter(({ scale, offset }, i) =>
        raw[i]!.every((value, k) => Math.abs(value * scale + offset - imported[i]![k]!) < 0.01),
      )
      // MNE itself differs in one, Status, which it does not scale.
      expect(same).toHaveLength(139)
    },
  )

  it.skipIf(!files.stray || !files.uneven)('a stray byte at the end changes nothing', async () => {
    const sound = await openFile(files.uneven!)
    const stray = await openFile(files.stray!)
    expect(sound.problems).toEqual([])
    expect(codes(stray)).toContain('trailing-bytes')
    expect(stray.streams.map(({ samples }) => samples)).toEqual([11_000, 1408])
    expect(await readColumns(stray)).toEqual(await readColumns(sound))
    // This one also has the 42nd of a month 0 as its date.
    expect(stray.startedAt).toBeNull()
  })

  it.skipIf(!files.duplicates)('labels that stand twice get running numbers', async () => {
    const recording = await openFile(files.duplicates!)
    const { info, samples } = recording.streams[0]!
    expect(info.channels.map(({ label }) => label)).toEqual([
      'EEG F1-Ref-0',
      'EEG F2-Ref',
      'EEG F1-Ref-1',
    ])
    expect([info.nominalRateHz, samples]).toEqual([250, 2500])
    expect(codes(recording)).toEqual(['duplicate-label'])
  })

  it.skipIf(!files.gaps || !files.continuous)(
    'edfPlusD.edf is edfPlusC.edf with records missing, and they stay missing',
    async () => {
      const whole = await readColumns(await openFile(files.continuous!))
      const recording = await openFile(files.gaps!)
      expect(recording.format).toBe('edf+d')
      const kept = [0, 2, 4, 5, 6, 7, 8, 9, 12, 15, 19]
      for (const [label, samples] of await readColumns(recording)) {
        const all = whole.get(label)!
        expect(samples).toEqual(kept.flatMap((k) => all.slice(200 * k, 200 * (k + 1))))
      }
      const content = (await readAll(recording)).get('edf')!
      const onsets = content.time.filter((_, i) => i % 200 === 0)
      expect(onsets).toEqual(kept)
      expect(content.indices).toEqual(
        kept.flatMap((k) => Array.from({ length: 200 }, (_, i) => 200 * k + i)),
      )
      const { streams, ledger } = summarise(recording)
      expect(streams[0]!.gaps).toEqual([
        { atSample: 200, lostSamples: 200, startTime: 1 },
        { atSample: 600, lostSamples: 200, startTime: 3 },
        { atSample: 2000, lostSamples: 400, startTime: 10 },
        { atSample: 2600, lostSamples: 400, startTime: 13 },
        { atSample: 3200, lostSamples: 600, startTime: 16 },
      ])
      expect(ledger).toEqual({ expected: 4000, received: 2200, lost: 1800 })
      expect(streams[0]!.effectiveRateHz).toBeCloseTo(200, 9)
    },
  )

  it.skipIf(!files.farGaps)('Discontinuous2.edf has its onsets and two gaps', async () => {
    const recording = await openFile(files.farGaps!)
    const [stream] = recording.streams
    expect(stream!.samples).toBe(2748)
    expect(stream!.lastTime).toBe(15_836)
    // The records before end 4 s after their onsets, 2720 s and 11 711 s.
    expect(stream!.gaps.map(({ startTime }) => startTime)).toEqual([2724, 11_715])
    const { time } = (await readAll(recording)).get('edf')!
    expect(time).toContain(2720)
    expect(time).toContain(5631)
    expect(time[time.indexOf(2720) + 1]).toBe(5631)
    expect(time[time.indexOf(11_711) + 1]).toBe(13_656)
  })

  it.skipIf(!files.noRecords)('a count of −1 in a file without records: no samples', async () => {
    const recording = await openFile(files.noRecords!)
    expect(recording.streams.map(({ samples }) => samples)).toEqual([0, 0])
    expect(codes(recording)).toEqual(['unknown-record-count'])
  })

  it.skipIf(!files.fewerStages || !files.stages)('hypnograms: only annotations', async () => {
    const fewer = await openFile(files.fewerStages!)
    expect(fewer.streams).toEqual([])
    expect(countLabels(fewer)).toEqual({
      'Sleep stage W': 12,
      'Sleep stage R': 6,
      'Sleep stage 1': 24,
      'Sleep stage 2': 40,
      'Sleep stage 3': 48,
      'Sleep stage 4': 23,
      'Sleep stage ?': 1,
    })
    expect(countLabels(await openFile(files.stages!))).toEqual({
      'Sleep stage 1': 101,
      'Sleep stage 2': 65,
      'Sleep stage W': 52,
      'Sleep stage R': 34,
      'Sleep stage 3': 29,
      'Sleep stage 4': 19,
      'Sleep stage ?': 1,
    })
  })

  it.skipIf(!files.psg)('short_psg.edf: one stream per rate, 300 s each', async () => {
    const { streams } = await openFile(files.psg!)
    expect(streams.map(({ info }) => info.channels.length)).toEqual([3, 4])
    expect(streams.map(({ samples, info }) => samples / info.nominalRateHz)).toEqual([300, 300])
  })

  it.skipIf(!files.utf8)('annotations are UTF-8', async () => {
    const recording = await openFile(files.utf8!)
    expect(recording.markers).toHaveLength(5)
    expect(recording.markers.map(({ label }) => label)).toContain('中文测试八个字')
  })

  it.skipIf(!files.generator || !files.generatorWfdb)(
    'test_generator_2.edf equals its conversion to WFDB',
    async () => {
      const recording = await openFile(files.generator!)
      const raw = readFileSync(files.generatorWfdb!)
      const wfdb = new Int16Array(raw.buffer, raw.byteOffset, raw.length / 2)
      const { rows } = (await readAll(recording)).get('edf')!
      // Its frames are the records: 200 samples of each of 11 signals, then 51 of annotations.
      const converted = (frame: number, channel: number) =>
        wfdb[Math.floor(frame / 200) * 2251 + 200 * channel + (frame % 200)]
      const different = rows.filter((row, frame) =>
        row.some((value, channel) => value !== converted(frame, channel)),
      )
      expect(different).toEqual([])
      expect(rows).toHaveLength(120_000)
    },
  )

  it.skipIf(!files.fists || !files.feet || !files.fistsAgain)(
    'EEGBCI: 64 channels, 160 Hz, 20 000 samples, and the trials',
    async () => {
      for (const path of [files.fists!, files.feet!, files.fistsAgain!]) {
        const { info, samples } = (await openFile(path)).streams[0]!
        expect([info.channels.length, info.nominalRateHz, samples]).toEqual([64, 160, 20_000])
        expect(info.channels.every(({ type, unit }) => type === 'EEG' && unit === 'uV')).toBe(true)
      }
      expect(countLabels(await openFile(files.fists!))).toEqual({ T0: 15, T1: 8, T2: 7 })
      expect(countLabels(await openFile(files.feet!))).toEqual({ T0: 15, T1: 7, T2: 8 })
      expect(countLabels(await openFile(files.fistsAgain!))).toEqual({ T0: 15, T1: 8, T2: 7 })
    },
  )
})

describe('files that went through a program for text', () => {
  const mangled = { code: 'file-damaged', message: expect.stringMatching(/line feed/) }

  it.skipIf(!files.mangled)('with line feeds doubled are refused', async () => {
    await expect(openFile(files.mangled!)).rejects.toMatchObject(mangled)
  })

  it.skipIf(!files.mangled)('also when they were cut to the right length', async () => {
    const bytes = readFileSync(files.mangled!).subarray(0, 2_607_244 - 10_348)
    await expect(openBytes(bytes)).rejects.toMatchObject(mangled)
  })

  it.skipIf(!files.fists)('with their bytes re-encoded as UTF-8 are refused', async () => {
    const bytes = readFileSync(files.fists!)
    const encoded = Buffer.from(bytes.toString('latin1'), 'utf8')
    const replaced = Buffer.from(bytes.toString('utf8'), 'utf8')
    for (const damaged of [encoded, encoded.subarray(0, bytes.length), replaced]) {
      await expect(openBytes(damaged)).rejects.toMatchObject({
        code: 'file-damaged',
        message: expect.stringMatching(/UTF-8/),
      })
    }
  })

  it('a channel that is stuck at a value of these bytes is no such file', async () => {
    const stuck = int16Samples(Array<number>(4000).fill(0x0a0d))
    const signals = [{ label: 'stuck', samples: 1000 }]
    const recording = await openBytes(edfHeader({ records: 4, seconds: 1, signals }), stuck)
    expect(recording.streams[0]!.samples).toBe(4000)
  })
})
