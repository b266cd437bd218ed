import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emulatorCatalog } from '../devices/catalog.ts'
import { optionsJsonSchema } from '../signal/index.ts'
import { bidsArguments } from './bids-dataset.ts'
import { numberOption, onePositional, portNumber, readArguments } from './command.ts'
import { commands } from './commands/catalog.ts'
import { deidentifyArguments } from './deidentify-arguments.ts'
import { helpText } from './help.ts'
import { networkArguments } from './network-options.ts'
import { optionLines } from './option-values.ts'

const badOption = (message: RegExp) =>
  expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(message) })

test('the help names every command with what it does', () => {
  const text = helpText(undefined)
  for (const { name, help } of commands.values()) {
    expect(text).toContain(`  ${name}`)
    expect(text).toContain(help)
  }
})

/** The options that a command's source reads. */
function optionsRead(name: string): string[] {
  const source = readFileSync(join(import.meta.dirname, 'commands', `${name}.ts`), 'utf8')
  const inPlace = /readArguments\((?![^{]*optionTypes)[^{]*\{(.*?)\n {4}\}\)/s.exec(source)
  const apart = /^const optionTypes = \{(.*?)\n\}/ms.exec(source)
  const read = (inPlace ?? apart)![1]!
  const own = [...read.matchAll(/^ {2,6}'?([\w-]+)'?: \{ type/gm)].map(([, option]) => option!)
  const groups = [...read.matchAll(/^ {2,6}\.\.\.(\w+),/gm)].map(([, group]) => group!)
  return [...own, ...groups.flatMap((group) => Object.keys(sharedArguments[group] ?? {}))]
}

/** What several commands take. */
const sharedArguments: Readonly<Record<string, object>> = {
  bidsArguments,
  deidentifyArguments,
  networkArguments,
}

test.each([...commands.keys()])('the help of %s tells of every option, and of no other', (name) => {
  const { usage, help, options } = commands.get(name)!
  const text = helpText(name)
  expect(text).toContain(`Usage: synapse ${name} ${usage}`.replace('Usage: ', ''))
  expect(text).toContain(help)
  const emulators = [...emulatorCatalog.values()].flatMap((emulator) =>
    optionLines(optionsJsonSchema(emulator.options)).map(([option]) => option),
  )
  const told = ['--json', ...options.map(([option]) => option)]
  for (const option of told) expect(text).toContain(`  ${option}`)
  const ofCommand = told.filter((option) => name !== 'emulate' || !emulators.includes(option))
  const names = ofCommand.map((option) => /^--([\w-]+)/.exec(option)![1]!)
  expect(names.toSorted()).toEqual(optionsRead(name).toSorted())
})

test('help for a command that there is not is refused', () => {
  expect(() => helpText('dance')).toThrow(expect.objectContaining({ code: 'unknown-command' }))
})

describe('arguments that are not understood are refused, naming command and argument', () => {
  const options = { json: { type: 'boolean' }, out: { type: 'string' } } as const

  test('an option that there is not', () => {
    expect(() => readArguments('record', ['--uot', 'a.xdf'], options)).toThrow(
      badOption(/record: Unknown option '--uot'/),
    )
  })

  test('an option without its value', () => {
    expect(() => readArguments('record', ['--out'], options)).toThrow(badOption(/--out/))
    expect(() => readArguments('record', ['--json=1'], options)).toThrow(badOption(/--json/))
  })

  test('too few or too many', () => {
    expect(onePositional('info', 'the file', ['a.xdf'])).toBe('a.xdf')
    expect(() => onePositional('info', 'the file', [])).toThrow(badOption(/the file is missing/))
    expect(() => onePositional('info', 'the file', ['a', 'b'])).toThrow(badOption(/"b"/))
  })

  test.each(['', ' ', 'soon', '-1', '31', 'NaN', 'Infinity'])('"%s" for a number to 30', (text) => {
    expect(() => numberOption('record', 'seconds', text, [0, 30])).toThrow(
      badOption(/--seconds .*not a number from 0 to 30/),
    )
  })

  test('a number as it is written', () => {
    expect(numberOption('record', 'seconds', '2.5', [0, 30])).toBe(2.5)
    expect(numberOption('record', 'seconds', undefined, [0, 30])).toBeUndefined()
  })

  test('a port that is none', () => {
    expect(portNumber('serve', '8470')).toBe(8470)
    expect(portNumber('serve', undefined)).toBeUndefined()
    for (const text of ['65536', '-1', '80.5', 'http']) {
      expect(() => portNumber('serve', text)).toThrow(badOption(/--port/))
    }
  })
})
