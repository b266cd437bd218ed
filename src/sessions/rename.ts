/** What was typed for a recording, typed anew: its files follow, all or none. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf, type SessionFields, SynapseError } from '../signal/index.ts'
import type { SessionCatalogue } from './catalogue.ts'
import type { CataloguedRecording } from './entry.ts'
import { renamedStem, stemOf } from './file-name.ts'
import { busy, filesOfRecording } from './files.ts'
import { readSideFile, writeSideFile } from './side-file.ts'

export type EntryChange = { readonly [K in keyof SessionFields]?: SessionFields[K] | undefined } & {
  readonly run?: number | undefined
}

/**
 * @returns the recording as it is called now
 * @throws SynapseError not-ready (it is being recorded), file-exists (a name is taken), io-failed:
 * names are as they were then
 */
export function changeEntry(
  catalogue: SessionCatalogue,
  recording: CataloguedRecording,
  change: EntryChange,
): CataloguedRecording {
  const { id, path, subject, session, task, protocol, operator, notes } = recording
  const known = { subject, session, task, protocol, operator, notes }
  const { run = recording.run, ...said } = definedOf(change)
  const fields: SessionFields = { ...known, ...said }
  const from = stemOf(path)
  const to = renamedStem(from, changedNames(recording, { ...fields, run }))
  const target = `${to}${path.slice(from.length)}`
  if (to !== from) {
    if (recording.state === 'recording') throw busy('renaming', path)
    const moves = renameAll(catalogue.folder, path, from, to)
    followMoves(catalogue, recording, fields, moves)
  }
  const story = readSideFile(join(catalogue.folder, target))
  if (story) writeSideFile(join(catalogue.folder, target), { ...story, ...fields })
  catalogue.change(id, { ...fields, path: target, run })
  return { ...recording, ...fields, path: target, run }
}

/** What was recovered of it has an entry of its own. */
function followMoves(
  catalogue: SessionCatalogue,
  { id }: CataloguedRecording,
  { subject, session, task }: SessionFields,
  moves: ReadonlyMap<string, string>,
): void {
  for (const other of catalogue.list()) {
    const path = moves.get(other.path)
    if (path === undefined || other.id === id) continue
    const { run, protocol, operator, notes } = other
    const fields = { subject, session, task, protocol, operator, notes }
    const story = readSideFile(join(catalogue.folder, path))
    if (story) writeSideFile(join(catalogue.folder, path), { ...story, ...fields })
    catalogue.change(other.id, { ...fields, path, run })
  }
}

/** What was left out comes as undefined from forms, and means that it stays. */
function definedOf(change: EntryChange): Partial<SessionFields> & { readonly run?: number } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function changedNames(
  was: CataloguedRecording,
  now: Pick<CataloguedRecording, 'subject' | 'session' | 'task' | 'run'>,
): Parameters<typeof renamedStem>[1] {
  return {
    ...(was.subject === now.subject ? {} : { subject: now.subject }),
    ...(was.session === now.session ? {} : { session: now.session }),
    ...(was.task === now.task ? {} : { task: now.task }),
    ...(was.run === now.run || now.run === null ? {} : { run: now.run }),
  }
}

/** @returns names by the names that they had @throws SynapseError file-exists, io-failed */
function renameAll(
  folder: string,
  path: string,
  from: string,
  to: string,
): ReadonlyMap<string, string> {
  const files = filesOfRecording(folder, path).map((file) => file.path)
  const ofName = from.split('/').at(-1)!
  const newName = to.split('/').at(-1)!
  const moves = files.map((file) => {
    const rest = file.startsWith(from) ? `${to}${file.slice(from.length)}` : null
    return { old: file, now: rest ?? file.replace(`/${ofName}`, `/${newName}`) }
  })
  const taken = moves.find(({ now }) => existsSync(join(folder, now)))
  if (taken) {
    throw new SynapseError('file-exists', `renaming ${path}: ${taken.now} exists`, {
      remedy: 'Choose another run.',
    })
  }
  const done: typeof moves = []
  try {
    for (const move of moves) {
      mkdirSync(dirname(join(folder, move.now)), { recursive: true })
      renameSync(join(folder, move.old), join(folder, move.now))
      done.push(move)
    }
  } catch (cause) {
    for (const { old, now } of done.reverse()) renameSync(join(folder, now), join(folder, old))
    throw new SynapseError('io-failed', `renaming ${path}: ${reasonOf(cause)}`, { cause })
  }
  return new Map(moves.map(({ old, now }) => [old, now]))
}
