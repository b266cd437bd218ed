/** The recording that a command reads: one file, or all files of one that was split. */
import { openParts, openRecordingFile, partsOf, type Recording } from '../formats/index.ts'

export const partsOption = ['--parts', 'all files of a split recording as one'] as const

/** @throws SynapseError as `openRecordingFile` */
export function openInput(path: string, allParts: boolean): Promise<Recording> {
  return allParts && partsOf(path).length > 1 ? openParts(path) : openRecordingFile(path)
}
