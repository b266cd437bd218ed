/**
 * Outlets of every format that we send, one by one, as pylsl receives them: each value to the bit,
 * each stamp, the format that was declared, and all that is known of each channel.
 */
import { expect, onTestFinished, test } from 'vitest'
import { outletMaker } from '../../src/lsl/index.ts'
import {
  type Channel,
  type ChunkBuffer,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { LslOutlet } from '../../src/sinks/index.ts'
import { realClock } from '../device-real-clock.ts'
import { enterLslSession, lslReceiver, type ReceivedStream } from '../oracles/lsl.ts'

const rateHz = 500
const frames = 1300
const labels = ['Fp1', 'C4 "ä" <&>', 'Oz']

interface Case {
  readonly id: string
  readonly sampleFormat: NumericFormat
  readonly declared: string
  readonly scale?: number
  readonly value: (k: number) => number
  /** What somebody else must read of a value. */
  readonly sent?: (raw: number) => number
}

/** By turns the extremes, and what is spread between them. */
const integers = (bits: number) => (k: number) =>
  [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, -1, 1][k % 7] ??
  ((k * 2_654_435_761) % 2 ** bits) - 2 ** (bits - 1)
const doubles = (k: number) =>
  [Number.MAX_VALUE, 5e-324, -Math.PI, 0.1, 2 ** 53 + 2][k % 9] ??
  Math.sin(k) * 10 ** ((k % 40) - 20)
const floats = (k: number) =>
  [3.4028234663852886e38, 1e-45, -0.1][k % 9] ?? Math.sin(k) * 10 ** ((k % 40) - 20)
const scale = 4.5e6 / 24 / (2 ** 23 - 1)

const cases: readonly Case[] = [
  { id: 'whole16', sampleFormat: 'int16', declared: 'int16', value: integers(16) },
  { id: 'whole32', sampleFormat: 'int32', declared: 'int32', value: integers(32) },
  {
    ...{ id: 'single', sampleFormat: 'float32', declared: 'float32', value: floats },
    sent: Math.fround,
  },
  { id: 'double', sampleFormat: 'float64', declared: 'double64', value: doubles },
  {
    ...{ id: 'counts', sampleFormat: 'int32', declared: 'float32', scale, value: integers(24) },
    sent: (raw) => Math.fround(raw * scale + 0.5),
  },
  {
    ...{ id: 'scaled', sampleFormat: 'float64', declared: 'double64', scale, value: doubles },
    sent: (raw) => raw * scale + 0.5,
  },
]
const texts = ['go', '', 'left <"ü">', '日本語 🙂', 'x'.repeat(20_000), "it's & more", ' 1 ']
const position = [-0.0294367, 0.0839171, -0.00699] as const

function streamOf({ id, sampleFormat, scale: factor = 1 }: Case): StreamInfo {
  const channel = (label: string, c: number): Channel => ({
    ...{ label, type: c === 2 ? 'EOG' : 'EEG', unit: c === 2 ? 'mV' : 'uV' },
    ...{ scale: factor, offset: factor === 1 ? 0 : 0.5 },
    ...(c === 0 ? { position, range: [-187_500, 187_500] as const } : {}),
  })
  return {
    ...{ id: `board/${id}`, name: `Board ${id}`, type: 'EEG', sampleFormat, nominalRateHz: rateHz },
    channels: labels.map(channel),
    origin: {
      ...{ source: 'board', manufacturer: 'Acme & Söhne', model: 'Eight', serialNumber: '7' },
      firmware: '3.1.2',
    },
  }
}

const rawRow = ({ value }: Case, f: number) => labels.map((_, c) => value(3 * f + c))

/** Padded, as chunks are: what pads must not be sent. */
function chunkOf({ sampleFormat: format }: Case, rows: readonly number[][], from: number) {
  const chunk = newChunkBuffer({ format, channels: 3, maxFrames: rows.length, stride: 4 })
  chunk.frames = rows.length
  for (const [f, row] of rows.entries()) {
    chunk.data.set([...row, 99], f * 4)
    chunk.time[f] = from + f / rateHz
  }
  return chunk
}

/** A row that stands before and behind all others. */
const frame = [7, 7, 7]

async function received(sink: LslOutlet): Promise<Record<string, ReceivedStream>> {
  for (const each of cases) sink.addStream(streamOf(each))
  sink.addMarkers()
  const mark = (label: string, time: number) =>
    sink.marker({ time, label, durationSeconds: 0, source: 'test' })
  const write = (rows: (each: Case) => readonly number[][], from: number) => {
    for (const each of cases) {
      const chunk: ChunkBuffer = chunkOf(each, rows(each), from)
      sink.write(`board/${each.id}`, chunk)
    }
  }
  const framing = () => {
    write(() => [frame], start - 1)
    mark('frame', start - 1)
  }
  const start = realClock.now()
  // A receiver is told of before it is served: it is there when it has heard something.
  const stop = realClock.every(0.05, framing)
  const receiver = await lslReceiver([...cases.map(({ id }) => id), 'markers'], true)
  stop()
  for (const [from, count] of [
    [0, 1],
    [1, frames - 1],
  ] as const) {
    const rows = (each: Case) => Array.from({ length: count }, (_, f) => rawRow(each, from + f))
    write(rows, start + from / rateHz)
  }
  for (const [i, text] of texts.entries()) mark(text, start + i)
  framing()
  return (await receiver.answer()).received
}

test('every format that we send is received by pylsl sample for sample, and fully described', async () => {
  const leave = enterLslSession()
  onTestFinished(leave)
  const sink = new LslOutlet(outletMaker(realClock), 'lab')
  onTestFinished(() => sink.close())
  const got = await received(sink)
  for (const each of cases) {
    const { sent = (raw: number) => raw, declared } = each
    const { values, stamps, format, channels, xml } = got[each.id]!
    const before = values.findIndex((row) => row.join() !== values[0]!.join())
    const truth = Array.from({ length: frames }, (_, f) => rawRow(each, f).map(sent))
    expect(values.slice(before, -1), each.id).toEqual(truth)
    const steps = stamps.slice(before, -1).map((stamp, f) => stamp - stamps[before]! - f / rateHz)
    expect(Math.max(...steps.map(Math.abs)), each.id).toBeLessThan(1e-4)
    expect(format).toBe(declared)
    expect(xml).toContain(`<channel_format>${declared}</channel_format>`)
    expectDescribed(each, channels, xml)
  }
  const marked = got.markers!
  const before = marked.values.findIndex(([text]) => text !== 'frame')
  expect(marked.values.slice(before, -1)).toEqual(texts.map((text) => [text]))
  expect(marked.stamps.slice(before, -1).map((stamp) => stamp - marked.stamps[before]!)).toEqual(
    texts.map((_, i) => expect.closeTo(i, 4)),
  )
  expect(marked.format).toBe('string')
  expect(marked.channels).toMatchObject([{ label: 'Marker', type: 'TRIG' }])
})

function expectDescribed({ id }: Case, channels: ReceivedStream['channels'], xml: string): void {
  expect(channels, id).toMatchObject([
    { label: 'Fp1', type: 'EEG', unit: 'microvolts' },
    { label: 'C4 "ä" <&>', type: 'EEG', unit: 'microvolts' },
    { label: 'Oz', type: 'EOG', unit: 'millivolts' },
  ])
  // In millimetres.
  const { X, Y, Z } = channels[0]!.location as Record<string, string>
  expect([X, Y, Z].map(Number)).toEqual([-29.4367, 83.9171, -6.99])
  expect([channels[0]!.minimum, channels[0]!.maximum]).toEqual(['-187500', '187500'])
  for (const said of [
    '<name>Board',
    '<type>EEG</type>',
    '<channel_count>3</channel_count>',
    '<manufacturer>Acme &amp; Söhne</manufacturer>',
    '<model>Eight</model>',
    '<serial_number>7</serial_number>',
    '<firmware>3.1.2</firmware>',
    `<source_id>synapsestream/lab/board/${id}</source_id>`,
  ]) {
    expect(xml).toContain(said)
  }
  expect(Number(/<nominal_srate>([^<]+)</.exec(xml)![1])).toBe(rateHz)
}
