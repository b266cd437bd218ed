import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { noSessionFields } from '../signal/index.ts'
import { catalogueName, type NewRecording, SessionCatalogue } from './catalogue.ts'
import { belongsTo, fieldsOfName, nextPath } from './file-name.ts'
import { migrate } from './migrations.ts'
import { type Inspect, rebuildCatalogue } from './rebuild.ts'
import { readSideFile, sidePath, writeSideFile } from './side-file.ts'
import { copySubject, deleteSubject, planSubjectExport } from './subject.ts'

const thrown = (code: string) => expect.objectContaining({ code })
const ledger = { expected: 1000, received: 990, lost: 10 }

function openIn(folder: string): SessionCatalogue {
  const catalogue = new SessionCatalogue(folder)
  onTestFinished(() => catalogue.end())
  return catalogue
}

function recording(path: string, more: Partial<NewRecording> = {}): NewRecording {
  return {
    ...noSessionFields,
    ...fieldsOfName(path),
    path,
    state: 'closed',
    startedAt: '2026-03-04T05:06:07.000Z',
    endedAt: null,
    seconds: 10,
    bytes: 100,
    ledger,
    process: null,
    settingsVersion: null,
    montageVersion: null,
    devices: '',
    integrity: null,
    ...more,
  }
}

describe('the name of a recording', () => {
  const today = new Date(2026, 2, 4, 23, 59)
  const free = () => false

  test('is that of the day where nothing is said, and the first that is free', () => {
    const taken = new Set(['/r/ses-20260304_run-01.xdf', '/r/ses-20260304_run-02.xdf'])
    const path = nextPath('/r', noSessionFields, today, (each) => taken.has(each))
    expect(path).toBe('/r/ses-20260304_run-03.xdf')
  })

  test('has what is said, after BIDS, and it is read back from it', () => {
    const fields = { subject: '07', session: '01', task: 'rest' }
    const path = nextPath('/r', fields, today, free)
    expect(path).toBe('/r/sub-07_ses-01_task-rest_run-01.xdf')
    expect(fieldsOfName(path)).toEqual({ ...fields, run: 1 })
    expect(fieldsOfName('C:\\r\\whatever.xdf')).toEqual({
      subject: '',
      session: '',
      task: '',
      run: null,
    })
  })

  test('is shared by its parts and side files, and by no other recording', () => {
    const stem = '/r/sub-07_run-01'
    const own = ['.xdf', '_part-2.xdf', '.session.json', '.xdf.sha', '_recovered.xdf']
    for (const end of own) expect(belongsTo(stem, stem + end)).toBe(true)
    for (const end of ['0.xdf', '_other.xdf', '_part-x.xdf']) {
      expect(belongsTo(stem, stem + end)).toBe(false)
    }
  })
})

describe('the catalogue', () => {
  test('keeps what it is given, and knows a path once', () => {
    const catalogue = openIn(scratchFolder().path('r'))
    const first = catalogue.put(recording('sub-07_run-01.xdf', { notes: 'tired' }))
    expect(catalogue.put(recording('sub-07_run-01.xdf', { notes: 'awake' }))).toBe(first)
    expect(catalogue.list()).toEqual([
      { ...recording('sub-07_run-01.xdf', { notes: 'awake' }), id: first },
    ])
  })

  test('finds recordings in which every word stands somewhere, literally', () => {
    const catalogue = openIn(scratchFolder().path('r'))
    catalogue.put(recording('sub-07_task-rest_run-01.xdf', { operator: 'Ada', notes: '100% sure' }))
    catalogue.put(recording('sub-08_task-rest_run-01.xdf', { operator: 'Bo', notes: '100 sure' }))
    const found = (...words: string[]) => catalogue.search(words).map(({ subject }) => subject)
    expect(found('rest')).toEqual(['07', '08'])
    expect(found('rest', 'ADA')).toEqual(['07'])
    expect(found('100%')).toEqual(['07'])
    expect(found('rest', 'nobody')).toEqual([])
    expect(found()).toEqual(['07', '08'])
  })

  test('numbers settings and montages: the same content has the same number', () => {
    const catalogue = openIn(scratchFolder().path('r'))
    expect(catalogue.version('settings', { gain: 24 }, 'a')).toBe(1)
    expect(catalogue.version('settings', { gain: 24 }, 'b')).toBe(1)
    expect(catalogue.version('settings', { gain: 12 }, 'c')).toBe(2)
    expect(catalogue.version('montage', ['Cz'], 'd')).toBe(1)
    expect(catalogue.contentOf('settings', 1)).toEqual({ gain: 24 })
    expect(catalogue.contentOf('settings', 9)).toBeUndefined()
  })

  test('is brought from its first version to the latest with what it holds', () => {
    const scratch = scratchFolder()
    const path = scratch.path(catalogueName)
    const old = new Sqlite(path)
    migrate(old, path, 1)
    old.exec(
      `INSERT INTO recordings (path, subject, session, task, protocol, operator, notes, state)
       VALUES ('a.xdf', '07', '', '', '', '', '', 'closed')`,
    )
    old.close()
    const catalogue = openIn(scratch.path('.'))
    expect(catalogue.list()).toMatchObject([{ path: 'a.xdf', subject: '07', process: null }])
    expect(catalogue.version('montage', [], 'now')).toBe(1)
  })

  test('of a newer program, or that is none, is refused and left alone', () => {
    const scratch = scratchFolder()
    const newer = new Sqlite(scratch.path(catalogueName))
    newer.pragma('user_version = 99')
    newer.close()
    expect(() => new SessionCatalogue(scratch.path('.'))).toThrow(thrown('file-unreadable'))
    const other = scratchFolder()
    const path = other.write(
      catalogueName,
      new TextEncoder().encode('not a database, at all'.repeat(9)),
    )
    const before = readFileSync(path)
    expect(() => new SessionCatalogue(other.path('.'))).toThrow(thrown('io-failed'))
    expect(readFileSync(path)).toEqual(before)
  })
})

describe('a catalogue made anew from the files alone', () => {
  const inspect: Inspect = async (path) => {
    const text = readFileSync(path, 'utf8')
    if (text === 'damaged') throw new Error('damaged beyond reading')
    const facts = { startedAt: '2026-01-01T00:00:00.000Z', seconds: 5, bytes: text.length, ledger }
    return { ...facts, whole: text !== 'cut' }
  }

  test('is the one that was there', async () => {
    const scratch = scratchFolder()
    const catalogue = openIn(scratch.path('.'))
    const path = scratch.write(
      'sub-07_ses-01_task-rest_run-02.xdf',
      new TextEncoder().encode('sound'),
    )
    scratch.write('sub-07_ses-01_task-rest_run-02_part-2.xdf', new TextEncoder().encode('sound'))
    const story = {
      ...noSessionFields,
      ...{ subject: '07', session: '01', task: 'rest', operator: 'Ada', notes: 'Größe 1,8' },
      state: 'closed' as const,
      startedAt: '2026-02-03T04:05:06.000Z',
      endedAt: '2026-02-03T04:05:11.000Z',
      seconds: 5,
      bytes: 5,
      ledger,
    }
    const settings = { devices: [{ name: 'Cyton' }], gain: 24 }
    const integrity = {
      verdict: 'gaps' as const,
      checkedAt: '2026-02-04T00:00:00.000Z',
      reason: '',
    }
    writeSideFile(path, { version: 1, ...story, settings, montage: ['Cz'], integrity })
    const entry = {
      ...story,
      ...{ path: 'sub-07_ses-01_task-rest_run-02.xdf', run: 2, process: null },
      settingsVersion: catalogue.version('settings', settings, story.startedAt),
      montageVersion: catalogue.version('montage', ['Cz'], story.startedAt),
      devices: 'Cyton',
      integrity,
    }
    catalogue.put(entry)
    const before = catalogue.list().map(({ id: _, ...rest }) => rest)
    expect(await rebuildCatalogue(catalogue, inspect)).toEqual({ recordings: 1, refused: [] })
    expect(catalogue.list().map(({ id: _, ...rest }) => rest)).toEqual(before)
    expect(catalogue.contentOf('settings', 1)).toEqual(settings)
  })

  test('has recordings of others by their names, and tells what it cannot read', async () => {
    const scratch = scratchFolder()
    const text = (content: string) => new TextEncoder().encode(content)
    mkdirSync(scratch.path('deep/er'), { recursive: true })
    scratch.write('deep/er/sub-09_run-03.xdf', text('sound'))
    scratch.write('cut.xdf', text('cut'))
    scratch.write('bad.xdf', text('damaged'))
    scratch.write('notes.txt', text('no recording'))
    writeFileSync(sidePath(scratch.write('odd.xdf', text('sound'))), '{"version": 7}')
    const catalogue = openIn(scratch.path('.'))
    const { recordings, refused } = await rebuildCatalogue(catalogue, inspect)
    expect(recordings).toBe(2)
    expect(refused.map(({ path }) => path)).toEqual(['bad.xdf', 'odd.xdf'])
    expect(
      catalogue.list().map(({ path, subject, run, state }) => [path, subject, run, state]),
    ).toEqual([
      ['cut.xdf', '', null, 'interrupted'],
      ['deep/er/sub-09_run-03.xdf', '09', 3, 'closed'],
    ])
  })
})

describe('everything of one subject', () => {
  const text = (content: string) => new TextEncoder().encode(content)
  const secret = 'Pseudonym4711'

  function withTwo() {
    const scratch = scratchFolder()
    const catalogue = openIn(scratch.path('r'))
    const write = (name: string) => writeFileSync(scratch.path(`r/${name}`), text(name))
    const files = [
      `sub-${secret}_run-01.xdf`,
      `sub-${secret}_run-01_part-2.xdf`,
      `sub-${secret}_run-01.session.json`,
    ]
    for (const name of [...files, 'sub-08_run-01.xdf']) write(name)
    catalogue.put(recording(files[0]!, { notes: `about ${secret}` }))
    catalogue.put(recording('sub-08_run-01.xdf'))
    return { scratch, catalogue, files }
  }

  test('is given out as a whole, and can be taken in again', async () => {
    const { scratch, catalogue, files } = withTwo()
    const into = scratch.path('out')
    const plan = planSubjectExport(catalogue, secret, into)
    expect(plan.files.map(({ path }) => path)).toEqual(files.toSorted())
    const told: number[] = []
    copySubject(plan, (bytes) => told.push(bytes))
    expect(told.at(-1)).toBe(plan.files.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(readdirSync(into).sort()).toEqual([...files, 'catalogue.json'].sort())
    const { recordings } = JSON.parse(readFileSync(join(into, 'catalogue.json'), 'utf8'))
    expect(recordings).toMatchObject([{ subject: secret, ledger }])
    expect(() => planSubjectExport(catalogue, secret, into)).toThrow(thrown('file-exists'))
    expect(() => planSubjectExport(catalogue, 'nobody', scratch.path('x'))).toThrow(
      thrown('bad-option'),
    )
  })

  test('is erased: no file, no entry, and no trace of it in the catalogue', () => {
    const { scratch, catalogue, files } = withTwo()
    deleteSubject(catalogue, secret)
    for (const name of files) expect(existsSync(scratch.path(`r/${name}`))).toBe(false)
    expect(catalogue.list().map(({ subject }) => subject)).toEqual(['08'])
    for (const name of readdirSync(scratch.path('r'))) {
      expect(readFileSync(scratch.path(`r/${name}`)).includes(secret)).toBe(false)
    }
  })

  test('is not erased while it is being recorded', () => {
    const { catalogue, files } = withTwo()
    catalogue.put(recording(files[0]!, { state: 'recording', process: process.pid }))
    expect(() => deleteSubject(catalogue, secret)).toThrow(thrown('not-ready'))
    expect(catalogue.ofSubject(secret)).toHaveLength(1)
  })
})

test('a side file is whole or the one before', () => {
  const scratch = scratchFolder()
  const path = scratch.path('a.xdf')
  expect(readSideFile(path)).toBeNull()
  copyFileSync(scratch.write('junk', new TextEncoder().encode('{')), sidePath(path))
  expect(() => readSideFile(path)).toThrow(thrown('file-damaged'))
})
