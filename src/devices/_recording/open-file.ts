/** A recording on disk as a source of samples: for the replay, and for boards that play one. */
export { openRecordingFile, openRecordingParts } from '../../formats/index.ts'
