/** Recordings in the formats of the field: written in XDF, read in all of them, over lent I/O. */
export { createFileSink, openFileSource, type SinkFs } from './file-io.ts'
export { type ByteSink, type ByteSource, memorySource } from './io.ts'
export { openRecording } from './open.ts'
export { type Problem, type ProblemCode, problemTable } from './problems.ts'
export {
  ledgerOf,
  maxChunkFrames,
  type RecordedGap,
  type RecordedMarker,
  type RecordedStream,
  type Recording,
  type RecordingFormat,
  type RecordingItem,
  type RecordingSummary,
  type StreamSummary,
  summarise,
} from './recording.ts'
export { bufferBytes, XdfWriter } from './xdf/xdf-writer.ts'
