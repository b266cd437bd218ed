/** A recording with all files that belong to it: those of a split one are found by their names. */
import { openFileSource } from './file-io.ts'
import type { OpenSource } from './io.ts'
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
 * @param open `openBlockingSource` in a thread that has nothing else to do
 * @throws SynapseError as `openRecordingFile`
 */
export async function openRecordingParts(
  path: string,
  open: OpenSource = openFileSource,
): Promise<WholeRecording> {
  // Only ours are split, and they are XDF.
  const paths = /\.xdf$/i.test(path) ? partsOf(path) : []
  const isOne = paths.length < 2 && (paths[0] ?? path) === path
  if (!isOne) return { recording: await openParts(path, open), paths }
  return { recording: await openRecordingFile(path, open), paths: [path] }
}
