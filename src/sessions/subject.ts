/** Everything that there is of one subject: given out as a whole, or erased as a whole. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf, SynapseError } from '../signal/index.ts'
import type { SessionCatalogue } from './catalogue.ts'
import { copiesOf } from './copies.ts'
import type { CataloguedRecording } from './entry.ts'
import { type Erasure, eraseRecordings } from './erase.ts'
import { exportsName, filesBelow, filesOfAll, type OwnFile } from './files.ts'

interface SubjectFiles {
  readonly recordings: readonly CataloguedRecording[]
  /** Within the folder of the recordings. */
  readonly files: readonly OwnFile[]
}

/** What is to be copied where: plain data, for whichever thread does it. */
export interface SubjectExport extends SubjectFiles {
  readonly subject: string
  readonly from: string
  readonly into: string
  /** What the catalogue says, to stand beside the files. */
  readonly text: string
}

/** @throws SynapseError bad-option (no such subject), file-exists */
export function planSubjectExport(
  catalogue: SessionCatalogue,
  subject: string,
  into: string,
): SubjectExport {
  const { recordings, files: own } = ofSubject(catalogue, subject)
  const files = [...own, ...filesBelow(catalogue.folder, `${exportsName}/bids/sub-${subject}`)]
  if (existsSync(into)) {
    throw new SynapseError('file-exists', `exporting ${subject}: ${into} exists`, {
      remedy: 'Name a folder that does not exist yet.',
    })
  }
  const versions = recordings.map(({ path, settingsVersion, montageVersion }) => ({
    path,
    settings: settingsVersion && catalogue.contentOf('settings', settingsVersion),
    montage: montageVersion && catalogue.contentOf('montage', montageVersion),
  }))
  const { elsewhere } = copiesOf(catalogue.folder, recordings, null)
  const text = JSON.stringify({ subject, recordings, versions, elsewhere }, null, 2)
  return { subject, recordings, files, from: catalogue.folder, into, text }
}

/**
 * Copies file by file.
 * @param copied told of every file, with the bytes so far; what it throws ends the export
 * @throws SynapseError io-failed, and what `copied` throws
 */
export function copySubject(
  { subject, files, from, into, text }: SubjectExport,
  copied: (bytes: number) => void = () => {},
): void {
  let bytes = 0
  for (const file of files) {
    const target = join(into, file.path)
    guarded(subject, () => {
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(join(from, file.path), target)
    })
    bytes += file.bytes
    copied(bytes)
  }
  guarded(subject, () => {
    mkdirSync(into, { recursive: true })
    writeFileSync(join(into, 'catalogue.json'), `${text}\n`, { flush: true })
  })
}

function guarded(subject: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    throw new SynapseError('io-failed', `exporting ${subject}: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Erases every file of the subject, and then its entries.
 * @throws SynapseError bad-option (no such subject), and as `eraseRecordings`
 */
export function deleteSubject(
  catalogue: SessionCatalogue,
  subject: string,
  mirrorFolder: string | null,
): Erasure {
  const { recordings } = ofSubject(catalogue, subject)
  return eraseRecordings(catalogue, recordings, mirrorFolder)
}

/** @throws SynapseError bad-option */
export function ofSubject(catalogue: SessionCatalogue, subject: string): SubjectFiles {
  const recordings = catalogue.ofSubject(subject)
  if (recordings.length === 0 || subject === '') {
    throw new SynapseError('bad-option', `looking for subject "${subject}": there is none`, {
      remedy: 'Run "synapse sessions list" for the subjects there are.',
    })
  }
  return { recordings, files: filesOfAll(catalogue.folder, recordings) }
}
