import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { type ErrorCode, SynapseError } from '../signal/index.ts'
import { findModule, readModule } from './index.ts'

function refused(work: () => unknown): { code: ErrorCode; message: string; remedy: string } {
  try {
    work()
  } catch (error) {
    if (error instanceof SynapseError) return error.note
    throw error
  }
  throw new Error('was not refused')
}

test('a module is found by name in the folder, and by its absolute path anywhere', () => {
  const folder = scratchFolder()
  const bytes = Uint8Array.of(1, 2, 3)
  const path = folder.write('smooth.wasm', bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  expect(findModule(folder.path('.'), 'smooth')).toEqual({ path, sha256 })
  expect(findModule(null, path)).toEqual({ path, sha256 })
  expect([...readModule({ path, sha256 })]).toEqual([1, 2, 3])
})

test('what is not there is named, with what is', () => {
  const folder = scratchFolder()
  folder.write('smooth.wasm', new Uint8Array(1))
  folder.write('notes.txt', new Uint8Array(1))
  expect(refused(() => findModule(folder.path('.'), 'rough'))).toEqual({
    code: 'file-missing',
    message: 'the module "rough" is not there',
    remedy: 'Modules found: smooth. An absolute path names any other.',
  })
  expect(refused(() => findModule(folder.path('none'), 'rough')).remedy).toContain('found: none')
  expect(refused(() => findModule(null, 'rough')).code).toBe('file-missing')
  expect(refused(() => findModule(null, folder.path('x.wasm'))).code).toBe('file-missing')
})

test('nothing but a plain name or a whole path to a .wasm file is looked for', () => {
  const folder = scratchFolder()
  const others = ['../smooth', 'a/b', '', '.', 'x.wasm', folder.path('passwords.txt')]
  for (const name of others) {
    expect(refused(() => findModule(folder.path('.'), name)).code).toBe('graph-invalid')
  }
})

test('a folder, a file that is too large and one that has changed are refused', () => {
  const folder = scratchFolder()
  const path = folder.write('large.wasm', new Uint8Array(4 * 1024 * 1024 + 1))
  expect(refused(() => findModule(null, path)).message).toContain('4194304 are allowed')
  const small = folder.write('small.wasm', new Uint8Array(4))
  const found = findModule(null, small)
  folder.write('small.wasm', new Uint8Array(5))
  expect(refused(() => readModule(found)).message).toContain('has changed')
})
