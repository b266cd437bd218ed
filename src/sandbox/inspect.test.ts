/** The reader of modules is given what nobody should be given, and keeps its promises. */
import { expect, test } from 'vitest'
import { compileBaseline, compileModule } from '../../test/sandbox-modules.ts'
import { SynapseError } from '../signal/index.ts'
import { boundedModule } from './bound.ts'
import { inspectModule } from './inspect.ts'
import { mostMemoryPages } from './limits.ts'

/** Numbers that look like chance, the same ones each time. */
function newRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function inspected(bytes: Uint8Array) {
  try {
    return inspectModule(bytes)
  } catch (error) {
    if (error instanceof SynapseError && error.code === 'graph-invalid') return null
    throw error
  }
}

test('of 8000 damaged modules each is refused, or is one that imports nothing and is bounded', async () => {
  const sound = [await compileModule({}), await compileBaseline()]
  const random = newRandom(4)
  let passed = 0
  let compiled = 0
  for (let n = 0; n < 8000; n++) {
    const bytes = sound[n % 2]!.slice()
    for (let changes = 1 + random(3); changes > 0; changes--) {
      bytes[random(bytes.length)] = random(256)
    }
    const inspection = inspected(bytes)
    if (!inspection) continue
    passed++
    expect(inspection.memory.pages).toBeLessThanOrEqual(mostMemoryPages)
    const bounded = boundedModule(inspection)
    if (!WebAssembly.validate(bounded as BufferSource)) continue
    compiled++
    const module = new WebAssembly.Module(bounded as BufferSource)
    expect(WebAssembly.Module.imports(module)).toEqual(
      inspection.isMemoryImported ? [{ module: 'env', name: 'memory', kind: 'memory' }] : [],
    )
    // Bounded once more, it stays as it is: the maximum is in it.
    expect(inspectModule(bounded).memory.mostPages).toBeLessThanOrEqual(mostMemoryPages)
  }
  expect(passed).toBeGreaterThan(500)
  expect(compiled).toBeGreaterThan(200)
})

test('what a sound module says is read as it is', async () => {
  const flags = ['--runtime', 'stub', '--use', 'abort=', '--initialMemory', '3']
  const own = inspectModule(await compileModule({ flags: [...flags, '--maximumMemory', '9'] }))
  expect(own.memory).toEqual({ pages: 3, mostPages: 9 })
  expect(own.functions.get('open')).toBe('(i32, f64, i32) → (i32)')
  expect(own.isMemoryImported).toBe(false)
  const imported = inspectModule(await compileModule({ flags: [...flags, '--importMemory'] }))
  expect(imported.isMemoryImported).toBe(true)
  expect(imported.memory.mostPages).toBe(null)
})

test('a table that may grow without end is refused', () => {
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const memory = [5, 3, 1, 0, 1]
  const table = (...limits: number[]) => [4, 2 + limits.length, 1, 0x70, ...limits]
  const read = (...parts: number[][]) => inspectModule(Uint8Array.from([head, ...parts].flat()))
  expect(() => read(table(0, 1), memory)).toThrow(/table without a maximum/)
  expect(() => read(table(1, 1, 0x80, 0x80, 0x08), memory)).toThrow(/131072 elements, 65536/)
  expect(read(table(1, 1, 2), memory).memory.pages).toBe(1)
  expect(() => read(table(1, 1, 2))).toThrow(/0 memories/)
})

test('what lives outside of linear memory is refused: structures, exceptions, many memories', () => {
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const read = (...parts: number[][]) => inspectModule(Uint8Array.from([head, ...parts].flat()))
  expect(() => read([1, 3, 1, 0x5f, 0])).toThrow(/not of WebAssembly 2.0/)
  expect(() => read([13, 1, 0])).toThrow(/section 13/)
  expect(() => read([5, 5, 2, 0, 1, 0, 1])).toThrow(/2 memories/)
  expect(() => read([5, 3, 1, 4, 1])).toThrow(/64 bits/)
})
