import { expect, test } from 'vitest'
import { splitRule } from './split-rule.ts'

test.each([
  ['500MB', { bytes: 500e6 }],
  ['1.5 gb', { bytes: 1.5e9 }],
  ['1h', { seconds: 3600 }],
  ['30min', { seconds: 1800 }],
  ['90s', { seconds: 90 }],
])('--split %s', (text, rule) => {
  expect(splitRule('record', text)).toEqual(rule)
})

test('without it there is one file', () => {
  expect(splitRule('record', undefined)).toBeNull()
})

test.each(['', '5', 'MB', '5 parsecs', '-1h', '1kb', '0.1s'])('"%s" is no rule', (text) => {
  expect(() => splitRule('record', text)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})
