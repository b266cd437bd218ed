/** Our own readers and writers on the works of the format benchmark. */
import { rmSync } from 'node:fs'
import {
  createFileSink,
  type ExportFormat,
  exportRecording,
  openFileSource,
  openRecording,
  type Recording,
  removeFile,
} from '../../../src/formats/index.ts'
import type { Chunk } from '../../../src/signal/index.ts'
import { channels, frames } from './recordings.ts'

/** A whole stream in memory, frame by frame. */
export interface Taken<V extends Float32Array | Float64Array = Float32Array | Float64Array> {
  readonly values: V
  readonly times: Float64Array
  taken: number
}

export interface Timed<T> {
  readonly seconds: number
  readonly result: T
}

/**
 * Our readers lend a chunk at a time and leave it to the caller where its values go: to the same
 * memory in every round. The peers make new arrays, as their interfaces want it.
 */
const times = new Float64Array(frames)
const stored: Taken<Float32Array> = { values: new Float32Array(frames * channels), times, taken: 0 }
const physical: Taken<Float64Array> = {
  values: new Float64Array(frames * channels),
  times,
  taken: 0,
}

/** All threads of this process: of a file that is read, some of it is done in others. */
export async function cpuOf<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  return { seconds: (user + system) / 1e6, result }
}

/** As stored: what pyxdf gives, too. */
export function readStored(path: string): Promise<Taken<Float32Array>> {
  stored.taken = 0
  return readInto(path, stored, takeStored)
}

/** As physical values in float64: what pyEDFlib, edfio and MNE give. */
export function readPhysical(path: string): Promise<Taken<Float64Array>> {
  physical.taken = 0
  return readInto(path, physical, takePhysical)
}

type Take<T> = (chunk: Chunk, scales: Float64Array, offsets: Float64Array, into: T) => void

async function readInto<T extends Taken>(path: string, into: T, take: Take<T>): Promise<T> {
  const recording = await openRecording(await openFileSource(path), path)
  const [stream] = recording.streams
  const scales = Float64Array.from(stream!.info.channels, ({ scale }) => scale)
  const offsets = Float64Array.from(stream!.info.channels, ({ offset }) => offset)
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk') continue
    into.times.set(item.chunk.time.subarray(0, item.chunk.frames), into.taken)
    take(item.chunk, scales, offsets, into)
    into.taken += item.chunk.frames
  }
  await recording.close()
  if (into.taken !== frames) throw new Error(`${path}: ${into.taken} of ${frames} frames read`)
  return into
}

function takeStored(chunk: Chunk, _: Float64Array, __: Float64Array, into: Taken): void {
  into.values.set(chunk.data.subarray(0, chunk.frames * chunk.stride), into.taken * chunk.stride)
}

function takePhysical(
  { data, stride, frames: count }: Chunk,
  scales: Float64Array,
  offsets: Float64Array,
  { values, taken }: Taken,
): void {
  values.set(data.subarray(0, count * stride), taken * stride)
  let to = taken * stride
  for (let frame = 0; frame < count; frame++) {
    for (let channel = 0; channel < stride; channel++, to++) {
      values[to] = values[to]! * scales[channel]! + offsets[channel]!
    }
  }
}

const disk = { create: createFileSink, remove: removeFile }

/** Onto the disk of a fresh file. */
export function writeAs(format: ExportFormat, path: string, recording: Recording): Promise<void> {
  rmSync(path, { force: true })
  return exportRecording(recording, { format, path }, disk).then(() => {})
}
