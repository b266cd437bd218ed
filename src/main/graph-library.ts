/** The graphs that came along with the program, to be run as they are or to begin from. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LibraryGraph } from '../contract/index.ts'
import { readGraphText } from '../graph/index.ts'
import { reasonOf, SynapseError } from '../signal/index.ts'
import { packageFolder } from './package-files.ts'

const folder = join(packageFolder, 'examples', 'graphs')

/** By name. @throws SynapseError file-missing, graph-invalid */
export async function graphLibrary(): Promise<LibraryGraph[]> {
  let files: string[]
  try {
    files = (await readdir(folder)).filter((name) => /\.jsonc?$/.test(name))
  } catch (cause) {
    throw new SynapseError('file-missing', `reading ${folder}: ${reasonOf(cause)}`, {
      cause,
      remedy: 'Install the program again; until then open a graph from a file.',
    })
  }
  const graphs = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      const { name, help } = readGraphText(text, file)
      return { file, name, help: help ?? openingComment(text), text }
    }),
  )
  return graphs.sort((a, b) => a.name.localeCompare(b.name))
}

/** What stands behind `//` right after the opening brace. */
function openingComment(text: string): string {
  const lines = text.split('\n').slice(1)
  const end = lines.findIndex((line) => !/^\s*\/\//.test(line))
  return lines
    .slice(0, Math.max(0, end))
    .map((line) => line.replace(/^\s*\/\/\s?/, '').trim())
    .join(' ')
}
