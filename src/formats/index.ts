/** Recordings in the formats of the field: written in XDF, read in all of them, over lent I/O. */
export { createFileSink, openFileSource, type SinkFs } from './file-io.ts'
export type { ByteSink, ByteSource } from './io.ts'
export { openRecording } from './open.ts'
export type { Problem, ProblemCode } from './problems.ts'
export {
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
export { XdfWriter } from './xdf/xdf-writer.ts'
