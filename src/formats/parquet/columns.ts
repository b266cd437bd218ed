/** The columns of a stream's file: their names and types, and the arrays that gather a row group. */
import type { SchemaElement } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer/src/types.js'
import { type Chunk, type NumericFormat, type Samples, samplesOver } from '../../signal/index.ts'
import type { SurveyedStream } from '../export/survey.ts'

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

const channelElements: Readonly<Record<NumericFormat, Omit<SchemaElement, 'name'>>> = {
  int16: { type: 'INT32', converted_type: 'INT_16' },
  int32: { type: 'INT32' },
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
}

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
  readonly #index: BigInt64Array
  readonly #time: Float64Array
  readonly #host: Float64Array
  readonly #device: Float64Array
  readonly #sequence: Float64Array
  readonly #gap: Int32Array
  readonly #quality: Int32Array
  readonly #channels: readonly Samples[]
  /** Raw values at the ends of a channel's range, or infinite. */
  readonly #rails: readonly (readonly [low: number, high: number])[]

  constructor(stream: SurveyedStream, names: readonly string[], capacity: number) {
    const { columns, info } = stream
    const format = info.sampleFormat as NumericFormat
    const times = (isThere: boolean) => new Float64Array(isThere ? capacity : 0)
    this.capacity = capacity
    this.#stream = stream
    this.#names = names
    this.#index = new BigInt64Array(capacity)
    this.#time = times(true)
    this.#host = times(true)
    this.#device = times(columns.deviceTime)
    this.#sequence = times(columns.sequence)
    this.#gap = new Int32Array(capacity)
    this.#quality = new Int32Array(capacity)
    this.#channels = names.map(() =>
      samplesOver(format, new ArrayBuffer(capacity * 8), 0, capacity),
    )
    this.#rails = info.channels.map(({ range, scale, offset }) => {
      if (!range || scale === 0) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      const ends = range.map((value) => (value - offset) / scale)
      return [Math.min(...ends), Math.max(...ends)]
    })
  }

  /** As many frames as there is room for. @returns how many */
  add(chunk: Chunk, from: number, lostBefore: number, isEstimate: boolean): number {
    const count = Math.min(chunk.frames - from, this.capacity - this.rows)
    const at = this.rows
    for (let i = 0; i < count; i++) {
      this.#index[at + i] = BigInt(chunk.firstSample + from + i)
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
    for (const [c, column] of this.#channels.entries()) {
      const [low, high] = this.#rails[c]!
      takeChannel(chunk, from, count, c, column, at, low, high, this.#quality)
    }
    this.rows += count
    return count
  }

  columnData(): ColumnSource[] {
    const { columns } = this.#stream
    const part = <T extends { subarray(from: number, to: number): T }>(all: T) =>
      all.subarray(0, this.rows)
    const column = (name: string, data: ColumnSource['data']): ColumnSource => ({
      name,
      data,
      encoding:
        data instanceof Float64Array || data instanceof Float32Array
          ? 'BYTE_STREAM_SPLIT'
          : 'PLAIN',
      offsetIndex: false,
    })
    return [
      column('sample_index', part(this.#index)),
      column('time_corrected', part(this.#time)),
      column('time_host', part(this.#host)),
      ...(columns.deviceTime ? [column('time_device', part(this.#device))] : []),
      ...(columns.sequence ? [column('seq', part(this.#sequence))] : []),
      column('gap_before', part(this.#gap)),
      column('quality', part(this.#quality)),
      ...this.#channels.map((data, c) =>
        column(this.#names[c]!, wide(data.subarray(0, this.rows) as Samples)),
      ),
    ]
  }
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

function takeChannel(
  { data, stride }: Chunk,
  first: number,
  count: number,
  channel: number,
  column: Samples,
  at: number,
  low: number,
  high: number,
  flags: Int32Array,
): void {
  for (let i = 0, from = first * stride + channel; i < count; i++, from += stride) {
    const value = data[from]!
    column[at + i] = value
    if (value - value !== 0) flags[at + i]! |= 1
    else if (value <= low || value >= high) flags[at + i]! |= 2
  }
}
