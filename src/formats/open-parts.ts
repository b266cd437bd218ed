/** A recording with all files that belong to it: those of a split one are found by their names. */
import { openRecordingFile } from './open.ts'
import { openParts, partsOf } from './parts.ts'
import type { Recording } from './recording.ts'

export interface WholeRecording {
  readonly recording: Recording
  /** Its files, in their order. */
  readonly paths: readonly string[]
}

/**
 * @param path of any of the files
 * @throws SynapseError as `openRecordingFile`
 */
export async function openRecordingParts(path: string): Promise<WholeRecording> {
  // Only ours are split, and they are XDF.
  const paths = /\.xdf$/i.test(path) ? partsOf(path) : []
  if (paths.length > 1) return { recording: await openParts(path), paths }
  return { recording: await openRecordingFile(path), paths: [path] }
}
