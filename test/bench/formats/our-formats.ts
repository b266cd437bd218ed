/** Our own readers and writers on the works of the format benchmark. */
import * as nodeFs from 'node:fs'
import {
  createFileSink,
  type ExportFormat,
  exportRecording,
  maxChunkFrames,
  openBlockingSource,
  openRecording,
  type Recording,
  removeFile,
} from '../../../src/formats/index.ts'
import { kernelsOn, newKernelMemory } from '../../../src/kernels/index.ts'
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

/** All threads of this process: of a file that is read, some of it is done in others. */
export async function cpuOf<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  return { seconds: (user + system) / 1e6, result }
}

/** The memory in which kernels compute: what is read goes there to become physical. */
class PhysicalValues<V extends Float32Array | Float64Array> implements Taken<V> {
  readonly values: V
  readonly times = times
  readonly scales: Float64Array
  readonly offsets: Float64Array
  taken = 0
  readonly #memory = newKernelMemory()
  readonly #kernels = kernelsOn(this.#memory)
  readonly #raw: Readonly<Record<'int16' | 'int32', Int16Array | Int32Array>>
  #next = 65_536

  constructor(valueBytes: number, arrayOf: (buffer: ArrayBufferLike, at: number) => V) {
    const bytes = frames * channels * valueBytes
    this.#memory.grow(Math.ceil((bytes + mostChunkBytes) / 65_536) + 1)
    const { buffer } = this.#memory
    this.values = arrayOf(buffer, this.#take(bytes))
    this.scales = new Float64Array(buffer, this.#take(channels * 8), channels)
    this.offsets = new Float64Array(buffer, this.#take(channels * 8), channels)
    const at = this.#take(4 * maxChunkFrames * channels)
    const length = maxChunkFrames * channels
    this.#raw = {
      int16: new Int16Array(buffer, at, length),
      int32: new Int32Array(buffer, at, length),
    }
  }

  #take(bytes: number): number {
    this.#next += bytes
    return this.#next - bytes
  }

  add({ data, stride, frames: count }: Chunk): void {
    const raw = this.#raw[data instanceof Int16Array ? 'int16' : 'int32']
    raw.set(data.subarray(0, count * stride))
    const out = this.values.subarray(this.taken * stride) as V
    this.#kernels.affine(raw, out, count, stride, this.scales, this.offsets)
  }
}

const mostChunkBytes = 4 * maxChunkFrames * channels + 16 * channels
const nodeValues = new PhysicalValues(4, (buffer, at) => {
  return new Float32Array(buffer, at, frames * channels)
})
const wideValues = new PhysicalValues(8, (buffer, at) => {
  return new Float64Array(buffer, at, frames * channels)
})

/** As physical values in float32 by the kernel that nodes use: what a graph gets. */
export function readForNodes(path: string): Promise<Taken<Float32Array>> {
  return readPhysicalInto(path, nodeValues)
}

/** As physical values in float64, by the same kernel: what pyEDFlib, edfio and MNE give. */
export function readPhysical(path: string): Promise<Taken<Float64Array>> {
  return readPhysicalInto(path, wideValues)
}

function readPhysicalInto<V extends Float32Array | Float64Array>(
  path: string,
  values: PhysicalValues<V>,
): Promise<PhysicalValues<V>> {
  values.taken = 0
  return readInto(path, values, (chunk, scales, offsets, into) => {
    into.scales.set(scales)
    into.offsets.set(offsets)
    into.add(chunk)
  })
}

/** As stored: what pyxdf gives, too. */
export function readStored(path: string): Promise<Taken<Float32Array>> {
  stored.taken = 0
  return readInto(path, stored, takeStored)
}

type Take<T> = (chunk: Chunk, scales: Float64Array, offsets: Float64Array, into: T) => void

async function readInto<T extends Taken>(path: string, into: T, take: Take<T>): Promise<T> {
  const recording = await openRecording(await openBlockingSource(path), path)
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

/** What a person gets: the file is on the disk when the export is over. */
const disk = { create: createFileSink, remove: removeFile }

/** As the peers write: what is handed to the system counts as written. */
const cache = {
  create: (path: string) => createFileSink(path, { ...nodeFs, fsyncSync: () => {} }),
  remove: removeFile,
}

/** The file must not be there. */
export function writeAs(
  format: ExportFormat,
  path: string,
  recording: Recording,
  isSynced = true,
): Promise<void> {
  const folder = isSynced ? disk : cache
  return exportRecording(recording, { format, path }, folder).then(() => {})
}
