import { existsSync, mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { freeBytes, recordingPath } from './recording-files.ts'

const nothing = new Uint8Array(0)
const thrown = (code: string) => expect.objectContaining({ code })

describe('the file that a user means', () => {
  test('is in the folder of the recordings where the name is a relative one', () => {
    const scratch = scratchFolder()
    const folder = scratch.path('recordings')
    expect(recordingPath(folder, 'rest.xdf')).toBe(scratch.path('recordings/rest.xdf'))
    // That folder is made; no other one is.
    expect(existsSync(folder)).toBe(true)
    expect(() => recordingPath(folder, 'subject-1/rest.xdf')).toThrow(thrown('file-missing'))
    expect(existsSync(scratch.path('recordings/subject-1'))).toBe(false)
  })

  test('is where an absolute name says', () => {
    const scratch = scratchFolder()
    const path = scratch.path('elsewhere.xdf')
    expect(recordingPath('/nowhere', path)).toBe(path)
    expect(existsSync('/nowhere')).toBe(false)
  })

  test.each([
    ['rest', 'rest.xdf'],
    ['rest.xdf', 'rest.xdf'],
    ['rest.XDF', 'rest.XDF'],
    ['with a blank', 'with a blank.xdf'],
    ['Übung', 'Übung.xdf'],
  ])('%s is %s', (named, file) => {
    const scratch = scratchFolder()
    expect(recordingPath(scratch.path('.'), named)).toBe(scratch.path(file))
  })

  test.each(['rest.edf', 'rest.csv', 'rest.xdf.gz'])('%s would be another format', (named) => {
    expect(() => recordingPath(scratchFolder().path('.'), named)).toThrow(
      expect.objectContaining({ code: 'bad-option', remedy: expect.stringContaining('.xdf') }),
    )
  })

  test('is never one that exists', () => {
    const scratch = scratchFolder()
    scratch.write('rest.xdf', nothing)
    mkdirSync(scratch.path('folder.xdf'))
    for (const named of ['rest.xdf', 'rest', './rest.xdf', 'folder', scratch.path('rest.xdf')]) {
      expect(() => recordingPath(scratch.path('.'), named)).toThrow(thrown('file-exists'))
    }
  })

  test('is refused where the folder of the recordings cannot be made', () => {
    const scratch = scratchFolder()
    scratch.write('file', nothing)
    expect(() => recordingPath(scratch.path('file/recordings'), 'rest')).toThrow(
      thrown('file-denied'),
    )
  })
})

test('the room of a folder that is not there yet is that of the disk where it would be', async () => {
  const scratch = scratchFolder()
  const here = await freeBytes(scratch.path('.'))
  const there = await freeBytes(scratch.path('not/yet/there'))
  expect(there).toBeGreaterThan(0)
  // Others write on this disk, too.
  expect(Math.abs(there - here)).toBeLessThan(here / 2)
})
