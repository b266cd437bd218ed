/** The flags by which a command leaves out what could tell whose a recording is. */
import { deidentify, type Recording, type Removal } from '../formats/index.ts'
import { badOption, numberOption } from './command.ts'

export const deidentifyArguments = {
  deidentify: { type: 'boolean', default: false },
  'shift-days': { type: 'string' },
  'keep-annotations': { type: 'boolean', default: false },
} as const

export const deidentifyHelp: readonly (readonly [string, string])[] = [
  ['--deidentify', 'without date, serial numbers, names and free texts; says what was removed'],
  ['--shift-days N', 'with it: moves the date by N days, the same for all of a subject'],
  ['--keep-annotations', 'with it: keeps the texts of markers'],
]

interface Values {
  readonly deidentify?: boolean
  readonly 'shift-days'?: string | undefined
  readonly 'keep-annotations'?: boolean
}

const mostDays = 100_000

/** @returns the recording itself, and no table, where nobody asked. @throws SynapseError bad-option */
export function deidentified(
  command: string,
  recording: Recording,
  values: Values,
): { readonly recording: Recording; readonly removed?: readonly Removal[] } {
  const text = values['shift-days']
  const shiftDays = numberOption(command, 'shift-days', text, [-mostDays, mostDays])
  if (shiftDays !== undefined && !Number.isInteger(shiftDays)) {
    throw badOption(command, `--shift-days ${text}: not a whole number`)
  }
  const keepAnnotations = values['keep-annotations'] ?? false
  if (!values.deidentify) {
    if (shiftDays === undefined && !keepAnnotations) return { recording }
    throw badOption(command, '--shift-days and --keep-annotations go with --deidentify')
  }
  return deidentify(recording, {
    keepAnnotations,
    ...(shiftDays === undefined ? {} : { shiftDays }),
  })
}
