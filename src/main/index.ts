/** The acquisition host, for the command line and for every process that carries one. */
export { hostClock } from '../workers/index.ts'
export { openLetterStore } from './dead-letters/open-store.ts'
export {
  type ListedLetter,
  listLetters,
  readLetter,
  replayLetters,
} from './dead-letters/read-letters.ts'
export { knownDriver } from './drivers.ts'
export { missingError, missingStreams, recordWithout } from './expected-streams.ts'
export type { Judged } from './file-work/orders.ts'
export { verifyRecorded } from './file-work/verify-recorded.ts'
export { AcquisitionHost } from './host.ts'
export { inspectRecording } from './inspect-recording.ts'
export { channelNamed, type LoopBackResult, measureLoopBack } from './loop-back/measure.ts'
export { openPulseOutput } from './loop-back/pulse-output.ts'
export { bindSources } from './offline/bind-sources.ts'
export { checkGraph } from './offline/check-graph.ts'
export { measureGraph } from './offline/measure-graph.ts'
export { type RunJob, type RunReport, runFile } from './offline/run-file.ts'
export { type FileResult, runFiles } from './offline/run-files.ts'
export { runGraph } from './offline/run-graph.ts'
export { discoverDevices, type HostOptions, openHost } from './open-host.ts'
export { openModels, packageVersion } from './package-files.ts'
export type { RecordingOptions, RecordingResult } from './recording.ts'
export { defaultRecordingFolder } from './recording-files.ts'
export { folderInForce, settingsInForce } from './recording-settings.ts'
export { type Serving, serve } from './serve.ts'
export { startTelemetry } from './telemetry.ts'
