import { mkdirSync, symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { readPageFiles } from './page-files.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('what is built is served by its path, typed, and nothing from beside the folder', () => {
  const scratch = scratchFolder()
  mkdirSync(scratch.path('page/assets'), { recursive: true })
  scratch.write('secret.txt', bytes('secret'))
  scratch.write('page/index.html', bytes('<html>'))
  scratch.write('page/assets/app-1a2b.js', bytes('1'))
  scratch.write('page/assets/unknown.xyz', bytes('2'))
  symlinkSync(scratch.path('secret.txt'), scratch.path('page/linked.txt'))
  const files = readPageFiles(scratch.path('page'))
  expect([...files.keys()].toSorted()).toEqual([
    '/',
    '/assets/app-1a2b.js',
    '/assets/unknown.xyz',
    '/index.html',
  ])
  expect(files.get('/')).toBe(files.get('/index.html'))
  expect(files.get('/')).toMatchObject({ type: 'text/html; charset=utf-8', isImmutable: false })
  expect(files.get('/assets/app-1a2b.js')).toMatchObject({
    type: 'text/javascript; charset=utf-8',
    isImmutable: true,
  })
  expect(files.get('/assets/unknown.xyz')?.type).toBe('application/octet-stream')
})

test('an interface that is not built has no files', () => {
  const scratch = scratchFolder()
  expect(readPageFiles(scratch.path('nowhere')).size).toBe(0)
  scratch.write('app.js', bytes('1'))
  expect(readPageFiles(scratch.path('.')).size).toBe(0)
})
