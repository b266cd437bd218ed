/** Everything that there is of one subject: given out as a whole, or erased as a whole. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { reasonOf, SynapseError } from '../signal/index.ts'
import type { SessionCatalogue } from './catalogue.ts'
import type { CataloguedRecording } from './entry.ts'
import { belongsTo, stemOf } from './file-name.ts'

export interface SubjectFiles {
  readonly recordings: readonly CataloguedRecording[]
  /** Within the folder of the recordings. */
  readonly files: readonly string[]
}

/**
 * Copies every file of the subject, with what the catalogue says, into a folder made for it.
 * @throws SynapseError bad-option (no such subject), file-exists, io-failed
 */
export function exportSubject(
  catalogue: SessionCatalogue,
  subject: string,
  into: string,
): SubjectFiles {
  const found = filesOf(catalogue, subject)
  if (existsSync(into)) {
    throw new SynapseError('file-exists', `exporting ${subject}: ${into} exists`, {
      remedy: 'Name a folder that does not exist yet.',
    })
  }
  try {
    mkdirSync(into, { recursive: true })
    for (const file of found.files) {
      const target = join(into, file)
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(join(catalogue.folder, file), target)
    }
    const versions = found.recordings.map(({ path, settingsVersion, montageVersion }) => ({
      path,
      settings: settingsVersion && catalogue.contentOf('settings', settingsVersion),
      montage: montageVersion && catalogue.contentOf('montage', montageVersion),
    }))
    const text = JSON.stringify({ subject, recordings: found.recordings, versions }, null, 2)
    writeFileSync(join(into, 'catalogue.json'), `${text}\n`, { flush: true })
  } catch (cause) {
    throw new SynapseError('io-failed', `exporting ${subject}: ${reasonOf(cause)}`, { cause })
  }
  return found
}

/**
 * Erases every file of the subject, and then its entries.
 * @throws SynapseError bad-option (no such subject), not-ready (it is being recorded), io-failed:
 * entries stay then, so that it can be tried again
 */
export function deleteSubject(catalogue: SessionCatalogue, subject: string): SubjectFiles {
  const found = filesOf(catalogue, subject)
  if (found.recordings.some(({ state, process }) => state === 'recording' && isAlive(process))) {
    throw new SynapseError('not-ready', `deleting ${subject}: it is being recorded`, {
      remedy: 'Stop the recording first.',
    })
  }
  try {
    for (const file of found.files) rmSync(join(catalogue.folder, file), { force: true })
  } catch (cause) {
    throw new SynapseError('io-failed', `deleting ${subject}: ${reasonOf(cause)}`, { cause })
  }
  catalogue.forgetSubject(subject)
  return found
}

/** @throws SynapseError bad-option */
function filesOf(catalogue: SessionCatalogue, subject: string): SubjectFiles {
  const recordings = catalogue.ofSubject(subject)
  if (recordings.length === 0 || subject === '') {
    throw new SynapseError('bad-option', `looking for subject "${subject}": there is none`, {
      remedy: 'Run "synapse sessions list" for the subjects there are.',
    })
  }
  const files = recordings.flatMap(({ path }) => {
    const folder = dirname(resolve(catalogue.folder, path))
    const stem = basename(stemOf(path))
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .filter((name) => belongsTo(stem, name))
      .map((name) => join(dirname(path), name))
  })
  return { recordings, files: [...new Set(files)].sort() }
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
