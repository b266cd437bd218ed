/** A recording with all its files, and what lies beside it. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  checkSumsOfAll,
  createFileSink,
  type OutputFolder,
  openBlockingSource,
  openRecordingParts,
  partsOf,
  type Recording,
  removeFile,
} from '../../formats/index.ts'
import { SynapseError } from '../../signal/index.ts'

/** @throws SynapseError file-missing, and as `openRecordingFile` */
async function openWhole(path: string): Promise<Recording> {
  if (!existsSync(path) && partsOf(path).length === 0) {
    throw new SynapseError('file-missing', `reading ${path}: it is not there any more`, {
      remedy: 'Put the file back, or make the catalogue anew from the files.',
    })
  }
  return (await openRecordingParts(path, openBlockingSource)).recording
}

export async function withWhole<T>(
  path: string,
  work: (recording: Recording) => Promise<T>,
): Promise<T> {
  const recording = await openWhole(path)
  try {
    return await work(recording)
  } finally {
    await recording.close()
  }
}

export function sumsOf(path: string) {
  return checkSumsOfAll(partsOf(path))
}

/** Makes the folders that it needs. */
export const disk: OutputFolder = {
  create: (path) => {
    mkdirSync(dirname(path), { recursive: true })
    return createFileSink(path)
  },
  remove: removeFile,
}
