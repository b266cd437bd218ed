import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { recordingOf, secondsBySamples, sentSignal } from '../../../test/format-model.ts'
import { askBids } from '../../../test/oracles/bids-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import type { RecordingModel } from '../../../test/recording-model.ts'
import { type Channel, physicalChannel, SynapseError } from '../../signal/index.ts'
import { openDatasetFolder } from '../dataset-folder.ts'
import { deidentify } from '../deidentify/deidentify.ts'
import { openRecordingFile } from '../open.ts'
import { type BidsOptions, exportToBids } from './bids-export.ts'

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const microvolts = (label: string): Channel => ({
  ...physicalChannel(label, 'EEG', 'uV'),
  scale: 0.022351741811588166,
})
const gap = { lostSamples: 125, exact: true, reason: 'disconnected' as const }

const model: RecordingModel = {
  startedAt: new Date('2026-05-04T03:02:01.250Z'),
  markers: [
    {
      time: 1000.2,
      label: 'impedance Fp1 5.02 kΩ',
      durationSeconds: 0,
      source: 'b',
      value: 5.0213,
    },
    { time: 1000.3, label: 'impedance Cz off', durationSeconds: 0, source: 'b' },
    { time: 1000.625, label: 'target\tÄ', durationSeconds: 0.5, source: 'keyboard', value: 2 },
    { time: 1001.125, label: 'S  1', durationSeconds: 0, source: 'udp' },
  ],
  streams: [
    {
      info: {
        id: 'A1B2/eeg',
        name: 'EEG',
        type: 'EEG',
        sampleFormat: 'int16',
        nominalRateHz: 250,
        channels: [
          microvolts('Fp1'),
          microvolts('Cz'),
          microvolts('a very long label, indeed'),
          { ...physicalChannel('VEOG', 'EOG', 'uV'), scale: 0.5 },
        ],
        origin: {
          source: 'test',
          manufacturer: 'Maker',
          model: 'Board',
          serialNumber: 'A1B2',
          settings: { reference: 'SRB2', operator: 'Jane Doe', gain: 24 },
        },
      },
      columns: { deviceTime: true, sequence: true },
      begin: 0,
      steps: [
        { kind: 'chunk', frames: 250 },
        { kind: 'gap', gap },
        { kind: 'chunk', frames: 500 },
      ],
      padding: 0,
    },
    {
      info: {
        id: 'A1B2/acc',
        name: 'ACC',
        type: 'ACC',
        sampleFormat: 'float32',
        nominalRateHz: 50,
        channels: [physicalChannel('X', 'ACCEL', 'g')],
        origin: { source: 'test' },
      },
      columns: { deviceTime: false, sequence: false },
      begin: 0,
      steps: [{ kind: 'chunk', frames: 100 }],
      padding: 0,
    },
  ],
}

const dataset = { name: 'Größe der Welle', softwareVersion: '1.2.3', today: '2026-05-04' }
const options = (given: Partial<BidsOptions> & { run: string; subject?: string }): BidsOptions => {
  const { run, subject = '01', ...rest } = given
  const entities = { subject, session: '02', task: 'rest', run }
  return { entities, format: 'bdf', powerLineHz: 50, dataset, ...rest }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .sort()
}

describe('a data set of four recordings', () => {
  const root = join(scratch, 'study')

  it('has no error for the BIDS validator, and MNE-BIDS reads it', {
    timeout: 90_000,
  }, async () => {
    const folder = openDatasetFolder(root)
    const recording = await recordingOf(model)
    await exportToBids(recording, options({ run: '01' }), folder)
    await exportToBids(recording, options({ run: '02', format: 'edf' }), folder)
    await exportToBids(recording, options({ run: '03', format: 'brainvision' }), folder)
    const plain = deidentify(recording).recording
    await exportToBids(plain, options({ run: '01', subject: '02' }), folder)
    const run = (subject: string, number: string) => ({
      subject,
      session: '02',
      task: 'rest',
      run: number,
    })
    const runs = [run('01', '01'), run('01', '02'), run('01', '03'), run('02', '01')]
    const { issues, recordings } = await askBids(root, runs)
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(recordings).toHaveLength(4)
    const sent = sentSignal(model.streams[0]!)
    for (const [k, found] of recordings.entries()) {
      expect(found.rate).toBe(250)
      expect(found.line).toBe(50)
      expect(found.types).toEqual(['eeg', 'eeg', 'eeg', 'eog'])
      for (const [c, column] of sent.columns.entries()) {
        const step = k === 1 ? 0.5 : 0.0224
        const off = sent.positions.map((at, i) => found.columns[c]![at]! * 1e6 - column[i]!)
        expect(Math.max(...off.map(Math.abs))).toBeLessThan(step)
      }
      const texts = found.annotations.map(([, , text]) => text)
      expect(texts).toContain('BAD_gap')
      expect(texts).toContain(k === 3 ? 'event 1' : 'target Ä')
      const code = found.annotations.find(([, , text]) => text === 'S  1')!
      expect(code[0]).toBeCloseTo(secondsBySamples(model.streams[0]!, 1001.125), 2)
      const missing = found.annotations.find(([, , text]) => text === 'BAD_gap')!
      expect(missing.slice(0, 2)).toEqual([expect.closeTo(1, 6), 0.5])
      // Half of the standard head lies on either side; Fp1 in front, to the left.
      const [x, y, z] = found.places.Fp1!
      expect([Math.sign(x!), Math.sign(y!), Math.sign(z!)]).toEqual([-1, 1, 1])
    }
  })

  it('has the impedances in kΩ, and says that an electrode was off by n/a', () => {
    const path = 'sub-01/ses-02/eeg/sub-01_ses-02_task-rest_run-01_space-CapTrak_electrodes.tsv'
    const rows = readFileSync(join(root, path), 'utf8').trim().split('\n')
    const cells = rows.map((row) => row.split('\t'))
    expect(cells[0]).toEqual(['name', 'x', 'y', 'z', 'impedance'])
    expect(cells.map(([name, , , , impedance]) => [name, impedance]).slice(1)).toEqual([
      ['Fp1', '5.0213'],
      ['Cz', 'n/a'],
      ['a very long labe', 'n/a'],
    ])
  })

  it('has one row per subject and per recording', () => {
    expect(readFileSync(join(root, 'participants.tsv'), 'utf8')).toBe(
      'participant_id\tage\tsex\nsub-01\tn/a\tn/a\nsub-02\tn/a\tn/a\n',
    )
    const scans = readFileSync(join(root, 'sub-01/ses-02/sub-01_ses-02_scans.tsv'), 'utf8')
    expect(scans.split('\n')).toHaveLength(5)
    expect(scans).toContain('eeg/sub-01_ses-02_task-rest_run-01_eeg.bdf\t2026-05-04T03:02:01.250')
  })

  it('has all of the recording under sourcedata', async () => {
    const path = 'sourcedata/sub-01/ses-02/eeg/sub-01_ses-02_task-rest_run-01_eeg.xdf'
    const copy = await openRecordingFile(join(root, path))
    const own = await recordingOf(model)
    expect(await readAll(copy)).toEqual(await readAll(own))
    await copy.close()
  })

  it('says nothing of the person or the device where that was asked for', () => {
    const own = filesIn(root).filter((path) => path.includes('sub-02'))
    expect(own.length).toBeGreaterThan(6)
    for (const path of own) {
      const text = readFileSync(join(root, path), 'latin1')
      expect(text).not.toMatch(/A1B2|Jane|2026-05-04|04\.05\.26|04-MAY-2026/)
    }
  })

  it('keeps what people changed in it', { timeout: 60_000 }, async () => {
    const table = join(root, 'participants.tsv')
    writeFileSync(table, 'participant_id\thand\tage\nsub-01\tleft\t33\n')
    const description = readFileSync(join(root, 'dataset_description.json'), 'utf8')
    const recording = await recordingOf(model)
    await exportToBids(recording, options({ run: '1', subject: '09' }), openDatasetFolder(root))
    expect(readFileSync(table, 'utf8')).toBe(
      'participant_id\thand\tage\nsub-01\tleft\t33\nsub-09\tn/a\tn/a\n',
    )
    expect(readFileSync(join(root, 'dataset_description.json'), 'utf8')).toBe(description)
  })

  it('a run that is there is refused in every format, and nothing changes', async () => {
    const before = filesIn(root)
    const recording = await recordingOf(model)
    for (const format of ['bdf', 'edf', 'brainvision'] as const) {
      const again = exportToBids(recording, options({ run: '01', format }), openDatasetFolder(root))
      await expect(again).rejects.toMatchObject({ code: 'file-exists' })
    }
    expect(filesIn(root)).toEqual(before)
  })
})

describe('refused with a code, and nothing is left', () => {
  it.each([
    ['a subject that is a path', { subject: '../x', run: '01' }, 'bad-option'],
    ['a run that is a word', { run: 'first' }, 'bad-option'],
    ['a stream that there is not', { run: '01', stream: 'emg' }, 'bad-option'],
  ])('%s', async (_, given, code) => {
    const root = mkdtempSync(join(scratch, 'none'))
    const recording = await recordingOf(model)
    const attempt = exportToBids(recording, options(given), openDatasetFolder(root))
    await expect(attempt).rejects.toMatchObject({ code })
    expect(filesIn(root)).toEqual([])
  })

  it('a folder with other things in it', async () => {
    const root = mkdtempSync(join(scratch, 'other'))
    writeFileSync(join(root, 'thesis.doc'), 'x')
    const attempt = exportToBids(
      await recordingOf(model),
      options({ run: '01' }),
      openDatasetFolder(root),
    )
    await expect(attempt).rejects.toMatchObject({ code: 'bad-option' })
    expect(filesIn(root)).toEqual(['thesis.doc'])
  })

  it('a disk that is full at any file', async () => {
    const recording = await recordingOf(model)
    for (const failAt of [1, 2, 4, 8]) {
      const root = mkdtempSync(join(scratch, 'full'))
      const folder = openDatasetFolder(root)
      let files = 0
      const full = {
        ...folder,
        create: (path: string) => {
          files += 1
          const sink = folder.create(path)
          if (files !== failAt) return sink
          return {
            write: () => {
              throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
            },
            sync: () => {},
            close: () => sink.close(),
          }
        },
      }
      await expect(exportToBids(recording, options({ run: '01' }), full)).rejects.toThrow()
      expect(existsSync(root)).toBe(true)
      expect(filesIn(root)).toEqual([])
      // Nor a folder, whose name would be that of the subject.
      expect(readdirSync(root)).toEqual([])
    }
  })

  it('one that ends within, which takes only the folders that it made', async () => {
    const recording = await recordingOf(model)
    let left = 0
    const ending = {
      ...recording,
      read: async function* (): ReturnType<typeof recording.read> {
        for await (const item of recording.read()) {
          yield item
          if (--left < 0) throw new SynapseError('cancelled', 'it was')
        }
      },
    }
    let items = 0
    for await (const _ of recording.read()) items++
    // Through all the passes that the writing takes.
    const attempt = async (root: string) => {
      for (const pass of [0, 1, 2]) {
        left = pass * items + 1
        const folder = openDatasetFolder(root)
        const cancelled = expect.objectContaining({ code: 'cancelled' })
        await expect(exportToBids(ending, options({ run: '01' }), folder)).rejects.toEqual(
          cancelled,
        )
      }
    }
    const root = mkdtempSync(join(scratch, 'ended'))
    await attempt(join(root, 'study', 'bids'))
    expect(readdirSync(root)).toEqual([])
    const first = options({ run: '02' })
    await exportToBids(recording, first, openDatasetFolder(root))
    const before = readdirSync(root, { recursive: true }).sort()
    await attempt(root)
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before)
    const empty = join(root, `sub-${first.entities.subject}`, 'ses-02', 'eeg')
    rmSync(empty, { recursive: true })
    mkdirSync(empty)
    await attempt(root)
    expect(existsSync(empty)).toBe(true)
  })
})
