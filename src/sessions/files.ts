/** Which files belong to a recording, and what becomes of all of them together. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { reasonOf, SynapseError } from '../signal/index.ts'
import type { SessionCatalogue } from './catalogue.ts'
import type { CataloguedRecording } from './entry.ts'
import { belongsTo, stemOf } from './file-name.ts'

/** Within the folder of the recordings: where exports go unless somebody says otherwise. */
export const exportsName = 'exports'

export interface OwnFile {
  /** Within the folder of the recordings, with slashes. */
  readonly path: string
  readonly bytes: number
}

/** Parts, checksums, story, report, what was recovered of it, and exports of the same name. */
export function filesOfRecording(folder: string, path: string): OwnFile[] {
  const stem = basename(stemOf(path))
  const own = dirname(path) === '.' ? '' : `${dirname(path)}/`
  return [own, `${exportsName}/`].flatMap((within) =>
    namesIn(join(folder, within))
      .filter((name) => belongsTo(stem, name) || (within !== own && isExportOf(stem, name)))
      .map((name) => ({ path: `${within}${name}`, bytes: sizeOf(join(folder, within, name)) })),
  )
}

/** `stem_ACC.edf`, `stem_events.tsv`: the other files of an export. */
function isExportOf(stem: string, name: string): boolean {
  return name.startsWith(`${stem}_`) && !/^_(run|task|ses)-/.test(name.slice(stem.length))
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Every file in a folder within that of the recordings, and in those below. */
export function filesBelow(folder: string, within: string): OwnFile[] {
  if (!existsSync(join(folder, within))) return []
  return readdirSync(join(folder, within), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = relative(folder, join(parentPath, name)).split(sep).join('/')
      return { path, bytes: sizeOf(join(folder, path)) }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Of several recordings, each file once. */
export function filesOfAll(folder: string, recordings: readonly CataloguedRecording[]): OwnFile[] {
  const found = new Map<string, OwnFile>()
  for (const { path } of recordings) {
    for (const file of filesOfRecording(folder, path)) found.set(file.path, file)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * Erases the files of these recordings, and then their entries.
 * @throws SynapseError not-ready (one is being recorded), io-failed: entries stay then, so that it
 * can be tried again
 */
export function eraseOwnFiles(
  catalogue: SessionCatalogue,
  recordings: readonly CataloguedRecording[],
): OwnFile[] {
  const files = filesOfAll(catalogue.folder, recordings)
  for (const { path, state, process } of recordings) {
    if (state === 'recording' && isAlive(process)) throw busy('deleting', path)
  }
  try {
    for (const { path } of files) rmSync(join(catalogue.folder, path), { force: true })
  } catch (cause) {
    const what = recordings.length === 1 ? recordings[0]!.path : `${recordings.length} recordings`
    throw new SynapseError('io-failed', `deleting ${what}: ${reasonOf(cause)}`, { cause })
  }
  // What was recovered of one of them has an entry of its own, and its file is gone, too.
  const erased = new Set(files.map(({ path }) => path))
  const gone = catalogue.list().filter(({ path }) => erased.has(path))
  catalogue.forget([...recordings, ...gone].map(({ id }) => id))
  return files
}

export function busy(doing: string, path: string): SynapseError {
  return new SynapseError('not-ready', `${doing} ${path}: it is being recorded`, {
    remedy: 'Stop the recording first.',
  })
}

/** Whether there is such a process on this machine. */
export function isAlive(pid: number | null): boolean {
  if (pid === null) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
