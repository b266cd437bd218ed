/** Destinations of streams, one folder each. */
export { LslOutlet } from './lsl-outlet/lsl-outlet.ts'
export {
  Recorder,
  type RecorderStatus,
  type SplitRule,
  type StreamProgress,
} from './recorder/recorder.ts'
