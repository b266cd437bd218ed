import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { GraphShelf } from './graph-shelf.ts'

function shelved(text = '[]') {
  const scratch = scratchFolder()
  scratch.write('graphs.json', new TextEncoder().encode(text))
  const told: string[] = []
  const notices = {
    add: (_about: string, _level: string, note: { code: string }) => told.push(note.code),
  }
  const open = () => new GraphShelf(scratch.path('.'), notices)
  return { open, told, file: scratch.path('graphs.json') }
}
const graph = (n: number) => ({ id: `graph ${n}`, name: `${n}`, text: '{}', version: 1, reads: [] })

test('what ran, and what was wished of it, is found again; the one that ran last stands last', () => {
  const { open, told } = shelved()
  const shelf = open()
  shelf.ran(graph(1))
  shelf.ran(graph(2))
  shelf.wish('graph 1', { startsAlone: true, shown: ['bands'] })
  shelf.ran({ ...graph(1), version: 2 })
  shelf.wish('graph 9', { startsAlone: true })
  const again = open()
  expect(again.list.map(({ id, version, startsAlone }) => [id, version, startsAlone])).toEqual([
    ['graph 2', 1, false],
    ['graph 1', 2, true],
  ])
  expect(again.get('graph 1')).toMatchObject({ shown: ['bands'], isRecorded: true })
  again.forget('graph 2')
  expect(open().list).toHaveLength(1)
  expect(told).toEqual([])
})

test('a hundred are kept: the oldest go, unless they are to begin with the program', () => {
  const { open } = shelved()
  const shelf = open()
  shelf.ran(graph(0))
  shelf.wish('graph 0', { startsAlone: true })
  for (let n = 1; n <= 120; n++) shelf.ran(graph(n))
  const ids = open().list.map(({ id }) => id)
  expect(ids).toHaveLength(100)
  expect([ids[0], ids[1]]).toEqual(['graph 0', 'graph 22'])
})

test('a damaged file is told of, left as it is, and replaced by the next graph', () => {
  const { open, told, file } = shelved('[{"id": 3}]')
  const shelf = open()
  expect(told).toEqual(['file-damaged'])
  expect(shelf.list).toEqual([])
  expect(readFileSync(file, 'utf8')).toBe('[{"id": 3}]')
  shelf.ran(graph(1))
  expect(open().list).toHaveLength(1)
})
