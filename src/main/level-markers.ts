/**
 * How far a live graph was degraded, as markers in the recording: so a run over the recording can
 * give up the same at the same samples.
 */
import type { RecordedMarker } from '../formats/index.ts'
import type { Marker, StreamId } from '../signal/index.ts'
import type { LevelChange } from './offline/run-graph.ts'

const pattern = /^graph degraded to level (\d)$/

/** @param time of the first sample at this level */
export function levelMarker(stream: StreamId, time: number, level: number): Marker {
  const label = `graph degraded to level ${level}`
  return { time, label, durationSeconds: 0, source: stream, value: level }
}

export function readLevels(markers: readonly RecordedMarker[]): LevelChange[] {
  return markers.flatMap(({ label, source, time }) => {
    const level = pattern.exec(label)?.[1]
    return level === undefined || source === undefined
      ? []
      : [{ stream: source, time, level: Number(level) }]
  })
}
