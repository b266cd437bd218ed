import { expect, test } from 'vitest'
import { splitOf, splitText } from './split-text.ts'

test.each([
  ['500 MB', { bytes: 500e6 }],
  ['2 GB', { bytes: 2e9 }],
  ['90 s', { seconds: 90 }],
  ['30 min', { seconds: 1800 }],
  ['1 h', { seconds: 3600 }],
  ['', null],
] as const)('"%s" is written and read alike', (text, split) => {
  expect(splitOf(text)).toEqual(split)
  expect(splitText(split)).toBe(text)
})

test.each(['soon', '5', '-1 h', '0 min'])('"%s" is neither a size nor a time', (text) => {
  expect(() => splitOf(text)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})
