import { describe, expect, it } from 'vitest'
import {
  labelOf,
  limitsOf,
  optionFields,
  problemOf,
  problemsOf,
  textOf,
  typedValue,
  withValue,
} from './option-fields.ts'

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
    gains: {
      type: 'array',
      items: { anyOf: [1, 24].map((value) => ({ type: 'number', const: value })) },
      default: [24],
      help: '',
    },
    radioChannel: {
      anyOf: [{ type: 'integer', minimum: 1, maximum: 25 }, { type: 'null' }],
      default: null,
      help: 'Where it is.',
    },
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
      ['gains', 'list'],
      ['radioChannel', 'number'],
    ])
  })

  it('starts from the defaults and tells the limits', () => {
    expect(fields.map(textOf)).toEqual(['8', '250', '50', 'true', 'Fp1, Fp2', '24', ''])
    expect(fields.map(limitsOf)).toEqual(['1 to 1,024', '1 to 30,000', '', '', '', '', '1 to 25'])
  })

  it('says what to type where what was typed cannot be sent', () => {
    const [channels, rate, , , labels, gains, radioChannel] = fields
    expect(problemOf(channels!, '1025')).toBe('Type a whole number, 1 to 1,024.')
    expect(problemOf(channels!, '2.5')).toBe('Type a whole number, 1 to 1,024.')
    expect(problemOf(rate!, 'fast')).toBe('Type a number, 1 to 30,000.')
    expect(problemOf(gains!, '24, 5')).toMatch(/^Type 1, 24, or several/)
    expect(problemOf(gains!, 'x')).toMatch(/^Type 1, 24, or several/)
    expect([
      problemOf(rate!, '250.5'),
      problemOf(radioChannel!, ''),
      problemOf(labels!, 'Ä, 日本'),
    ]).toEqual(['', '', ''])
    expect([...problemsOf(fields, { channels: '0', gains: '24' }).keys()]).toEqual(['channels'])
  })

  it('gives back values, not text', () => {
    const [channels, , , , labels, gains, radioChannel] = fields
    expect(typedValue(gains!, '12, 24')).toEqual([12, 24])
    expect([typedValue(radioChannel!, ''), typedValue(radioChannel!, '3')]).toEqual([null, 3])
    expect(typedValue(channels!, '32')).toBe(32)
    expect(typedValue(channels!, ' ')).toBeUndefined()
    expect(typedValue(labels!, 'C3, C4 ,,Cz')).toEqual(['C3', 'C4', 'Cz'])
  })

  it('shows what is in force in place of the default', () => {
    const inForce = { channels: 16, gains: [1, 24], radioChannel: 7 } as Record<string, unknown>
    const shown = fields.map((field) => textOf(withValue(field, inForce[field.name])))
    expect(shown).toEqual(['16', '250', '50', 'true', 'Fp1, Fp2', '1, 24', '7'])
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
