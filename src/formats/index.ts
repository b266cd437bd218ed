/** Recordings in the formats of the field: written in XDF, read in all of them, over lent I/O. */

export {
  type BidsFormat,
  type BidsOptions,
  type BidsResult,
  bidsFormats,
  exportToBids,
} from './bids/bids-export.ts'
export { checkSumsOf, checkSumsOfAll } from './checksums/check-file.ts'
export { type ChecksumReport, checkSums } from './checksums/check-sums.ts'
export {
  createSummedSink,
  removeRecording,
  sumsPath,
} from './checksums/summed-sink.ts'
export { type DatasetFolder, openDatasetFolder } from './dataset-folder.ts'
export { type DeidentifyOptions, deidentify, type Removal } from './deidentify/deidentify.ts'
export {
  type ExportFormat,
  type ExportOptions,
  type ExportResult,
  exportFormats,
  exportRecording,
} from './export/export.ts'
export type { ExportLoss } from './export/losses.ts'
export type { OutputFolder, WrittenFile } from './export/output-files.ts'
export {
  createFileSink,
  openBlockingSource,
  openFileSource,
  removeFile,
  type SinkFs,
} from './file-io.ts'
export { impedancesOf } from './integrity/impedances.ts'
export { type IntegrityReport, integrityReport } from './integrity/integrity.ts'
export { reportHtml } from './integrity/report-html.ts'
export type { ByteSink, ByteSource } from './io.ts'
export { openRecording, openRecordingFile } from './open.ts'
export { openRecordingParts, type WholeRecording } from './open-parts.ts'
export { type Overview, openOverview } from './pages/overview.ts'
export type { OverviewStream } from './pages/overview-stream.ts'
export { PagePoints, type PageRange, type Points } from './pages/page-points.ts'
export { readFrom } from './pages/read-from.ts'
export { partNumber, partPath } from './part-path.ts'
export { openParts, partsOf } from './parts.ts'
export { isHarmless, type Problem, type ProblemCode } from './problems.ts'
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
export { type Verification, verifyRecording } from './verify.ts'
export { lslDescription, readLslDescription } from './xdf/lsl-description.ts'
export { XdfWriter } from './xdf/xdf-writer.ts'
