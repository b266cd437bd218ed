/**
 * Copies of recordings that lie elsewhere. The copy that is written meanwhile can be found, by what
 * the side file says of it or by its name and its beginning; what was made of a recording can only
 * be named.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { CataloguedRecording } from './entry.ts'
import { belongsTo, stemOf } from './file-name.ts'
import { exportsName, filesOfRecording, type OwnFile } from './files.ts'
import { type KnownCopy, readSideFile, writeSideFile } from './side-file.ts'

/** What stays when recordings are erased, and has to be erased by whoever can. */
export interface Elsewhere {
  /** On this machine. */
  readonly path: string
  readonly what: string
}

export interface Copies {
  /** Whole paths. */
  readonly mirrors: readonly OwnFile[]
  readonly elsewhere: readonly Elsewhere[]
}

const mostCopies = 200

/**
 * Keeps in mind that something was made of a recording. Without a side file nothing keeps it, and
 * trouble with that file is none of whoever made the copy.
 * @param path of any file of the recording
 */
export function noteCopy(path: string, kind: string, copy: string): void {
  try {
    const story = readSideFile(path)
    if (!story) return
    const known: KnownCopy = { path: resolve(copy), kind, madeAt: new Date().toISOString() }
    const others = (story.copies ?? []).filter((each) => each.path !== known.path)
    writeSideFile(path, { ...story, copies: [...others, known].slice(-mostCopies) })
  } catch {
    // The copy is made all the same.
  }
}

/** @param mirrorFolder where copies are written now; others are known from the side files */
export function copiesOf(
  folder: string,
  recordings: readonly CataloguedRecording[],
  mirrorFolder: string | null,
): Copies {
  const mirrors = new Map<string, OwnFile>()
  const elsewhere = new Map<string, Elsewhere>()
  for (const recording of recordings) {
    const story = storyOf(join(folder, recording.path))
    const found = [
      ...knownMirrors(story?.mirror),
      ...mirrorsBeside(folder, recording.path, mirrorFolder),
    ]
    for (const file of found) mirrors.set(file.path, file)
    const isUnreached = story?.mirror !== undefined && found.length === 0
    const unreached = { kind: 'a copy that was written meanwhile and cannot be reached now' }
    const made = [
      ...(story?.copies ?? []).filter((copy) => isStill(copy, folder, recording)),
      ...(isUnreached ? [{ path: story.mirror!, ...unreached }] : []),
      ...datasetBeside(folder, recording),
    ]
    for (const { path, kind } of made) elsewhere.set(path, { path, what: wordFor(kind, recording) })
  }
  return { mirrors: [...mirrors.values()].sort(byPath), elsewhere: [...elsewhere.values()] }
}

function byPath(a: OwnFile, b: OwnFile): number {
  return a.path < b.path ? -1 : 1
}

function storyOf(path: string) {
  try {
    return readSideFile(path)
  } catch {
    return null // then nothing is known but what lies beside
  }
}

function wordFor(kind: string, { subject }: CataloguedRecording): string {
  if (kind === 'bids') return `BIDS data set: the folder sub-${subject} and its row in the lists`
  if (kind === 'subject') return 'a copy of everything of the subject'
  return kind.includes(' ') ? kind : `an export as ${kind.toUpperCase()}`
}

/** Not what is erased with the recording anyway. */
function isStill({ path }: KnownCopy, folder: string, recording: CataloguedRecording): boolean {
  if (!existsSync(path)) return false
  const within = relative(folder, path).replaceAll('\\', '/')
  return !filesOfRecording(folder, recording.path).some((file) => file.path === within)
}

/** Also where nobody noted that it was made. */
function datasetBeside(folder: string, { subject }: CataloguedRecording) {
  const dataset = join(folder, exportsName, 'bids')
  const isThere = subject !== '' && existsSync(join(dataset, `sub-${subject}`))
  return isThere ? [{ path: dataset, kind: 'bids' }] : []
}

function knownMirrors(first: string | undefined): OwnFile[] {
  if (first === undefined) return []
  const stem = basename(stemOf(first))
  return filesIn(dirname(first)).filter(({ path }) => belongsTo(stem, basename(path)))
}

/** Of the same name, and with the same beginning: a namesake is none. */
function mirrorsBeside(folder: string, path: string, mirrorFolder: string | null): OwnFile[] {
  if (mirrorFolder === null) return []
  const places = new Set([mirrorFolder, dirname(join(mirrorFolder, path))])
  const own = filesOfRecording(folder, path).filter((file) => /\.xdf$/i.test(file.path))
  return [...places].flatMap((place) =>
    own
      .filter((file) => isSameBeginning(join(folder, file.path), join(place, basename(file.path))))
      .flatMap((file) => [file, { path: `${file.path}.sums`, bytes: 0 }])
      .flatMap((file) => fileAt(join(place, basename(file.path)))),
  )
}

function filesIn(folder: string): OwnFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => fileAt(join(folder, name)))
}

function fileAt(path: string): OwnFile[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() ? [{ path, bytes: stat.size }] : []
}

/** Names, times and identifiers of a recording stand in its first bytes. */
const beginningBytes = 1 << 16

function isSameBeginning(path: string, other: string): boolean {
  if (resolve(path) === resolve(other) || !existsSync(other)) return false
  const [own, found] = [beginningOf(path), beginningOf(other)]
  const length = Math.min(own.length, found.length)
  return length > 0 && own.subarray(0, length).equals(found.subarray(0, length))
}

function beginningOf(path: string): Buffer {
  const bytes = Buffer.alloc(beginningBytes)
  const file = openSync(path, 'r')
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, beginningBytes, 0))
  } finally {
    closeSync(file)
  }
}
