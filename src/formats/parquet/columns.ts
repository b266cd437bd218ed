/** The columns of a stream's file: their names and types, and the arrays that gather a row group. */
import type { SchemaElement } from 'hyparquet'
import { columnsOfFrames } from '../../kernels/index.ts'
import {
  bytesPerSample,
  type Chunk,
  type NumericFormat,
  type Samples,
  samplesOver,
} from '../../signal/index.ts'
import type { SurveyedStream } from '../export/survey.ts'
import type { NumberColumn } from './write-group.ts'

const fixedNames = [
  'sample_index',
  'time_corrected',
  'time_host',
  'time_device',
  'seq',
  'gap_before',
  'quality',
]

/** By label; what is empty, taken or stands twice gets a number. */
export function columnNames(labels: readonly string[]): string[] {
  const taken = new Set(fixedNames)
  return labels.map((label, i) => {
    const plain = label.toWellFormed() || `channel ${i + 1}`
    let own = plain
    for (let k = 2; taken.has(own.toLowerCase()); k++) own = `${plain} ${k}`
    taken.add(own.toLowerCase())
    return own
  })
}

const channelElements = {
  int16: { type: 'INT32', converted_type: 'INT_16' },
  int32: { type: 'INT32' },
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
} as const satisfies Record<NumericFormat, Omit<SchemaElement, 'name'>>

export function streamSchema(stream: SurveyedStream, names: readonly string[]): SchemaElement[] {
  const { columns, info } = stream
  const double = (name: string): SchemaElement => ({ name, type: 'DOUBLE' })
  const fields: SchemaElement[] = [
    { name: 'sample_index', type: 'INT64' },
    double('time_corrected'),
    double('time_host'),
    ...(columns.deviceTime ? [double('time_device')] : []),
    ...(columns.sequence ? [double('seq')] : []),
    { name: 'gap_before', type: 'INT32' },
    { name: 'quality', type: 'INT32', converted_type: 'UINT_8' },
    ...names.map((name) => ({ name, ...channelElements[info.sampleFormat as NumericFormat] })),
  ]
  const required = fields.map((field) => ({ ...field, repetition_type: 'REQUIRED' as const }))
  return [{ name: 'schema', num_children: fields.length }, ...required]
}

const quality = { notFinite: 1, railed: 2, estimatedGap: 4 } as const
const mostLost = 2 ** 31 - 1

/** One row group on its way. */
export class RowGroup {
  readonly capacity: number
  rows = 0
  readonly #stream: SurveyedStream
  readonly #names: readonly string[]
  /** 64 bits each, the lower 32 first. */
  readonly #index: Int32Array
  readonly #time: Float64Array
  readonly #host: Float64Array
  readonly #device: Float64Array
  readonly #sequence: Float64Array
  readonly #gap: Int32Array
  readonly #quality: Int32Array
  readonly #channels: readonly Samples[]
  /** Of the channels that have a value worth a flag: raw values at the ends of the range. */
  readonly #rails: ReadonlyMap<number, readonly [low: number, high: number]>

  constructor(stream: SurveyedStream, names: readonly string[], capacity: number) {
    const { columns, info } = stream
    const format = info.sampleFormat as NumericFormat
    const times = (isThere: boolean) => new Float64Array(isThere ? capacity : 0)
    this.capacity = capacity
    this.#stream = stream
    this.#names = names
    this.#index = new Int32Array(2 * capacity)
    this.#time = times(true)
    this.#host = times(true)
    this.#device = times(columns.deviceTime)
    this.#sequence = times(columns.sequence)
    this.#gap = new Int32Array(capacity)
    this.#quality = new Int32Array(capacity)
    const bytes = capacity * bytesPerSample(format)
    this.#channels = names.map(() => samplesOver(format, new ArrayBuffer(bytes), 0, capacity))
    this.#rails = flaggedRails(stream)
  }

  /** As many frames as there is room for. @returns how many */
  add(chunk: Chunk, from: number, lostBefore: number, isEstimate: boolean): number {
    const count = Math.min(chunk.frames - from, this.capacity - this.rows)
    const at = this.rows
    for (let i = 0; i < count; i++) {
      const index = chunk.firstSample + from + i
      this.#index[2 * (at + i)] = index
      this.#index[2 * (at + i) + 1] = Math.floor(index / 2 ** 32)
      this.#gap[at + i] = 0
      this.#quality[at + i] = 0
    }
    this.#gap[at] = Math.min(lostBefore, mostLost)
    if (isEstimate) this.#quality[at]! |= quality.estimatedGap
    this.#time.set(chunk.time.subarray(from, from + count), at)
    this.#host.set(chunk.hostTime.subarray(from, from + count), at)
    const { columns } = this.#stream
    if (columns.deviceTime) put(this.#device, at, chunk.deviceTime, from, count)
    if (columns.sequence) put(this.#sequence, at, chunk.sequence, from, count)
    columnsOfFrames(chunk.data, chunk.stride, from, count, this.#channels, at)
    for (const [c, [low, high]] of this.#rails) {
      flagChannel(this.#channels[c]!, at, count, low, high, this.#quality)
    }
    this.rows += count
    return count
  }

  columnData(): NumberColumn[] {
    const { columns, info } = this.#stream
    const { rows } = this
    const double = (name: string, data: Float64Array): NumberColumn => ({
      name,
      type: 'DOUBLE',
      data: data.subarray(0, rows),
    })
    const { type } = channelElements[info.sampleFormat as NumericFormat]
    return [
      { name: 'sample_index', type: 'INT64', data: this.#index.subarray(0, 2 * rows) },
      double('time_corrected', this.#time),
      double('time_host', this.#host),
      ...(columns.deviceTime ? [double('time_device', this.#device)] : []),
      ...(columns.sequence ? [double('seq', this.#sequence)] : []),
      { name: 'gap_before', type: 'INT32', data: this.#gap.subarray(0, rows) },
      { name: 'quality', type: 'INT32', data: this.#quality.subarray(0, rows) },
      ...this.#channels.map(
        (data, c): NumberColumn => ({
          name: this.#names[c]!,
          type,
          data: wide(data.subarray(0, rows) as Samples),
        }),
      ),
    ]
  }
}

/** Channels in which the survey met nothing to flag are not looked at once more. */
function flaggedRails({ info, channels }: SurveyedStream): Map<number, [number, number]> {
  const rails = new Map<number, [number, number]>()
  for (const [c, { range, scale, offset }] of info.channels.entries()) {
    const hasRange = range && scale !== 0
    const ends = hasRange ? range.map((value) => (value - offset) / scale) : []
    const low = Math.min(Number.POSITIVE_INFINITY, ...ends)
    const high = Math.max(Number.NEGATIVE_INFINITY, ...ends)
    const [first, last] = hasRange ? [low, high] : [high, low]
    const { lowest, highest, notFinite } = channels[c]!
    if (notFinite > 0 || lowest <= first || highest >= last) rails.set(c, [first, last])
  }
  return rails
}

/** Parquet has no type of 16 bits. */
function wide(data: Samples): Exclude<Samples, Int16Array> {
  return data instanceof Int16Array ? Int32Array.from(data) : data
}

function put(
  to: Float64Array,
  at: number,
  values: Float64Array | null,
  from: number,
  count: number,
): void {
  if (values) to.set(values.subarray(from, from + count), at)
  else to.fill(Number.NaN, at, at + count)
}

function flagChannel(
  column: Samples,
  at: number,
  count: number,
  low: number,
  high: number,
  flags: Int32Array,
): void {
  for (let i = at; i < at + count; i++) {
    const value = column[i]!
    if (value - value !== 0) flags[i]! |= quality.notFinite
    else if (value <= low || value >= high) flags[i]! |= quality.railed
  }
}
