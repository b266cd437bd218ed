import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { recordingOf } from '../../../test/format-model.ts'
import { askParquetReaders } from '../../../test/oracles/parquet-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import { type RecordingModel, recordingModel } from '../../../test/recording-model.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { physicalChannel, SynapseError } from '../../signal/index.ts'
import { exportRecording } from '../export/export.ts'
import { type ByteSource, memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'
import { verifyRecording } from '../verify.ts'

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

type Files = ReadonlyMap<string, Uint8Array>

async function parquetOf(recording: Recording) {
  const folder = new MemoryFolder()
  const path = 'rest.parquet'
  const result = await exportRecording(recording, { format: 'parquet', path }, folder)
  const files: Files = new Map([...folder.files].map(([name, { bytes }]) => [name, bytes]))
  return { result, files }
}

function openFiles(files: Files, name = 'rest.parquet'): Promise<Recording> {
  const sourceOf = (file: string) => {
    const bytes = files.get(file)
    if (!bytes) throw new SynapseError('file-missing', `opening ${file}: not here`)
    return memorySource(bytes)
  }
  return openRecording(sourceOf(name), name, async (file) => sourceOf(file))
}

const hasSamples = (recording: Recording) => recording.streams.some(({ samples }) => samples > 0)

/** A setting whose name means something else to an object that is not careful. */
const awkwardSetting: RecordingModel = {
  startedAt: new Date('2000-01-01T00:00:00.000Z'),
  streams: [
    {
      info: {
        id: 'serial/0 é',
        name: ' ',
        type: 'EEG',
        sampleFormat: 'int16',
        nominalRateHz: 0,
        channels: [{ label: ' ', type: 'EEG', unit: 'uV', scale: 0, offset: 0 }],
        origin: { source: 'openbci-cyton', settings: { ['__proto__']: 0 } },
      },
      columns: { deviceTime: false, sequence: false },
      begin: 0,
      steps: [{ kind: 'chunk', frames: 1 }],
      padding: 0,
    },
  ],
  markers: [],
}

describe('any recording comes back', () => {
  it('exactly: samples, indices, gaps, markers, raw times and descriptions', async () => {
    const wanted = fc.asyncProperty(recordingModel, async (model: RecordingModel) => {
      const recording = await recordingOf(model)
      if (!hasSamples(recording)) return
      const { files, result } = await parquetOf(recording)
      expect(result.losses).toEqual([])
      const again = await openFiles(files)
      expect(again.problems).toEqual([])
      expect((await verifyRecording(again)).sound).toBe(true)
      expect(again.startedAt).toEqual(recording.startedAt)
      const byTime = recording.markers.toSorted((a, b) => a.time - b.time)
      expect(again.markers).toEqual(byTime)
      expect(again.ledger).toEqual(recording.ledger)
      expect(again.streams).toEqual(recording.streams)
      const own = await readAll(recording)
      for (const [id, content] of await readAll(again)) expect(content).toEqual(own.get(id))
    })
    await fc.assert(wanted, { numRuns: 60, examples: [[awkwardSetting]] })
  })

  it('opened by the file of any stream', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const { files } = await parquetOf(recording)
    const [first, second] = [...files.keys()]
    const one = await openFiles(files, first)
    const other = await openFiles(files, second)
    expect(one.streams.map(({ info }) => info.id)).toEqual(['eeg', 'acc'])
    expect(other.streams).toEqual(one.streams)
  })

  it('the rest is read when a file of it is missing, and that is said', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const { files } = await parquetOf(recording)
    const [first] = [...files.keys()]
    const alone = await openFiles(new Map([[first!, files.get(first!)!]]), first)
    expect(alone.problems.map(({ code }) => code)).toEqual([
      'missing-part',
      'missing-part',
      'gap-mismatch',
    ])
    expect(alone.streams).toHaveLength(1)
  })
})

it('a pass reads no byte twice, at most a megabyte at a time, and clocks alone first', async () => {
  const channel = { label: 'Cz', type: 'EEG', unit: 'uV', scale: 1, offset: 0 } as const
  const frames = 40_000
  const recording = await recordingOf({
    startedAt: new Date(0),
    markers: [],
    streams: [
      {
        info: {
          id: 'eeg',
          name: 'EEG',
          type: 'EEG',
          sampleFormat: 'int32',
          nominalRateHz: 1000,
          channels: Array.from({ length: 16 }, (_, c) => ({ ...channel, label: `E${c + 1}` })),
          origin: { source: 'test' },
        },
        columns: { deviceTime: false, sequence: false },
        begin: 0,
        steps: [{ kind: 'chunk', frames }],
        padding: 0,
      },
    ],
  })
  const { files } = await parquetOf(recording)
  const source = memorySource(files.get('rest.parquet')!)
  const read: number[] = []
  const counted: ByteSource = {
    ...source,
    read: (offset, length, into) => {
      read.push(Math.min(length, source.size - offset))
      return source.read(offset, length, into)
    },
  }
  const again = await openRecording(counted, 'rest.parquet')
  const opened = read.splice(0).reduce((sum, length) => sum + length, 0)
  const content = (await readAll(again)).get('eeg')
  expect(content!.rows).toEqual((await readAll(recording)).get('eeg')!.rows)
  expect(source.size).toBeGreaterThan(2 ** 21)
  expect(opened).toBeLessThan(source.size / 2)
  expect(Math.max(...read)).toBeLessThanOrEqual(2 ** 20)
  expect(read.reduce((sum, length) => sum + length, 0)).toBeLessThan(source.size)
})

describe('what DuckDB and pyarrow read', () => {
  it('is what was recorded, to the last bit', { timeout: 60_000 }, async () => {
    const models = fc
      .sample(recordingModel, { seed: 20_260_504, numRuns: 30 })
      .filter(({ streams }) => streams.some(({ steps }) => steps.some((s) => s.kind === 'chunk')))
    const cases: { path: string; recording: Recording; stream: number; events: string }[] = []
    for (const [i, model] of models.entries()) {
      const recording = await recordingOf(model)
      if (!hasSamples(recording)) continue
      const { files } = await parquetOf(recording)
      const name = (file: string) => join(scratch, `${i} Größe ${file}`)
      for (const [file, bytes] of files) writeFileSync(name(file), bytes)
      const paths = [...files.keys()]
      const last = paths.at(-1)!
      const events = last.endsWith('_events.parquet') ? name(last) : ''
      for (const stream of recording.streams.keys()) {
        cases.push({ path: name(paths[stream]!), recording, stream, events })
      }
    }
    expect(cases.length).toBeGreaterThan(15)
    const facts = await askParquetReaders(cases.map(({ path, events }) => ({ path, events })))
    for (const [i, { recording, stream }] of cases.entries()) {
      const { info, samples, gaps } = recording.streams[stream]!
      const content = (await readAll(recording)).get(info.id)
      const { pyarrow, duckdb, metadata, events } = facts[i]!
      expect(duckdb).toEqual(pyarrow)
      expect(pyarrow.rows).toBe(samples)
      const described = JSON.parse(metadata)
      expect(described.info).toEqual(info)
      expect(pyarrow.columns.sample_index ?? []).toEqual(content?.indices ?? [])
      expect(pyarrow.columns.time_corrected ?? []).toEqual(content?.time ?? [])
      expect(pyarrow.columns.time_host ?? []).toEqual(content?.hostTime ?? [])
      for (const c of info.channels.keys()) {
        const wanted = content?.rows.map((row) => row[c]!) ?? []
        expect(pyarrow.columns[described.columns[c]]).toEqual(wanted)
      }
      const marks = events.filter((row) => row.lost_samples === null)
      const sorted = recording.markers.toSorted((a, b) => a.time - b.time)
      expect(marks.map(({ type }) => type)).toEqual(sorted.map(({ label }) => label))
      expect(marks.map(({ value }) => value ?? undefined)).toEqual(sorted.map((m) => m.value))
      const lost = events.filter((row) => row.stream === info.id)
      expect(lost.map((row) => Number(row.lost_samples))).toEqual(gaps.map((g) => g.lostSamples))
    }
  })
})

describe('damage', () => {
  it('of any bit, or a cut anywhere: refused with a code, or read', {
    timeout: 60_000,
  }, async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const { files } = await parquetOf(recording)
    const [name] = [...files.keys()]
    const whole = files.get(name!)!
    const next = random(7)
    let refused = 0
    for (let run = 0; run < 300; run++) {
      const bytes = Uint8Array.from(whole)
      const at = Math.floor(next() * bytes.length)
      // Half of the damage goes where the sizes stand: into the footer.
      const place = run % 2 === 0 ? at : bytes.length - 1 - Math.floor(next() * 2000)
      bytes[place]! ^= 1 << Math.floor(next() * 8)
      const damaged = run % 3 === 0 ? bytes.subarray(0, at) : bytes
      try {
        await verifyRecording(await openFiles(new Map([...files, [name!, damaged]]), name))
      } catch (cause) {
        if (!(cause instanceof SynapseError)) throw cause
        expect(cause.code).toMatch(/^file-(damaged|unreadable)$/)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(100)
  })

  it('a file cut off is told to be unfinished', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const { files } = await parquetOf(recording)
    const [name] = [...files.keys()]
    const cut = new Map([[name!, files.get(name!)!.subarray(0, -5)]])
    await expect(openFiles(cut, name)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringContaining('never finished'),
    })
  })

  it('the events alone are refused, and say what to open', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const { files } = await parquetOf(recording)
    const events = [...files.keys()].at(-1)!
    await expect(openFiles(files, events)).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})

it('quality tells what is no number, what is railed, and after what estimate', async () => {
  const gap = { lostSamples: 5, exact: false, reason: 'lost' as const }
  const channel = physicalChannel('Cz', 'EEG', 'uV', [-32_768, 32_767])
  const recording = await recordingOf({
    startedAt: new Date(0),
    markers: [],
    streams: [
      {
        info: {
          id: 'eeg',
          name: 'EEG',
          type: 'EEG',
          sampleFormat: 'int16',
          nominalRateHz: 100,
          channels: [channel, { ...channel, label: 'seq' }],
          origin: { source: 'test' },
        },
        columns: { deviceTime: false, sequence: false },
        begin: 0,
        steps: [
          { kind: 'chunk', frames: 10 },
          { kind: 'gap', gap },
          { kind: 'chunk', frames: 10 },
        ],
        padding: 0,
      },
    ],
  })
  const { files } = await parquetOf(recording)
  const path = join(scratch, 'quality.parquet')
  writeFileSync(path, files.get('rest.parquet')!)
  const [facts] = await askParquetReaders([{ path, events: '' }])
  const { quality, gap_before, ...others } = facts!.pyarrow.columns
  // The model puts the lowest number into every 17th sample, from the fourth on: row 15 is sample 20.
  const flags = new Map([
    [3, 2],
    [10, 4],
    [15, 2],
  ])
  expect(quality).toEqual(Array.from({ length: 20 }, (_, i) => flags.get(i) ?? 0))
  expect(gap_before).toEqual(Array.from({ length: 20 }, (_, i) => (i === 10 ? 5 : 0)))
  expect(Object.keys(others)).toContain('seq 2')
})
