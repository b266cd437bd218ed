/** The rows of one stream's file: first where its gaps are, then the rows themselves as chunks. */
import { framesOfColumns } from '../../kernels/index.ts'
import { newChunkBuffer, type Samples } from '../../signal/index.ts'
import type { TimedItem } from '../merge-by-time.ts'
import type { ProblemLog } from '../problems.ts'
import {
  effectiveRate,
  maxChunkFrames,
  type RecordedGap,
  type RecordedStream,
} from '../recording.ts'
import type { FileDescription } from './description.ts'
import type { ParquetFile } from './parquet-file.ts'
import { ColumnMemory, type NumberValues } from './read-pages.ts'

/** Bytes that a chunk takes at most. */
const chunkBytes = 1 << 22

/**
 * Reads index and time of every row.
 * @param noted what the file of events says is missing
 * @throws SynapseError file-damaged, io-failed
 */
export async function surveyRows(
  file: ParquetFile,
  { info }: FileDescription,
  noted: readonly RecordedGap[],
  problems: ProblemLog,
): Promise<RecordedStream> {
  const gaps = noted.toSorted((a, b) => a.atSample - b.atSample)
  let nextGap = 0
  const found: RecordedGap[] = []
  let samples = 0
  let first: { readonly index: number; readonly time: number } | undefined
  let last = { index: -1, time: Number.NaN }
  const memory = new ColumnMemory()
  for (const group of file.groups) {
    const index = await file.numbers(group, 'sample_index', memory)
    const time = await file.numbers(group, 'time_corrected', memory)
    for (let i = 0; i < group.rows; i++) {
      let due = first ? last.index + 1 : index[i]!
      while (nextGap < gaps.length && gaps[nextGap]!.atSample <= due) {
        const gap = gaps[nextGap++]!
        found.push(gap)
        due = Math.max(due, gap.atSample + gap.lostSamples)
      }
      if (first && index[i]! > due) {
        const detail = `${info.name}: samples ${due} to ${index[i]! - 1} are missing, not noted`
        problems.note('gap-mismatch', detail, info.id)
        found.push(unnoted(due, index[i]! - due, last.time + 1 / (info.nominalRateHz || 1)))
      } else if (first && index[i]! <= last.index) {
        problems.note('gap-mismatch', `${info.name}: sample ${index[i]} comes twice`, info.id)
      }
      first ??= { index: index[i]!, time: time[i]! }
      last = { index: index[i]!, time: time[i]! }
    }
    samples += group.rows
  }
  found.push(...gaps.slice(nextGap))
  const firstTime = first?.time ?? null
  const lastTime = first ? last.time : null
  const expected = first ? last.index - first.index + 1 : 0
  return {
    info,
    samples,
    firstTime,
    lastTime,
    gaps: found,
    effectiveRateHz: effectiveRate(info.nominalRateHz, expected, firstTime, lastTime),
  }
}

function unnoted(atSample: number, lostSamples: number, startTime: number): RecordedGap {
  return { atSample, lostSamples, exact: true, reason: 'lost', startTime }
}

/** @throws SynapseError file-damaged, io-failed */
export async function* streamRows(
  file: ParquetFile,
  { columns }: FileDescription,
  { info, gaps }: RecordedStream,
): AsyncGenerator<TimedItem, void, void> {
  const { id, channels } = info
  const most = Math.floor(chunkBytes / (8 * Math.max(1, channels.length)))
  const maxFrames = Math.max(1, Math.min(maxChunkFrames, most))
  const device = file.columns.has('time_device')
  const sequence = file.columns.has('seq')
  const chunk = newChunkBuffer({
    format: info.sampleFormat as 'float64',
    channels: channels.length,
    maxFrames,
    deviceTime: device,
    sequence,
  })
  let nextGap = 0
  const memory = new ColumnMemory()
  for (const group of file.groups) {
    const numbers = (name: string) => file.numbers(group, name, memory)
    const index = await numbers('sample_index')
    const time = await numbers('time_corrected')
    const host = await numbers('time_host')
    const deviceTime = device ? await numbers('time_device') : null
    const counter = sequence ? await numbers('seq') : null
    const values: NumberValues[] = []
    for (const column of columns) values.push(await numbers(column))
    for (let from = 0; from < group.rows; ) {
      for (; nextGap < gaps.length && gaps[nextGap]!.atSample < index[from]!; nextGap++) {
        const gap = gaps[nextGap]!
        yield { time: gap.startTime, item: { kind: 'gap', stream: id, gap } }
      }
      let to = from + 1
      const end = Math.min(group.rows, from + maxFrames)
      while (to < end && index[to] === index[to - 1]! + 1) to += 1
      chunk.firstSample = index[from]!
      chunk.frames = to - from
      chunk.time.set(time.subarray(from, to))
      chunk.hostTime.set(host.subarray(from, to))
      if (deviceTime) chunk.deviceTime!.set(deviceTime.subarray(from, to))
      if (counter) chunk.sequence!.set(counter.subarray(from, to))
      fillFrames(values, from, to, chunk.data)
      yield { time: time[from]!, item: { kind: 'chunk', stream: id, chunk } }
      from = to
    }
  }
  for (const gap of gaps.slice(nextGap)) {
    yield { time: gap.startTime, item: { kind: 'gap', stream: id, gap } }
  }
}

/** Columns are wider than the samples where those have 16 bits, or where a file is damaged. */
function fillFrames(
  columns: readonly NumberValues[],
  from: number,
  to: number,
  data: Samples,
): void {
  if (columns.every((column) => column.constructor === data.constructor)) {
    framesOfColumns<Samples>(columns, from, to - from, data)
    return
  }
  const stride = columns.length
  for (const [c, column] of columns.entries()) {
    for (let i = from, at = c; i < to; i++, at += stride) data[at] = column[i]!
  }
}
