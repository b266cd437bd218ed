/** A recording on disk as a source of samples: for the replay, and for boards that play one. */
export { openRecordingFile, openWholeRecording } from '../../formats/index.ts'
