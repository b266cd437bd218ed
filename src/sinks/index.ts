/** Destinations of streams, one folder each. */
export { JsonOutlet } from './json-outlet/json-outlet.ts'
export { LslOutlet } from './lsl-outlet/lsl-outlet.ts'
export { OscOutlet } from './osc-outlet/osc-outlet.ts'
export {
  Recorder,
  type RecorderStatus,
  type SplitRule,
  type StreamProgress,
} from './recorder/recorder.ts'
