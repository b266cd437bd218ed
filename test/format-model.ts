/** Recordings as people make them, at random, for exports: what every format has to cope with. */
import fc from 'fast-check'
import { type Recording, XdfWriter } from '../src/formats/index.ts'
import { memorySource } from '../src/formats/io.ts'
import { openRecording } from '../src/formats/open.ts'
import type { Channel, StreamInfo } from '../src/signal/index.ts'
import { MemorySink } from './memory-sink.ts'
import { type RecordingModel, recordModel, type StreamModel, sentBy } from './recording-model.ts'

const words = fc.string({
  unit: fc.constantFrom(...'Fpz AF7 ÄØµΩ°é中, ;="%:[]#_-+.\'/'),
  minLength: 1,
  maxLength: 24,
})
const label = fc
  .oneof(fc.constantFrom('Fp1', 'EEG Cz', 'Überlänge eines Namens µV', 'A1-Ref'), words)
  .map((text) => text.trim() || 'x')

/** 24 bits of a Cyton, 16 bits of a Ganglion, volts, plain counts, turned polarity. */
const scales = [1, 0.022351741811588166, 0.001869917138805, 2.2351741811588166e-8, -0.5, 0.1]

const channel: fc.Arbitrary<Channel> = fc.record({
  label,
  type: fc.constantFrom('EEG', 'EOG', 'ACCEL', 'TRIG', 'MISC'),
  unit: fc.constantFrom('uV', 'mV', 'V', 'g', '1', 'kOhm', 'µS'),
  scale: fc.constantFrom(...scales),
  offset: fc.constantFrom(0, 0, 0, -12.5, 2.5),
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('chunk' as const),
      frames: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('gap' as const),
      gap: fc.record({
        lostSamples: fc.integer({ min: 1, max: 900 }),
        exact: fc.boolean(),
        reason: fc.constantFrom('lost' as const, 'disconnected' as const),
      }),
    }),
  },
)

const stream = (id: string, ratesHz: readonly number[]): fc.Arbitrary<StreamModel> =>
  fc.record({
    info: fc.record<StreamInfo>({
      id: fc.constant(id),
      name: fc.constantFrom('EEG', 'Größe, ACC', 'a/b:c'),
      type: fc.constantFrom('EEG', 'ACC'),
      sampleFormat: fc.constantFrom('int16', 'int32', 'float32', 'float64'),
      nominalRateHz: fc.constantFrom(...ratesHz),
      channels: fc.array(channel, { minLength: 1, maxLength: 6 }),
      origin: fc.constant({ source: 'test', model: 'Board Ω 1' }),
    }),
    columns: fc.record({ deviceTime: fc.boolean(), sequence: fc.boolean() }),
    begin: fc.constantFrom(0, 0, 77, 10_000_000),
    steps: fc
      .array(step, { minLength: 1, maxLength: 8 })
      .map((steps) => [{ kind: 'chunk' as const, frames: 20 }, ...steps]),
    padding: fc.nat(2),
  })

const markerLabel = fc.oneof(
  fc.constantFrom('S  1', 'target', '中文测试八个字', 'a,b;"c"', 'Größe µV'),
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.isWellFormed()),
)

/** Times of models begin near 1000 s. */
const marker = fc.record({
  time: fc.double({ min: 1000, max: 1010, noNaN: true }),
  label: markerLabel,
  durationSeconds: fc.constantFrom(0, 0, 0.5, 3.25),
  source: fc.constant('keyboard'),
})

const oddRates = [0.5, 125, 250, 256, 512.1, 1000 / 3, 1000]
/** Any of them have a common record. */
const usualRates = [50, 125, 250, 256, 500]

export function exportModel(streams: number): fc.Arbitrary<RecordingModel> {
  const rates = streams === 1 ? oddRates : usualRates
  const ids = Array.from({ length: streams }, (_, i) => `board/${i}`)
  return fc.record({
    startedAt: fc.date({
      min: new Date('1986-01-01'),
      max: new Date('2083-01-01'),
      noInvalidDate: true,
    }),
    streams: fc
      .tuple(...ids.map((id) => stream(id, rates)))
      // Streams that stand in one file begin together.
      .map((all) => (streams === 1 ? all : all.map((each) => ({ ...each, begin: 0 })))),
    markers: fc.array(marker, { maxLength: 12 }),
  })
}

export async function recordingOf(model: RecordingModel): Promise<Recording> {
  const sink = new MemorySink()
  const writer = new XdfWriter(sink, { startedAt: model.startedAt })
  recordModel(model, writer)
  await writer.close()
  return openRecording(memorySource(sink.bytes), 'model.xdf')
}

/**
 * Seconds from the first sample of a stream to a marker, by the count of its samples: their clock
 * is a little off, between the first and the last of them. Beyond, the nominal rate goes on.
 */
export function secondsBySamples(model: StreamModel, time: number): number {
  const { nominalRateHz } = model.info
  const chunks = sentBy(model).flatMap((item) => (item.kind === 'chunk' ? [item.chunk] : []))
  const first = chunks[0]!.time[0]!
  const last = chunks.at(-1)!
  const end = last.time[last.frames - 1]!
  const inside = Math.min(Math.max(time, first), end)
  return (inside - first) * ((nominalRateHz * 1.00003) / nominalRateHz) + (time - inside)
}

/** What was sent: per channel, physical values; and the index of each from the first. */
export interface SentSignal {
  readonly positions: readonly number[]
  readonly columns: readonly (readonly number[])[]
}

export function sentSignal(model: StreamModel): SentSignal {
  const chunks = sentBy(model).flatMap((item) => (item.kind === 'chunk' ? [item.chunk] : []))
  const frames = chunks.flatMap((chunk) =>
    Array.from({ length: chunk.frames }, (_, i) => ({ chunk, i })),
  )
  const first = chunks[0]!.firstSample
  return {
    positions: frames.map(({ chunk, i }) => chunk.firstSample + i - first),
    columns: model.info.channels.map(({ scale, offset }, c) =>
      frames.map(({ chunk, i }) => chunk.data[i * chunk.stride + c]! * scale + offset),
    ),
  }
}
