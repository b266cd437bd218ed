/** Every backend beside a model that looks at everything anew. */
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import {
  IncrementChain,
  incrementOf,
  LmdbTable,
  MemoryTable,
  newStrongClient,
  restoreBase,
  sweep,
  type Table,
} from './index.ts'
import { compareKeys } from './keys.ts'

const open: Table[] = []
const backends: Record<string, () => Table> = {
  memory: () => new MemoryTable(),
  lmdb: () => new LmdbTable(scratchFolder().path('state')),
  // What is written goes from the log into LMDB every few writes.
  'lmdb, small log': () => new LmdbTable(scratchFolder().path('state'), { logBytes: 256 }),
}

function opened(backend: string): Table {
  const table = backends[backend]!()
  open.push(table)
  return table
}

afterAll(async () => {
  for (const table of open) await table.close()
})

/** A key's value and the end of its life, as everybody would expect them. */
type Model = Map<string, { value: number; deadline: number }>

const keys = fc.constantFrom('a', 'a/1', 'a/2', 'a/\uE000', 'a/\u{1F600}', 'b', 'é')
const life = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(5))
const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ put: keys, value: fc.nat(), life }) },
    { weight: 2, arbitrary: fc.record({ delete: keys }) },
    { weight: 2, arbitrary: fc.record({ pass: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ sweep: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ snapshot: fc.constant(true) }) },
  ),
  { maxLength: 60 },
)
type Command = (typeof commands extends fc.Arbitrary<infer List> ? List : never)[number]

function alive(model: Model, time: number): [string, number][] {
  return [...model]
    .filter(([, { deadline }]) => deadline > time)
    .map(([key, { value }]): [string, number] => [key, value])
    .sort(([a], [b]) => compareKeys(a, b))
}

function seen(table: Table, prefix: string, time: number): [string, unknown][] {
  const rows: [string, unknown][] = []
  newStrongClient(table).scan(prefix, time, (key, value) => rows.push([key, value]))
  return rows
}

describe.each(Object.keys(backends))('%s', (backend) => {
  function play(table: Table, list: readonly Command[], chain: IncrementChain): number {
    const client = newStrongClient(table)
    const model: Model = new Map()
    let time = 0
    for (const command of list) {
      if ('put' in command) {
        client.put(command.put, command.value, time, command.life)
        model.set(command.put, { value: command.value, deadline: time + command.life })
      } else if ('delete' in command) {
        client.delete(command.delete, time)
        model.delete(command.delete)
      } else if ('pass' in command) time += command.pass
      else if ('sweep' in command) sweep(table, time, command.sweep)
      else chain.add(incrementOf(table, chain.upTo))
      expect(seen(table, '', time)).toEqual(alive(model, time))
      const some = alive(model, time).filter(([key]) => key.startsWith('a/'))
      expect(seen(table, 'a/', time)).toEqual(some)
      for (const key of ['a', 'a/1', 'é']) {
        const wanted = alive(model, time).find(([each]) => each === key)
        expect(client.get(key, time)).toBe(wanted?.[1])
      }
    }
    return time
  }

  test('what is read is what was put and not deleted, to the end of its life and no longer', () => {
    fc.assert(
      fc.property(commands, (list) => void play(opened(backend), list, new IncrementChain())),
      { numRuns: backend === 'memory' ? 300 : 25 },
    )
  })

  test('a base and the increments after it, merged at any time, restore the whole', () => {
    fc.assert(
      fc.property(commands, commands, (list, other) => {
        const table = opened(backend)
        const chain = new IncrementChain()
        const time = play(table, list, chain)
        chain.add(incrementOf(table, chain.upTo))
        const restored = opened(backend)
        play(restored, other, new IncrementChain())
        restoreBase(restored, chain.base())
        expect(seen(restored, '', time)).toEqual(seen(table, '', time))
      }),
      { numRuns: backend === 'memory' ? 200 : 15 },
    )
  })

  test('an increment has what changed since the one before, and nothing else', () => {
    const table = opened(backend)
    const client = newStrongClient(table)
    for (let i = 0; i < 100; i++) client.put(`k${i}`, i, 0)
    const { upTo } = incrementOf(table, 0)
    client.put('k7', -7, 0)
    client.put('k7', -8, 0)
    client.delete('k8', 0)
    client.delete('never there', 0)
    const increment = incrementOf(table, upTo)
    expect(increment.writes.map(({ key, value }) => [key, value === null])).toEqual([
      ['k7', false],
      ['k8', true],
    ])
    expect(incrementOf(table, increment.upTo).writes).toEqual([])
  })

  test('what has expired is swept in passing, and a sweep takes no more than it may', () => {
    const table = opened(backend)
    const client = newStrongClient(table)
    for (let i = 0; i < 50; i++) client.put(`k${i}`, i, 0, 1)
    expect(sweep(table, 1, 20)).toBe(20)
    expect(table.expired(1, 99)).toHaveLength(30)
    for (let i = 0; i < 20; i++) client.put('other', i, 60.9)
    // Somebody might go back to when they lived.
    expect(table.expired(1, 99)).toHaveLength(30)
    for (let i = 0; i < 20; i++) client.put('other', i, 61)
    expect(table.expired(1, 99)).toHaveLength(0)
    expect(seen(table, 'k', 0)).toEqual([])
  })

  test('an entry that lives on is not swept by the end of its earlier life', () => {
    const table = opened(backend)
    const client = newStrongClient(table)
    client.put('k', 1, 0, 1)
    client.put('k', 2, 0.5, 10)
    expect(sweep(table, 5, 10)).toBe(0)
    expect(client.get('k', 5)).toBe(2)
  })

  test('values come back as the plain data that they were', () => {
    const client = newStrongClient(opened(backend))
    const shared = new Float64Array(new SharedArrayBuffer(80), 16, 3)
    shared.set([1, Number.NaN, -0])
    const value = { name: 'ß', on: true, many: { shared, whole: new Int32Array([1, -2]) } }
    client.put('k', value, 0)
    shared[0] = 99
    expect(client.get('k', 0)).toEqual({
      ...value,
      many: { shared: new Float64Array([1, Number.NaN, -0]), whole: new Int32Array([1, -2]) },
    })
  })

  test.each(['', 'a\0b', 'x'.repeat(513), '\ud800'])('%j is refused as a key', (key) => {
    const client = newStrongClient(opened(backend))
    const refusal = expect.objectContaining({ code: 'bad-option' })
    expect(() => client.put(key, 1, 0)).toThrow(refusal)
    expect(() => client.get(key, 0)).toThrow(refusal)
  })
})

test('a chain holds no more than twice its base, however long it goes on', () => {
  const table = new MemoryTable()
  const client = newStrongClient(table)
  for (let i = 0; i < 3000; i++) client.put(`k${i}`, i, 0)
  const chain = new IncrementChain()
  chain.add(incrementOf(table, 0))
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < 50; i++) client.put(`k${(round * 37 + i) % 3000}`, round, 0)
    chain.add(incrementOf(table, chain.upTo))
    expect(chain.rows).toBeLessThanOrEqual(6000)
  }
  expect(chain.base().writes).toHaveLength(3000)
})

test('an increment that does not follow the last is refused', () => {
  const table = new MemoryTable()
  newStrongClient(table).put('k', 1, 0)
  const chain = new IncrementChain()
  chain.add(incrementOf(table, 0))
  expect(() => chain.add({ since: 5, upTo: 6, writes: [] })).toThrow(/there is a hole/)
})

test('a folder that cannot be opened is told as such', () => {
  const folder = scratchFolder().write('file', Buffer.from('not a folder'))
  expect(() => new LmdbTable(folder)).toThrow(expect.objectContaining({ code: 'io-failed' }))
})
