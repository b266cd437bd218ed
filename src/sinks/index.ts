/** Destinations of streams, one folder each. */
export { LslOutlet } from './lsl-outlet/lsl-outlet.ts'
export { Recorder, type RecorderStatus } from './recorder/recorder.ts'
