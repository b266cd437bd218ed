/** One stream of an open device: its ring, the fit of its times, and what is counted of it. */
import { capacityAtLeast, newRing, type RingShape, RingWriter, ringBytes } from '../ring/index.ts'
import {
  assert,
  type ChunkBuffer,
  type Clock,
  type ClockColumns,
  type ClockOffset,
  type Ledger,
  type NumericFormat,
  type StreamInfo,
} from '../signal/index.ts'
import type { RecordedSource } from '../workers/index.ts'
import { RateMeter } from './rate-meter.ts'
import { TimeFit } from './time-fit.ts'

/** How long a reader may sleep before it loses samples, and what that may cost in memory. */
const ringSeconds = 20
const ringLimitBytes = 256 * 1024 * 1024
const irregularRingFrames = 4096

export interface LinkStream {
  /** Another one, of the same shape, after a change of settings. */
  readonly info: StreamInfo
  readonly writer: RingWriter
  readonly fit: TimeFit
  readonly rate: RateMeter
  /** Of a stamped stream. */
  readonly stamps: StreamStamps | null
}

/** The clock that stamps a stream: the last measurement, and room for its stamps on the host's. */
interface StreamStamps {
  offset: ClockOffset | null
  onHost: Float64Array
}

export function ledgerOfStream({ writer }: LinkStream): Ledger {
  const { expected, lost } = writer
  return { expected, received: expected - lost, lost }
}

/** As it is recorded. */
export function recordedSource({ info, writer, stamps }: LinkStream): RecordedSource {
  return { info, ring: writer.shared, ...(stamps ? { clockOffset: stamps.offset } : {}) }
}

/** Their own jitter is small: these are times, and not evidence for a line. */
export function stampsOnHost(
  stamps: StreamStamps,
  { frames, deviceTime }: ChunkBuffer,
): Float64Array {
  assert(deviceTime, 'a stamped stream has device times')
  if (stamps.onHost.length < frames) stamps.onHost = new Float64Array(deviceTime.length)
  const { onHost, offset } = stamps
  assert(offset, 'a stamped stream tells its clock offset first')
  for (let f = 0; f < frames; f++) onHost[f] = deviceTime[f]! + offset.offsetSeconds
  return onHost
}

export function newStream(
  info: StreamInfo,
  carries: ClockColumns,
  isStamped: boolean,
  clock: Clock,
): LinkStream {
  const format = info.sampleFormat as NumericFormat
  const channels = info.channels.length
  const one: RingShape = { format, channels, capacityFrames: 1024, ...carries }
  const wanted = info.nominalRateHz ? info.nominalRateHz * ringSeconds : irregularRingFrames
  const affordable = Math.floor((ringLimitBytes / ringBytes(one)) * one.capacityFrames)
  let capacityFrames = capacityAtLeast(wanted)
  while (capacityFrames > affordable && capacityFrames > one.capacityFrames) capacityFrames /= 2
  const writer = new RingWriter(newRing({ ...one, capacityFrames }))
  const fit = new TimeFit(isStamped ? 0 : info.nominalRateHz)
  const stamps = isStamped ? { offset: null, onHost: new Float64Array(0) } : null
  return { info, writer, fit, rate: new RateMeter(() => writer.expected, clock), stamps }
}
