import { expect, test } from 'vitest'
import { rowHeight } from './use-row-height.ts'

test('rows that are high enough have words, low ones names, of the lowest every second or third', () => {
  expect(rowHeight(600, 32)).toEqual({ isDense: false, nameEvery: 1 })
  expect(rowHeight(600, 64)).toEqual({ isDense: true, nameEvery: 1 })
  expect(rowHeight(360, 64)).toEqual({ isDense: true, nameEvery: 2 })
  expect(rowHeight(200, 64)).toEqual({ isDense: true, nameEvery: 3 })
})
