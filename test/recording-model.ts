/**
 * Arbitrary recordings: streams of any format, rate and channel count, with gaps and markers,
 * made from a model that also says what a reader must find.
 */
import fc from 'fast-check'
import type { XdfWriter } from '../src/formats/index.ts'
import {
  type Channel,
  type Chunk,
  type ClockColumns,
  type Gap,
  gapReasons,
  type Marker,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../src/signal/index.ts'

export interface StreamModel {
  readonly info: StreamInfo
  readonly columns: ClockColumns
  /** Index of the first sample: a recording may begin in the middle of a stream. */
  readonly begin: number
  readonly steps: readonly Step[]
  readonly padding: number
}

export type Step =
  | { readonly kind: 'chunk'; readonly frames: number }
  | { readonly kind: 'gap'; readonly gap: Omit<Gap, 'atSample'> }

export interface RecordingModel {
  readonly startedAt: Date
  readonly streams: readonly StreamModel[]
  readonly markers: readonly Marker[]
}

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((name) => name.isWellFormed() && !/\p{Cc}|\ufffe|\uffff/u.test(name))
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const length = fc.double({ min: -0.2, max: 0.2, noNaN: true }).map((value) => value + 0)

const channel: fc.Arbitrary<Channel> = fc.record(
  {
    label: text,
    type: fc.constantFrom('EEG', 'EOG', 'ECG', 'ACCEL', 'TRIG', 'MISC'),
    unit: fc.constantFrom('uV', 'mV', 'g', '1', 'kOhm', 'µS'),
    scale: fc.oneof(fc.constant(1), finite),
    offset: fc.oneof(fc.constant(0), finite),
    range: fc.tuple(finite, finite),
    position: fc.tuple(length, length, length),
  },
  { requiredKeys: ['label', 'type', 'unit', 'scale', 'offset'] },
)

const origin: fc.Arbitrary<StreamInfo['origin']> = fc.record(
  {
    source: fc.constantFrom('openbci-cyton', 'synthetic', 'graph'),
    manufacturer: text,
    model: text,
    serialNumber: text,
    firmware: text,
    settings: fc.dictionary(text, fc.oneof(text, finite, fc.boolean()), { maxKeys: 4 }),
  },
  { requiredKeys: ['source'] },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('chunk'), frames: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('gap'),
      gap: fc.record({
        lostSamples: fc.integer({ min: 1, max: 5000 }),
        exact: fc.boolean(),
        reason: fc.constantFrom(...gapReasons),
      }),
    }),
  },
)

const stream = (id: string): fc.Arbitrary<StreamModel> =>
  fc.record({
    info: fc.record({
      id: fc.constant(id),
      name: text,
      type: fc.constantFrom('EEG', 'ACC', 'Features', 'Ünicode'),
      sampleFormat: fc.constantFrom('int16', 'int32', 'float32', 'float64'),
      nominalRateHz: fc.constantFrom(0, 0.5, 125, 250, 512.1, 30_000),
      channels: fc.array(channel, { minLength: 1, maxLength: 9 }),
      origin,
    }),
    columns: fc.record({ deviceTime: fc.boolean(), sequence: fc.boolean() }),
    begin: fc.constantFrom(0, 0, 77, 10_000_000_000),
    steps: fc.array(step, { maxLength: 12 }),
    padding: fc.nat(3),
  })

const marker: fc.Arbitrary<Marker> = fc.record(
  {
    time: fc.double({ min: 1, max: 1e5, noNaN: true }),
    label: fc.string({ unit: 'grapheme', maxLength: 30 }).filter((label) => label.isWellFormed()),
    durationSeconds: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
    source: text,
    value: finite,
  },
  { requiredKeys: ['time', 'label', 'durationSeconds', 'source'] },
)

export const recordingModel: fc.Arbitrary<RecordingModel> = fc.record({
  startedAt: fc.date({
    min: new Date('2000-01-01'),
    max: new Date('2090-01-01'),
    noInvalidDate: true,
  }),
  streams: fc
    .integer({ min: 0, max: 3 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, i) => stream(`serial/${i} é`))),
    ),
  markers: fc.array(marker, { maxLength: 8 }),
})

/** What a stream of the model sends: as the writer gets it, and as a reader must find it. */
export type SentItem =
  | { readonly kind: 'chunk'; readonly time: number; readonly chunk: Chunk }
  | { readonly kind: 'gap'; readonly time: number; readonly gap: Gap }

export function sentBy({ info, columns, begin, steps, padding }: StreamModel): SentItem[] {
  const channels = info.channels.length
  const format = info.sampleFormat as NumericFormat
  const stride = channels + padding
  const items: SentItem[] = []
  let next = begin
  for (const each of steps) {
    if (each.kind === 'gap') {
      items.push({ kind: 'gap', time: timeOf(info, next), gap: { atSample: next, ...each.gap } })
      next += each.gap.lostSamples
      continue
    }
    const chunk = newChunkBuffer({ format, channels, stride, maxFrames: each.frames, ...columns })
    chunk.firstSample = next
    chunk.frames = each.frames
    for (let frame = 0; frame < each.frames; frame++) {
      for (let i = 0; i < stride; i++) {
        chunk.data[frame * stride + i] = sampleValue(format, next + frame, i)
      }
      chunk.time[frame] = timeOf(info, next + frame)
      chunk.hostTime[frame] = chunk.time[frame]! + 0.0123
      if (chunk.deviceTime) chunk.deviceTime[frame] = (next + frame) / 250.01
      if (chunk.sequence) chunk.sequence[frame] = (next + frame) % 256
    }
    items.push({ kind: 'chunk', time: timeOf(info, next), chunk })
    next += each.frames
  }
  return items
}

/** Strictly increasing, with a clock a little off the nominal rate, after an odd beginning. */
function timeOf(info: StreamInfo, sample: number): number {
  const rateHz = info.nominalRateHz || 3.7
  return 1000.125 + sample / (rateHz * 1.00003)
}

/** Covers the range of the format, extremes included. */
function sampleValue(format: NumericFormat, sample: number, channel: number): number {
  const mixed = Math.imul((sample % 65_521) + 1, 2_654_435_761) ^ Math.imul(channel + 1, 40_503)
  if (sample % 17 === 3) return format === 'int16' ? -32_768 : -2_147_483_648
  if (format === 'int16') return mixed >> 16
  return format === 'int32' ? mixed : mixed / 1024.7
}

/** Writes the model as a recorder would: everything in the order of its time. */
export function recordModel(model: RecordingModel, writer: XdfWriter): void {
  for (const { info, columns } of model.streams) writer.addStream(info, columns)
  const events = model.streams
    .flatMap((each) => sentBy(each).map((item) => ({ stream: each.info.id, item })))
    .sort((a, b) => a.item.time - b.item.time)
  const markers = [...model.markers]
  let flushIn = 3
  for (const { stream, item } of events) {
    writer.tick(item.time)
    if (item.kind === 'gap') writer.gap(stream, item.gap)
    else writer.write(stream, item.chunk)
    const marker = markers.shift()
    if (marker) writer.marker(marker)
    if (--flushIn === 0) {
      writer.flush()
      flushIn = 3
    }
  }
  for (const marker of markers) writer.marker(marker)
}
