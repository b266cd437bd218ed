import { expect, test } from 'vitest'
import { z } from 'zod'
import { option, optionsJsonSchema } from '../signal/index.ts'
import { cliOptions, givenOptions, optionLines, optionValue } from './option-values.ts'

const schema = optionsJsonSchema(
  z.strictObject({
    rateHz: option(z.number().default(250), { help: 'Samples per second.', unit: 'Hz' }),
    channels: z.int().default(8),
    loop: option(z.boolean().default(false), { help: 'Again and again.' }),
    mainsHz: z.union([z.literal(50), z.literal(60)]).default(50),
    unplugAt: z.number().nullable().default(null),
    labels: z.array(z.string()).optional(),
    gains: z.array(z.number()).optional(),
    name: z.string().optional(),
    noise: z.union([z.number(), z.enum(['low', 'high'])]).optional(),
  }),
)

test.each([
  ['rateHz', '1000', 1000],
  ['rateHz', '-1.5e3', -1500],
  ['rateHz', 'fast', 'fast'],
  ['rateHz', '', ''],
  ['rateHz', ' ', ' '],
  ['channels', '64', 64],
  ['loop', 'true', true],
  ['loop', 'false', false],
  ['loop', 'yes', 'yes'],
  ['mainsHz', '60', 60],
  ['unplugAt', '3', 3],
  ['unplugAt', 'null', null],
  ['labels', 'Fp1,Fp2', ['Fp1', 'Fp2']],
  ['gains', '24,12,x', [24, 12, 'x']],
  ['name', '250', '250'],
  ['name', 'true', 'true'],
  ['noise', '3', 3],
  ['noise', 'low', 'low'],
  ['unknown', '3', '3'],
])('%s %s', (name, text, value) => {
  expect(optionValue(schema, name, text)).toEqual(value)
})

test('an option may be written as in the schema, and as on a command line', () => {
  const options = cliOptions(schema)
  expect(options).toMatchObject({
    unplugAt: { type: 'string' },
    'unplug-at': { type: 'string' },
    loop: { type: 'boolean' },
  })
  const expected = { unplugAt: 3, loop: true, rateHz: 500 }
  expect(givenOptions(schema, { 'unplug-at': '3', loop: true, rateHz: '500' })).toEqual(expected)
  expect(givenOptions(schema, { unplugAt: '3', loop: true, 'rate-hz': '500' })).toEqual(expected)
  expect(givenOptions(schema, {})).toEqual({})
})

test('every option has a line of help, with unit and default', () => {
  const lines = optionLines(schema)
  expect(lines).toHaveLength(9)
  expect(lines[0]).toEqual(['--rate-hz Hz', 'Samples per second. (default 250)'])
  expect(lines[2]).toEqual(['--loop', 'Again and again. (default false)'])
})
