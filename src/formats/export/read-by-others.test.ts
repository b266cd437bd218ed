import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import {
  exportModel,
  recordingOf,
  type SentSignal,
  secondsBySamples,
  sentSignal,
} from '../../../test/format-model.ts'
import {
  askReaders,
  type ExportFacts,
  type ReadByOther,
} from '../../../test/oracles/export-facts.ts'
import type { RecordingModel, StreamModel } from '../../../test/recording-model.ts'
import type { Channel } from '../../signal/index.ts'
import { brainVisionWord } from '../brainvision/header-text.ts'
import { noteText } from '../edf/annotation-slots.ts'
import { edfLabels } from '../edf/header-writer.ts'
import type { Recording } from '../recording.ts'
import { type ExportFormat, exportRecording } from './export.ts'

interface Case {
  readonly model: RecordingModel
  readonly format: ExportFormat
  readonly paths: readonly string[]
}

const endings: Partial<Record<ExportFormat, string>> = {
  'edf+c': 'edf',
  'bdf+c': 'bdf',
  brainvision: 'vhdr',
}
const formats = ['edf+c', 'bdf+c', 'brainvision', 'csv'] as const
const seed = 20_260_504
const single = fc.sample(exportModel(1), { seed, numRuns: 20 })
const several = fc.sample(exportModel(3), { seed, numRuns: 10 })

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
const cases: Case[] = []
let factsOf: ReadonlyMap<string, ExportFacts>

/** One start of Python for everything. */
beforeAll(async () => {
  const jobs = [
    ...formats.flatMap((format) => single.map((model) => ({ model, format }))),
    ...several.flatMap((model) => [
      { model, format: 'edf+c' as const },
      { model, format: 'bdf+c' as const },
    ]),
  ]
  const recordings = new Map<RecordingModel, Recording>()
  for (const model of [...single, ...several]) recordings.set(model, await recordingOf(model))
  for (const [i, { model, format }] of jobs.entries()) {
    const folder = new MemoryFolder()
    const path = join(scratch, `Größe ${i}.${endings[format] ?? format}`)
    await exportRecording(recordings.get(model)!, { format, path }, folder)
    for (const [name, file] of folder.files) writeFileSync(name, file.bytes)
    const paths = [...folder.files.keys()].filter((name) => !/vmrk|eeg$|_gaps/.test(name))
    cases.push({ model, format, paths })
  }
  const paths = cases.flatMap((each) => each.paths)
  const facts = await askReaders(paths)
  factsOf = new Map(paths.map((path, i) => [path, facts[i]!]))
}, 120_000)

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const casesOf = (format: ExportFormat, streams: number) =>
  cases
    .filter((each) => each.format === format && each.model.streams.length === streams)
    .map(({ model, paths }) => ({ model, paths, facts: factsOf.get(paths[0]!)! }))

function expectColumn(
  found: readonly number[],
  sent: SentSignal,
  channel: number,
  factor: number,
  tolerance: (value: number) => number,
): void {
  const column = sent.columns[channel]!
  let last = -1
  for (const [i, position] of sent.positions.entries()) {
    const value = column[i]! * factor
    if (!(Math.abs(found[position]! - value) <= tolerance(value))) {
      expect.fail(`sample ${position} of channel ${channel}: ${found[position]}, not ${value}`)
    }
    // What is missing holds the last value.
    for (let k = last + 1; k < position; k++) {
      if (found[k] !== found[last]) expect.fail(`sample ${k} of channel ${channel} is not held`)
    }
    last = position
  }
}

/** In a power of ten, or microvolts for volts, where 8 characters demand it. */
function factorOf({ unit }: Channel, inFile: string): { factor: number; volts: number } {
  const power = Number(/^10\^(-?\d+)/.exec(inFile)?.[1] ?? 0)
  const volts = { uV: 1e-6, mV: 1e-3 }[inFile] ?? 1
  if (unit === 'V' && inFile === 'uV') return { factor: 1e6, volts }
  return { factor: Number(`1e${-power}`), volts }
}

function expectEdf(model: RecordingModel, { pyedflib, edfio, mne }: ExportFacts): void {
  const channels = model.streams.flatMap((stream) =>
    stream.info.channels.map((channel, i) => ({ channel, i, sent: sentSignal(stream), stream })),
  )
  expect(pyedflib!.labels).toEqual(edfLabels(channels.map(({ channel }) => channel.label)))
  expect(pyedflib!.startedAt.slice(0, 19)).toBe(model.startedAt.toISOString().slice(0, 19))
  for (const [k, { channel, i, sent, stream }] of channels.entries()) {
    const { factor, volts } = factorOf(channel, pyedflib!.units[k]!.trim())
    const step = Math.abs(pyedflib!.steps[k]!) * 1.000001
    expect(pyedflib!.rates[k]! / stream.info.nominalRateHz).toBeCloseTo(1, 6)
    expectColumn(pyedflib!.columns[k]!, sent, i, factor, () => step)
    expectColumn(edfio!.columns[k]!, sent, i, factor, () => step)
    if (mne) expectColumn(mne.columns[k]!, sent, i, factor * volts, () => step * volts)
  }
  expectMarkers(edfio!.markers, model)
  expectMarkers(pyedflib!.markers, model)
}

function expectMarkers(found: ReadByOther['markers'], model: RecordingModel): void {
  const own = found.filter(([, , text]) => !text.startsWith('BAD_'))
  const key = (row: readonly [number, number, string]) => `${row[0].toFixed(3)} ${row[2]} ${row[1]}`
  const sort = <T extends readonly [number, number, string]>(rows: readonly T[]) =>
    rows.toSorted((a, b) => key(a).localeCompare(key(b)))
  const onset = ({ time }: { time: number }) => secondsBySamples(model.streams[0]!, time)
  expect(sort(own)).toEqual(
    sort(
      model.markers.map((marker) => [
        onset(marker),
        marker.durationSeconds,
        noteText(marker.label),
      ]),
    ).map(([at, duration, text]) => [expect.closeTo(at, 4), duration, text]),
  )
}

describe('EDF+ and BDF+, through pyEDFlib, edfio and MNE', () => {
  it.each(['edf+c', 'bdf+c'] as const)(
    '%s: one stream with its gaps filled: within a step, in its place, with labels and markers',
    (format) => {
      for (const { model, facts } of casesOf(format, 1)) expectEdf(model, facts)
    },
  )

  it.each(['edf+c', 'bdf+c'] as const)(
    '%s: three streams of different rates in one file',
    (format) => {
      for (const { model, facts, paths } of casesOf(format, 3)) {
        expect(paths).toHaveLength(1)
        expectEdf(model, facts)
      }
    },
  )
})

describe('BrainVision, through MNE', () => {
  it('whole numbers exactly, others to float32, in their place, with labels and markers', () => {
    // Slow streams have gaps that are too long to be filled.
    const filled = casesOf('brainvision', 1).filter(
      ({ model }) => model.streams[0]!.info.nominalRateHz > 100,
    )
    for (const { model, facts } of filled) {
      const { info } = model.streams[0]!
      const sent = sentSignal(model.streams[0]!)
      const { labels, columns, rates, markers } = facts.mne!
      const words = info.channels.map(({ label }) => label)
      if (new Set(words).size === words.length) expect(labels).toEqual(words)
      expect(rates[0]! / info.nominalRateHz).toBeCloseTo(1, 9)
      for (const [i, { unit }] of info.channels.entries()) {
        const factor = { uV: 1e-6, mV: 1e-3, µS: 1e-6 }[unit] ?? 1
        expectColumn(columns[i]!, sent, i, factor, (value) => Math.abs(value) * 2 ** -23 + 1e-300)
      }
      const total = sent.positions.at(-1)!
      const found = markers.filter(([, , text]) => !/^(New Segment|Bad Interval)\//.test(text))
      const expected = model.markers.map(({ time, label }) => {
        const sample = Math.round(secondsBySamples(model.streams[0]!, time) * info.nominalRateHz)
        return { sample: Math.min(total, Math.max(0, sample)), label }
      })
      expect(found).toHaveLength(expected.length)
      for (const { sample, label } of expected) {
        const onset = sample / info.nominalRateHz
        const text = brainVisionWord(label).replaceAll('\\1', ',')
        const isIt = ([at, , name]: ReadByOther['markers'][number]) =>
          Math.abs(at - onset) < 1.01 / info.nominalRateHz && name.endsWith(text)
        if (!found.some(isIt)) expect.fail(`no ${text} at ${onset} s in ${JSON.stringify(found)}`)
      }
    }
  })
})

describe('CSV, through pandas', () => {
  const column = (facts: ExportFacts, name: string) =>
    facts.pandas!.columns[facts.pandas!.labels.indexOf(name)]!

  it('every value, index and time exactly', () => {
    for (const { model, facts } of casesOf('csv', 1)) {
      const stream: StreamModel = model.streams[0]!
      const sent = sentSignal(stream)
      const { labels, columns } = facts.pandas!
      const first = labels.length - stream.info.channels.length
      for (const [i, { unit }] of stream.info.channels.entries()) {
        expect(columns[first + i]).toEqual(sent.columns[i])
        if (unit !== '1') expect(labels[first + i]).toContain(` [${unit}]`)
      }
      expect(column(facts, 'sample_index')).toEqual(sent.positions.map((at) => at + stream.begin))
      expect(labels.includes('sequence')).toBe(stream.columns.sequence)
      expect(labels.includes('device_time [s]')).toBe(stream.columns.deviceTime)
    }
  })

  it('markers beside, with every letter', () => {
    const withMarkers = cases.filter(
      ({ format, model }) => format === 'csv' && model.markers.length,
    )
    expect(withMarkers.length).toBeGreaterThan(5)
    for (const { model, paths } of withMarkers) {
      const facts = factsOf.get(paths.find((path) => path.endsWith('_markers.csv'))!)!
      const sorted = model.markers.toSorted((a, b) => a.time - b.time)
      expect(column(facts, 'time [s]')).toEqual(sorted.map(({ time }) => time))
      expect(column(facts, 'label').map(String)).toEqual(sorted.map(({ label }) => label))
    }
  })
})
