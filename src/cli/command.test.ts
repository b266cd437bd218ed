/** Arguments as a user types them. */
import { describe, expect, it } from 'vitest'
import { readArguments } from './command.ts'

const options = { 'shift-days': { type: 'string' }, json: { type: 'boolean' } } as const

describe('reading arguments', () => {
  it.each([
    [['a.xdf', '--shift-days', '-400', 'b.xdf']],
    [['a.xdf', '--shift-days=-400', 'b.xdf']],
  ])('%j: a negative number is a value', (args) => {
    const { values, positionals } = readArguments('convert', args, options)
    expect(values['shift-days']).toBe('-400')
    expect(positionals).toEqual(['a.xdf', 'b.xdf'])
  })

  it.each([[['--shift-days', '--json']], [['--nonsense']], [['--json=yes']]])(
    '%j: refused in one line',
    (args) => {
      const refused = () => readArguments('convert', args, options)
      expect(refused).toThrow(expect.objectContaining({ code: 'bad-option' }))
      expect(refused).toThrow(/^[^\n]*$/)
    },
  )
})
