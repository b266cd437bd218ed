import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { noSessionFields } from '../signal/index.ts'
import { type NewRecording, SessionCatalogue } from './catalogue.ts'
import { fieldsOfName, nextPath, renamedStem } from './file-name.ts'
import { eraseOwnFiles, filesOfRecording } from './files.ts'
import { changeEntry } from './rename.ts'
import { readSideFile, writeSideFile } from './side-file.ts'

const thrown = (code: string) => expect.objectContaining({ code })
const today = new Date(2026, 2, 4, 9, 5)

describe('a name after a template', () => {
  const fields = { subject: '07', session: '', task: 'rest' }
  test.each([
    ['sub-{subject}_ses-{session}_task-{task}_run-{run}', 'sub-07_ses-20260304_task-rest_run-01'],
    ['sub-{subject}/{date}/task-{task}_run-{run}', 'sub-07/20260304/task-rest_run-01'],
    ['{date}-{time}_{run}', '20260304-0905_01'],
    ['lab_{subject}_{run}', 'lab_07_01'],
  ])('%s is %s', (template, name) => {
    expect(nextPath('/r', fields, today, () => false, template)).toBe(`/r/${name}.xdf`)
  })

  test('leaves out what is not said, also a whole folder', () => {
    const none = { subject: '', session: '', task: '' }
    const template = 'sub-{subject}/sub-{subject}_task-{task}_run-{run}'
    expect(nextPath('/r', none, today, () => false, template)).toBe('/r/run-01.xdf')
  })
})

test.each([
  ['sub-07_ses-01_task-rest_run-02', { subject: '08' }, 'sub-08_ses-01_task-rest_run-02'],
  ['sub-07_ses-01_task-rest_run-02', { session: '' }, 'sub-07_task-rest_run-02'],
  ['sub-07_run-02', { task: 'rest', run: 11 }, 'sub-07_task-rest_run-11'],
  ['ses-01_run-02', { subject: '07' }, 'sub-07_ses-01_run-02'],
  ['sub-07/ses-01/sub-07_ses-01_run-02', { subject: '8' }, 'sub-8/ses-01/sub-8_ses-01_run-02'],
  ['sub-070_run-02', { subject: '07' }, 'sub-07_run-02'],
  ['mine', { subject: '07' }, 'mine'],
])('%s with %j is %s', (stem, change, wanted) => {
  expect(renamedStem(stem, change)).toBe(wanted)
})

function made(path: string, more: readonly string[] = []) {
  const scratch = scratchFolder()
  const folder = scratch.path('.')
  const catalogue = new SessionCatalogue(folder)
  onTestFinished(() => catalogue.end())
  const write = (name: string) => {
    mkdirSync(dirname(scratch.path(name)), { recursive: true })
    writeFileSync(scratch.path(name), name)
  }
  for (const name of [path, ...more]) write(name)
  const put = (entry: Partial<NewRecording> & { readonly path: string }) => {
    const id = catalogue.put({
      ...noSessionFields,
      ...fieldsOfName(entry.path),
      ...{ state: 'closed', startedAt: null, endedAt: null, seconds: null, bytes: null },
      ...{ ledger: null, process: null, settingsVersion: null, montageVersion: null },
      ...{ devices: '', integrity: null },
      ...entry,
    })
    return catalogue.get(id)!
  }
  return { scratch, folder, catalogue, put, write, recording: put({ path }) }
}

describe('what was typed, typed anew', () => {
  const path = 'sub-07_task-rest_run-01.xdf'
  const beside = [
    'sub-07_task-rest_run-01_part-2.xdf',
    'sub-07_task-rest_run-01.xdf.sums',
    'exports/sub-07_task-rest_run-01.edf',
    'exports/sub-07_task-rest_run-01_ACC.edf',
    'sub-07_task-rest_run-011.xdf',
  ]

  test('renames all files of the recording and no other, and the catalogue follows', () => {
    const { scratch, catalogue, recording } = made(path, beside)
    const changed = changeEntry(catalogue, recording, { subject: '08', notes: 'tired' })
    expect(changed.path).toBe('sub-08_task-rest_run-01.xdf')
    expect(catalogue.list()).toEqual([changed])
    expect(readFileSync(scratch.path('sub-08_task-rest_run-01_part-2.xdf'), 'utf8')).toBe(beside[0])
    const left = readdirSync(scratch.path('.')).filter((name) => name.startsWith('sub-07'))
    expect(left).toEqual(['sub-07_task-rest_run-011.xdf'])
    expect(readdirSync(scratch.path('exports'))).toEqual([
      'sub-08_task-rest_run-01.edf',
      'sub-08_task-rest_run-01_ACC.edf',
    ])
  })

  test('is in the side file, too', () => {
    const { scratch, catalogue, recording } = made(path)
    const unknown = { startedAt: '', endedAt: null, seconds: null, bytes: null, ledger: null }
    const story = { version: 1 as const, state: 'closed' as const, settings: null, montage: null }
    writeSideFile(scratch.path(path), { ...story, ...noSessionFields, ...unknown })
    changeEntry(catalogue, recording, { run: 3, operator: 'Ada' })
    const now = scratch.path('sub-07_task-rest_run-03.xdf')
    expect(readSideFile(now)).toMatchObject({ subject: '07', operator: 'Ada' })
  })

  test('that would take the name of another one changes nothing', () => {
    const { scratch, catalogue, recording } = made(path, ['sub-08_task-rest_run-01.xdf'])
    const change = { subject: '08' }
    expect(() => changeEntry(catalogue, recording, change)).toThrow(thrown('file-exists'))
    expect(existsSync(scratch.path(path))).toBe(true)
    expect(catalogue.list()).toEqual([recording])
  })

  test('leaves the name alone while it is being recorded, and notes may be written', () => {
    const { catalogue, put } = made(path)
    const running = put({ path, state: 'recording', process: process.pid })
    expect(() => changeEntry(catalogue, running, { task: 'p300' })).toThrow(thrown('not-ready'))
    expect(changeEntry(catalogue, running, { notes: 'awake' }).notes).toBe('awake')
  })

  test('takes along what was recovered of it', () => {
    const { catalogue, put, write, recording } = made(path)
    write('sub-07_task-rest_run-01_recovered.xdf')
    put({ path: 'sub-07_task-rest_run-01_recovered.xdf' })
    changeEntry(catalogue, recording, { subject: '08' })
    expect(catalogue.list().map((each) => [each.path, each.subject])).toEqual([
      ['sub-08_task-rest_run-01.xdf', '08'],
      ['sub-08_task-rest_run-01_recovered.xdf', '08'],
    ])
  })
})

test('erasing one recording takes its files, exports and entries, and no other', () => {
  const path = 'sub-07_run-01.xdf'
  const own = ['sub-07_run-01_recovered.xdf', 'exports/sub-07_run-01.bdf']
  const other = 'sub-07_run-02.xdf'
  const { folder, catalogue, put, recording } = made(path, [...own, other])
  put({ path: own[0]! })
  const kept = put({ path: other })
  const all = [...own, path].sort()
  expect(
    filesOfRecording(folder, path)
      .map((file) => file.path)
      .sort(),
  ).toEqual(all)
  expect(eraseOwnFiles(catalogue, [recording]).map((file) => file.path)).toEqual(all)
  expect(catalogue.list()).toEqual([kept])
})
