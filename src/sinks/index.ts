/** Destinations of streams, one folder each. */
export { Recorder, type RecorderStatus } from './recorder/recorder.ts'
