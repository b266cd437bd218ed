/** The outputs of a lane: each leaves by a ring of its own, which counts and times what goes by. */
import {
  LatencyHistogram,
  newRing,
  type RingShape,
  RingWriter,
  ringBytes,
  WaitStamp,
} from '../ring/index.ts'
import type { Chunk, StreamInfo } from '../signal/index.ts'
import { followOutput } from './follow.ts'
import { shapeOf } from './lane-calls.ts'
import type { LaneOutput } from './messages.ts'

/** As a device's stream: so long may a disk that takes nothing hold up a recording of it. */
const outputSeconds = 20
const fewestFrames = 64
const irregularFrames = 1024
const mostBytes = 64 * 1024 * 1024

export interface OutputLine {
  readonly shared: LaneOutput
  readonly writer: RingWriter
  readonly stamp: WaitStamp
  readonly latency: LatencyHistogram
}

export function newOutputLine(id: string, name: string, info: StreamInfo): OutputLine {
  const { shared: ring } = new RingWriter(newRing(outputShape(info)))
  const { shared: waits } = new WaitStamp()
  const { shared: latency } = new LatencyHistogram()
  return takenOverLine({ id, name, info, ring, waits, latency })
}

function outputShape(info: StreamInfo): RingShape {
  const wanted = info.nominalRateHz * outputSeconds || irregularFrames
  const shape = shapeOf(info, Math.max(fewestFrames, wanted))
  const isTooLarge = (frames: number) =>
    frames > fewestFrames && ringBytes({ ...shape, capacityFrames: frames }) > mostBytes
  let { capacityFrames } = shape
  while (isTooLarge(capacityFrames)) capacityFrames /= 2
  return { ...shape, capacityFrames }
}

/** Of an earlier lane: who reads it goes on reading. */
export function takenOverLine(shared: LaneOutput): OutputLine {
  return {
    shared,
    writer: new RingWriter(shared.ring),
    stamp: new WaitStamp(shared.waits),
    latency: new LatencyHistogram(shared.latency),
  }
}

/** The same line of a graph that was changed. */
export function described(line: OutputLine, info: StreamInfo): OutputLine {
  return { ...line, shared: { ...line.shared, info } }
}

/** @param now seconds on the host's clock */
export function leave({ writer, stamp, latency }: OutputLine, chunk: Chunk, now: number): void {
  followOutput(writer, chunk)
  latency.record(now - chunk.hostTime[0]!)
  if (!stamp.isSet) stamp.set(now)
}

/** The same to a reader: what only the filter's settings changed is still the same stream. */
export function sameStream(a: StreamInfo, b: StreamInfo): boolean {
  return (
    a.nominalRateHz === b.nominalRateHz && JSON.stringify(a.channels) === JSON.stringify(b.channels)
  )
}
