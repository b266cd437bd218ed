/** Recordings are erased: their files, the copies that can be reached, and what is known of them. */
import { rmSync } from 'node:fs'
import { reasonOf } from '../signal/index.ts'
import type { SessionCatalogue } from './catalogue.ts'
import { type Copies, copiesOf, type Elsewhere } from './copies.ts'
import type { CataloguedRecording } from './entry.ts'
import { eraseOwnFiles, filesOfAll, type OwnFile } from './files.ts'

export interface Erasure extends Copies {
  readonly recordings: readonly CataloguedRecording[]
  /** Within the folder of the recordings. */
  readonly files: readonly OwnFile[]
}

/** What would be erased, and what would stay. */
export function planErasure(
  catalogue: SessionCatalogue,
  recordings: readonly CataloguedRecording[],
  mirrorFolder: string | null,
): Erasure {
  const { folder } = catalogue
  const copies = copiesOf(folder, recordings, mirrorFolder)
  return { recordings, files: filesOfAll(folder, recordings), ...copies }
}

/**
 * A copy that resists is no reason to keep the rest: it is told of, among what stays.
 * @returns what was erased, and what stays
 * @throws SynapseError as `eraseOwnFiles`
 */
export function eraseRecordings(
  catalogue: SessionCatalogue,
  recordings: readonly CataloguedRecording[],
  mirrorFolder: string | null,
): Erasure {
  const { mirrors, elsewhere } = planErasure(catalogue, recordings, mirrorFolder)
  const files = eraseOwnFiles(catalogue, recordings)
  const resisting: Elsewhere[] = []
  const erased: OwnFile[] = []
  for (const file of mirrors) {
    try {
      rmSync(file.path, { force: true })
      erased.push(file)
    } catch (cause) {
      const what = `a copy that could not be erased: ${reasonOf(cause)}`
      resisting.push({ path: file.path, what })
    }
  }
  return { recordings, files, mirrors: erased, elsewhere: [...resisting, ...elsewhere] }
}
