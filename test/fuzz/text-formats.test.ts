/** Formats that are text, or described by one, against files with something wrong. */
import { it } from 'vitest'
import { textAnatomy } from './anatomies.ts'
import { brainflowCsv, brainVision, openBciText } from './sound-files.ts'
import { survives } from './survives.ts'

const timeout = 1_200_000

it.each([
  ['BrainVision', brainVision],
  ['OpenBCI text', { 'a.txt': openBciText }],
  ['BrainFlow CSV', { 'a.csv': brainflowCsv }],
] as const)('%s', { timeout }, async (name, files) => {
  const anatomies = Object.entries(files).map(([file, text]) => [file, textAnatomy(text)])
  await survives(name, [Object.fromEntries(anatomies)])
})
