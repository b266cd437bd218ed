/**
 * Recordings of other people that the tests read. They are not part of the project: the folder
 * beside it, or the one that SYNAPSE_DATA names, has them.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.SYNAPSE_DATA ?? join(import.meta.dirname, '..', '..', 'shared', 'data')

/** Path of a recording; undefined, with the reason on the error output, where it is missing. */
export function dataFile(name: string): string | undefined {
  const path = join(folder, name)
  if (existsSync(path)) return path
  process.stderr.write(`skipping what needs ${name}: not in ${folder}; set SYNAPSE_DATA\n`)
  return undefined
}
