/** A recording on disk as a source of samples: for the replay, and for boards that play one. */
import { openFileSource, openRecording, type Recording } from '../../formats/index.ts'

/** @throws SynapseError file-missing, file-denied, file-unreadable, file-damaged, io-failed */
export async function openRecordingFile(path: string): Promise<Recording> {
  const source = await openFileSource(path)
  try {
    return await openRecording(source, path)
  } catch (error) {
    await source.close()
    throw error
  }
}
