import { describe, expect, it } from 'vitest'
import { labelOf, limitsOf, optionFields, textOf, typedValue } from './option-fields.ts'

const schema = {
  type: 'object',
  properties: {
    channels: { type: 'integer', minimum: 1, maximum: 1024, default: 8, help: 'How many.' },
    rateHz: { type: 'number', minimum: 1, maximum: 30000, default: 250, unit: 'Hz', help: '' },
    mainsHz: {
      default: 50,
      anyOf: [0, 50, 60].map((value) => ({ type: 'number', const: value })),
      unit: 'Hz',
      help: 'Mains hum; 0 for none.',
    },
    boardClock: { type: 'boolean', default: true, help: '' },
    labels: { type: 'array', items: { type: 'string' }, default: ['Fp1', 'Fp2'], help: '' },
    strange: { type: 'object', help: '' },
  },
}

describe('the form of a driver', () => {
  const fields = optionFields(schema)

  it('has a field for each option that a form can hold', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['channels', 'number'],
      ['rateHz', 'number'],
      ['mainsHz', 'choice'],
      ['boardClock', 'boolean'],
      ['labels', 'list'],
    ])
  })

  it('starts from the defaults and tells the limits', () => {
    expect(fields.map(textOf)).toEqual(['8', '250', '50', 'true', 'Fp1, Fp2'])
    expect(fields.map(limitsOf)).toEqual(['1 to 1,024', '1 to 30,000', '', '', ''])
  })

  it('gives back values, not text', () => {
    const [channels, , , , labels] = fields
    expect(typedValue(channels!, '32')).toBe(32)
    expect(typedValue(channels!, ' ')).toBeUndefined()
    expect(typedValue(labels!, 'C3, C4 ,,Cz')).toEqual(['C3', 'C4', 'Cz'])
  })

  it('names options in words, without the unit that stands beside them', () => {
    expect(labelOf('blinksPerMinute')).toBe('Blinks per minute')
    expect(labelOf('rateHz')).toBe('Rate')
    expect(labelOf('backgroundUv')).toBe('Background')
  })

  it('is empty for a driver without options', () => {
    expect(optionFields({})).toEqual([])
  })
})
