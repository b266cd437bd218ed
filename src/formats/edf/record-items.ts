/** The samples of one rate group as chunks, record by record, and its gaps. */
import type { ChunkBuffer } from '../../signal/index.ts'
import type { TimedItem } from '../merge-by-time.ts'
import type { RateGroup, SampleRun } from './rate-groups.ts'
import type { RecordChunks } from './record-chunks.ts'

/** @param number of the group, among those that `records` was made for */
export async function* recordItems(
  records: RecordChunks,
  group: RateGroup,
  number: number,
): AsyncGenerator<TimedItem, void, void> {
  if (group.samplesPerRecord === 0) return
  const stream = group.info.id
  const maxFrames = records.maxFrames(number)
  const time = new Float64Array(maxFrames)
  const chunk: ChunkBuffer = {
    firstSample: 0,
    frames: 0,
    data: records.data(number),
    stride: group.signals.length,
    time,
    // The file has no other.
    hostTime: time,
    deviceTime: null,
    sequence: null,
  }
  for (const run of group.runs) {
    const { gap, segment } = run
    if (gap) yield { time: gap.startTime, item: { kind: 'gap', stream, gap } }
    for (let inRun = 0; inRun < segment.records; inRun++) {
      const record = segment.firstRecord + inRun
      for (let from = 0; from < group.samplesPerRecord; from += maxFrames) {
        const frames = Math.min(maxFrames, group.samplesPerRecord - from)
        const isThere =
          records.fillNow(number, record, from, frames) ??
          (await records.fill(number, record, from, frames))
        if (!isThere) return
        describe(chunk, run, group, inRun * group.samplesPerRecord + from, frames)
        yield { time: time[0]!, item: { kind: 'chunk', stream, chunk } }
      }
    }
  }
}

function describe(
  chunk: ChunkBuffer,
  { firstSample, segment }: SampleRun,
  { info }: RateGroup,
  inRun: number,
  frames: number,
): void {
  chunk.frames = frames
  chunk.firstSample = firstSample + inRun
  fillTimes(chunk.time, frames, segment.onset, inRun, info.nominalRateHz)
}

function fillTimes(
  time: Float64Array,
  frames: number,
  onset: number,
  first: number,
  rateHz: number,
): void {
  for (let i = 0; i < frames; i++) time[i] = onset + (first + i) / rateHz
}
