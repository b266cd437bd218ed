import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { readAll } from '../../../test/read-all.ts'
import {
  recordingModel,
  recordModel,
  type SentItem,
  sentBy,
} from '../../../test/recording-model.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { XdfWriter } from './xdf-writer.ts'

describe('what XdfWriter writes, openRecording reads', () => {
  it('bit for bit: streams, samples, times, gaps and markers', async () => {
    await fc.assert(
      fc.asyncProperty(recordingModel, async (model) => {
        const sink = new MemorySink()
        const writer = new XdfWriter(sink, { startedAt: model.startedAt })
        recordModel(model, writer)
        await writer.close()
        const recording = await openRecording(memorySource(sink.bytes), 'model.xdf')
        expect(recording.problems).toEqual([])
        expect(recording.format).toBe('xdf')
        expect(recording.startedAt).toEqual(model.startedAt)
        expect(recording.streams.map((stream) => stream.info)).toEqual(
          model.streams.map((stream) => stream.info),
        )
        expect(recording.markers).toEqual([...model.markers].sort((a, b) => a.time - b.time))
        const contents = await readAll(recording)
        for (const [i, stream] of model.streams.entries()) {
          const sent = sentBy(stream)
          const found = contents.get(stream.info.id)
          expectContent(found, sent, stream.info.channels.length, stream.columns)
          const { samples, gaps } = recording.streams[i]!
          expect(samples).toBe(found?.rows.length ?? 0)
          expect(gaps).toEqual(found?.gaps ?? [])
        }
      }),
      { numRuns: 200 },
    )
  })
})

function expectContent(
  found: Awaited<ReturnType<typeof readAll>> extends Map<string, infer C> ? C | undefined : never,
  sent: readonly SentItem[],
  channels: number,
  columns: { readonly deviceTime: boolean; readonly sequence: boolean },
): void {
  const chunks = sent.flatMap((item) => (item.kind === 'chunk' ? [item.chunk] : []))
  const frames = chunks.flatMap((chunk) =>
    Array.from({ length: chunk.frames }, (_, frame) => ({ chunk, frame })),
  )
  expect(found?.rows ?? []).toEqual(
    frames.map(({ chunk, frame }) => [
      ...chunk.data.subarray(frame * chunk.stride, frame * chunk.stride + channels),
    ]),
  )
  expect(found?.indices ?? []).toEqual(frames.map(({ chunk, frame }) => chunk.firstSample + frame))
  expect(found?.time ?? []).toEqual(frames.map(({ chunk, frame }) => chunk.time[frame]))
  expect(found?.hostTime ?? []).toEqual(frames.map(({ chunk, frame }) => chunk.hostTime[frame]))
  expect(found?.deviceTime ?? []).toEqual(
    columns.deviceTime ? frames.map(({ chunk, frame }) => chunk.deviceTime![frame]) : [],
  )
  expect(found?.sequence ?? []).toEqual(
    columns.sequence ? frames.map(({ chunk, frame }) => chunk.sequence![frame]) : [],
  )
  expect(found?.gaps ?? []).toEqual(
    sent
      .flatMap((item) => (item.kind === 'gap' ? [item.gap] : []))
      .map((gap) => ({
        ...gap,
        startTime: expect.any(Number),
      })),
  )
}
