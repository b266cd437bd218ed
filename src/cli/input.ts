/** The recording that a command reads: one file, or all files of one that was split. */
import { basename } from 'node:path'
import {
  openBlockingSource,
  openParts,
  openRecordingFile,
  openRecordingParts,
  partsOf,
  type Recording,
  type WholeRecording,
} from '../formats/index.ts'

export const partsOption = ['--parts', 'all files of a split recording as one'] as const

/** @throws SynapseError as `openRecordingFile` */
export function openInput(path: string, allParts: boolean): Promise<Recording> {
  return allParts && partsOf(path).length > 1
    ? openParts(path, openBlockingSource)
    : openRecordingFile(path, openBlockingSource)
}

/** For commands that make something of a recording: it is whole unless one file is asked for. */
export const oneFileOption = [
  '--one-file',
  'only the file named; without it, all files of a split recording are read as one',
] as const

/** @throws SynapseError as `openRecordingFile` */
export async function openWhole(path: string, isOneFile: boolean): Promise<WholeRecording> {
  if (!isOneFile) return openRecordingParts(path, openBlockingSource)
  return { recording: await openRecordingFile(path, openBlockingSource), paths: [path] }
}

/** What is said of files that were found by their names; nothing of a single one. */
export function joinedReport(path: string, paths: readonly string[]): string {
  if (paths.length < 2) return ''
  const names = paths.map((each) => basename(each)).join(', ')
  return `${paths.length} files of one recording are read as one: ${names}\n--one-file reads ${basename(path)} alone.\n\n`
}
