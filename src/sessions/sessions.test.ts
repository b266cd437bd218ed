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
import { noteCopy } from './copies.ts'
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

  test.each([
    ['rubbish', (path: string) => writeFileSync(path, 'rubbish'.repeat(5000))],
    [
      'pages of rubbish',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes.fill(0x5a, 4096)
        writeFileSync(path, bytes)
      },
    ],
    [
      'of a newer program',
      (path: string) => {
        const database = new Sqlite(path)
        database.pragma('user_version = 99')
        database.close()
      },
    ],
  ])('takes the place of one that cannot be used: %s', async (_, spoil) => {
    const scratch = scratchFolder()
    const folder = scratch.path('.')
    scratch.write('sub-07_run-01.xdf', new TextEncoder().encode('sound'))
    const first = new SessionCatalogue(folder)
    for (let i = 0; i < 300; i++) first.put(recording(`sub-${i}_run-01.xdf`))
    first.end()
    const path = join(folder, catalogueName)
    spoil(path)
    expect(() => new SessionCatalogue(folder).list()).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(io-failed|file-unreadable)$/) }),
    )
    const catalogue = SessionCatalogue.toRebuild(folder)
    onTestFinished(() => catalogue.end())
    expect((await rebuildCatalogue(catalogue, inspect)).recordings).toBe(1)
    expect(catalogue.list().map(({ subject }) => subject)).toEqual(['07'])
    expect(existsSync(`${path}.damaged`)).toBe(true)
    catalogue.forget([1])
    expect(existsSync(`${path}.damaged`)).toBe(false)
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
    const dataset = `exports/bids/sub-${secret}/eeg`
    for (const folder of [dataset, 'exports/bids/sub-08']) {
      mkdirSync(join(catalogue.folder, folder), { recursive: true })
      writeFileSync(join(catalogue.folder, folder, 'x.tsv'), 'n/a')
    }
    const plan = planSubjectExport(catalogue, secret, into)
    expect(plan.files.map(({ path }) => path)).toEqual([...files.toSorted(), `${dataset}/x.tsv`])
    const told: number[] = []
    copySubject(plan, (bytes) => told.push(bytes))
    expect(told.at(-1)).toBe(plan.files.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(readdirSync(into).sort()).toEqual([...files, 'catalogue.json', 'exports'].sort())
    expect(readFileSync(join(into, dataset, 'x.tsv'), 'utf8')).toBe('n/a')
    expect(existsSync(join(into, 'exports/bids/sub-08'))).toBe(false)
    const { recordings } = JSON.parse(readFileSync(join(into, 'catalogue.json'), 'utf8'))
    expect(recordings).toMatchObject([{ subject: secret, ledger }])
    expect(() => planSubjectExport(catalogue, secret, into)).toThrow(thrown('file-exists'))
    expect(() => planSubjectExport(catalogue, 'nobody', scratch.path('x'))).toThrow(
      thrown('bad-option'),
    )
  })

  test('is erased: no file, no entry, and no trace of it in the catalogue', () => {
    const { scratch, catalogue, files } = withTwo()
    deleteSubject(catalogue, secret, null)
    for (const name of files) expect(existsSync(scratch.path(`r/${name}`))).toBe(false)
    expect(catalogue.list().map(({ subject }) => subject)).toEqual(['08'])
    for (const name of readdirSync(scratch.path('r'))) {
      expect(readFileSync(scratch.path(`r/${name}`)).includes(secret)).toBe(false)
    }
  })

  test('is erased with the copies in the folder of copies; a namesake there stays', () => {
    const { scratch, catalogue, files } = withTwo()
    mkdirSync(scratch.path('copies/sub'), { recursive: true })
    const copy = (name: string, content: string) => scratch.write(`copies/${name}`, text(content))
    const beside = files.filter((name) => name.endsWith('.xdf'))
    const copies = beside.map((name) => copy(name, name))
    copies.push(copy(`${beside[0]}.sums`, 'checksums'))
    const stays = [copy('sub-08_run-01.xdf', 'sub-08_run-01.xdf'), copy('other.xdf', secret)]
    const namesake = copy(`sub/${beside[0]}`, 'of somebody else')
    const erased = deleteSubject(catalogue, secret, scratch.path('copies'))
    expect(erased.mirrors.map(({ path }) => path).toSorted()).toEqual(copies.toSorted())
    for (const path of copies) expect(existsSync(path)).toBe(false)
    for (const path of [...stays, namesake]) expect(existsSync(path)).toBe(true)
    expect(erased.elsewhere).toEqual([])
  })

  test('is erased with the copy that its side file knows, under the name that it had; the rest is told', () => {
    const { scratch, catalogue, files } = withTwo()
    const path = join(catalogue.folder, files[0]!)
    const away = scratch.path('unplugged/run.xdf')
    mkdirSync(scratch.path('usb'))
    const mirror = scratch.write('usb/old-name.xdf', text('x'))
    const parts = [mirror, scratch.write('usb/old-name_part-2.xdf', text('x'))]
    const story = {
      ...{ version: 1 as const, ...noSessionFields, state: 'closed' as const, ledger: null },
      ...{ startedAt: '', endedAt: null, seconds: null, bytes: null, settings: {}, montage: [] },
    }
    writeSideFile(path, { ...story, mirror })
    mkdirSync(join(catalogue.folder, 'exports/bids', `sub-${secret}`), { recursive: true })
    const edf = scratch.write('run.edf', text('export'))
    noteCopy(path, 'edf', edf)
    noteCopy(path, 'edf', edf)
    noteCopy(path, 'csv', scratch.path('deleted.csv'))
    const erased = deleteSubject(catalogue, secret, null)
    expect(erased.mirrors.map((file) => file.path)).toEqual(parts)
    for (const each of parts) expect(existsSync(each)).toBe(false)
    expect(erased.elsewhere).toEqual([
      { path: edf, what: 'an export as EDF' },
      {
        path: join(catalogue.folder, 'exports/bids'),
        what: `BIDS data set: the folder sub-${secret} and its row in the lists`,
      },
    ])
    writeSideFile(join(catalogue.folder, 'sub-08_run-01.xdf'), { ...story, mirror: away })
    expect(deleteSubject(catalogue, '08', null).elsewhere).toEqual([
      { path: away, what: 'a copy that was written meanwhile and cannot be reached now' },
    ])
  })

  test('is not erased while it is being recorded', () => {
    const { catalogue, files } = withTwo()
    catalogue.put(recording(files[0]!, { state: 'recording', process: process.pid }))
    expect(() => deleteSubject(catalogue, secret, null)).toThrow(thrown('not-ready'))
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
