import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { askPyxdf, type PyxdfStream } from '../../../test/oracles/xdf-facts.ts'
import {
  type RecordingModel,
  recordingModel,
  recordModel,
  sentBy,
} from '../../../test/recording-model.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import type { Chunk } from '../../signal/index.ts'
import { XdfWriter } from './xdf-writer.ts'

const models = fc.sample(recordingModel, { numRuns: 40, seed: 20_260 })

async function record(model: RecordingModel, finished: boolean): Promise<Uint8Array> {
  const sink = new MemorySink()
  const writer = new XdfWriter(sink, { startedAt: model.startedAt })
  recordModel(model, writer)
  if (finished) await writer.close()
  else writer.flush()
  return sink.bytes
}

async function readByPyxdf(finished: boolean) {
  const folder = scratchFolder()
  const files: string[] = []
  for (const [i, model] of models.entries()) {
    files.push(folder.write(`${i}.xdf`, await record(model, finished)))
  }
  const answers = await askPyxdf({ files, dejitter: true, values: true })
  return answers.map((answer, i) => ({ answer, model: models[i]! }))
}

describe('what XdfWriter writes, pyxdf reads', () => {
  it.each([
    ['when it was closed', true],
    ['when it was killed before, without footers', false],
  ])('with the same values, stamps and labels, %s', async (_, finished) => {
    let samples = 0
    for (const { answer, model } of await readByPyxdf(finished)) {
      expect(answer.error).toBeNull()
      expect(answer.header?.info.datetime).toEqual([
        `${model.startedAt.toISOString().slice(0, 19)}+0000`,
      ])
      const [markers, details, gaps, ...signals] = answer.streams
      expectMarkers(model, markers!, details!)
      expectGaps(model, gaps!)
      expect(signals).toHaveLength(2 * model.streams.length)
      for (const [i, stream] of model.streams.entries()) {
        const chunks = sentBy(stream).flatMap((item) => (item.kind === 'chunk' ? [item.chunk] : []))
        const [signal, clock] = [signals[2 * i]!, signals[2 * i + 1]!]
        expectHeader(signal, stream.info)
        expectSignal(signal, chunks, stream.info.channels.length)
        expectClock(clock, chunks, stream)
        if (finished) expectFooter(signal, stream, chunks)
        samples += signal.samples
      }
    }
    expect(samples).toBeGreaterThan(2000)
  })
})

function framesOf(chunks: readonly Chunk[]): { chunk: Chunk; frame: number }[] {
  return chunks.flatMap((chunk) =>
    Array.from({ length: chunk.frames }, (_, frame) => ({ chunk, frame })),
  )
}

function expectHeader(signal: PyxdfStream, info: RecordingModel['streams'][0]['info']): void {
  expect(signal).toMatchObject({
    name: info.name,
    type: info.type,
    format: info.sampleFormat === 'float64' ? 'double64' : info.sampleFormat,
    channels: info.channels.length,
    rateHz: info.nominalRateHz,
  })
  const desc = signal.desc[0] as {
    channels: [{ channel: { label: string[]; unit: string[]; scale: string[] }[] }]
  }
  const described = desc.channels[0].channel
  expect(described.map((channel) => channel.label[0])).toEqual(info.channels.map((c) => c.label))
  const lslUnits: Record<string, string> = { uV: 'microvolts', mV: 'millivolts' }
  expect(described.map((channel) => channel.unit[0])).toEqual(
    info.channels.map(({ scale, offset, unit }) =>
      scale === 1 && offset === 0 ? (lslUnits[unit] ?? unit) : 'counts',
    ),
  )
  expect(described.map((channel) => Number(channel.scale[0]))).toEqual(
    info.channels.map((channel) => channel.scale),
  )
}

function expectSignal(signal: PyxdfStream, chunks: readonly Chunk[], channels: number): void {
  const frames = framesOf(chunks)
  // Equal, not close: neither clock offsets nor a line through them have moved the stamps.
  expect(signal.stamps).toEqual(frames.map(({ chunk, frame }) => chunk.time[frame]))
  expect(signal.values).toEqual(
    frames.map(({ chunk, frame }) => [
      ...chunk.data.subarray(frame * chunk.stride, frame * chunk.stride + channels),
    ]),
  )
}

function expectClock(
  clock: PyxdfStream,
  chunks: readonly Chunk[],
  { info, columns }: RecordingModel['streams'][0],
): void {
  expect(clock).toMatchObject({
    name: `${info.name} clock`,
    type: 'SampleClock',
    format: 'double64',
  })
  expect(clock.values).toEqual(
    framesOf(chunks).map(({ chunk, frame }) => [
      chunk.firstSample + frame,
      chunk.hostTime[frame],
      ...(columns.deviceTime ? [chunk.deviceTime![frame]] : []),
      ...(columns.sequence ? [chunk.sequence![frame]] : []),
    ]),
  )
}

function expectMarkers(model: RecordingModel, markers: PyxdfStream, details: PyxdfStream): void {
  expect(markers).toMatchObject({ name: 'Markers', type: 'Markers', format: 'string', rateHz: 0 })
  expect(markers.values).toEqual(model.markers.map((marker) => [marker.label]))
  expect(markers.stamps).toEqual(model.markers.map((marker) => marker.time))
  expect(details.stamps).toEqual(markers.stamps)
  expect(details.values!.map(([text]) => JSON.parse(String(text)))).toEqual(
    model.markers.map(({ durationSeconds, value, source }) => ({
      durationSeconds,
      ...(value === undefined ? {} : { value }),
      source,
    })),
  )
}

function expectGaps(model: RecordingModel, gaps: PyxdfStream): void {
  const sent = model.streams.flatMap((stream) =>
    sentBy(stream).flatMap((item) =>
      item.kind === 'gap' ? [{ stream: stream.info.id, ...item.gap }] : [],
    ),
  )
  const found = gaps.values!.map(([text]) => JSON.parse(String(text)))
  expect(found).toHaveLength(sent.length)
  expect(found).toEqual(expect.arrayContaining(sent))
}

function expectFooter(
  signal: PyxdfStream,
  stream: RecordingModel['streams'][0],
  chunks: readonly Chunk[],
): void {
  const frames = framesOf(chunks)
  const lost = sentBy(stream).reduce(
    (sum, item) => sum + (item.kind === 'gap' ? item.gap.lostSamples : 0),
    0,
  )
  expect(signal.footer!.info).toMatchObject({
    sample_count: [String(frames.length)],
    synapsestream: [
      {
        expected: [String(frames.length + lost)],
        received: [String(frames.length)],
        lost: [String(lost)],
      },
    ],
  })
}
