/** The rows of one stream's file: first where its gaps are, then the rows themselves as chunks. */
import {
  bytesPerSample,
  type Chunk,
  type NumericFormat,
  type Samples,
  SynapseError,
  samplesOver,
} from '../../signal/index.ts'
import type { TimedItem } from '../merge-by-time.ts'
import type { ProblemLog } from '../problems.ts'
import {
  effectiveRate,
  maxChunkFrames,
  type RecordedGap,
  type RecordedStream,
} from '../recording.ts'
import { ColumnPass } from './column-pass.ts'
import type { FileDescription } from './description.ts'
import type { ParquetFile } from './parquet-file.ts'

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
  const pass = new ColumnPass(file, ['sample_index', 'time_corrected'])
  const [index, time] = [pass.values(0), pass.values(1)]
  for await (const group of pass.groups()) {
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
  const { id } = info
  const clocks = ['sample_index', 'time_corrected', 'time_host', 'time_device', 'seq'].filter(
    (name, i) => i < 3 || file.columns.has(name),
  )
  const most = Math.floor(chunkBytes / (8 * Math.max(1, columns.length)))
  const maxFrames = Math.max(1, Math.min(maxChunkFrames, most, file.mostRows))
  const pass = new ColumnPass(file, [...clocks, ...columns], 8 * maxFrames * columns.length)
  let nextGap = 0
  const clock = (name: string) => {
    const column = clocks.indexOf(name)
    if (column < 0) return null
    const values = pass.values(column)
    if (values instanceof Float64Array) return values
    throw new SynapseError('file-damaged', `reading ${file.name}: ${name} has few bits`)
  }
  const index = clock('sample_index')!
  const time = clock('time_corrected')!
  const dataOf = frameTaker(file, pass, columns, info.sampleFormat as NumericFormat, maxFrames)
  for await (const group of pass.groups()) {
    for (let from = 0, to = 0; from < group.rows; from = to) {
      for (; nextGap < gaps.length && gaps[nextGap]!.atSample < index[from]!; nextGap++) {
        const gap = gaps[nextGap]!
        // Where its time is an estimate, it must not hold up the samples behind it.
        const before = Math.min(gap.startTime, time[from]!)
        yield { time: before, item: { kind: 'gap', stream: id, gap } }
      }
      const end = Math.min(group.rows, from + maxFrames)
      to = from + 1
      while (to < end && index[to] === index[to - 1]! + 1) to += 1
      const lent = (name: string) => clock(name)?.subarray(from, to) ?? null
      const chunk: Chunk = {
        firstSample: index[from]!,
        frames: to - from,
        data: dataOf(from, to - from),
        stride: columns.length,
        time: lent('time_corrected')!,
        hostTime: lent('time_host')!,
        deviceTime: lent('time_device'),
        sequence: lent('seq'),
      }
      yield { time: chunk.time[0]!, item: { kind: 'chunk', stream: id, chunk } }
    }
  }
  for (const gap of gaps.slice(nextGap)) {
    yield { time: gap.startTime, item: { kind: 'gap', stream: id, gap } }
  }
}

/** @throws SynapseError file-damaged */
function frameTaker(
  file: ParquetFile,
  pass: ColumnPass,
  columns: readonly string[],
  format: NumericFormat,
  maxFrames: number,
): (first: number, count: number) => Samples {
  const types = new Set(columns.map((name) => file.columns.get(name)!.type))
  if (types.size > 1) {
    throw new SynapseError('file-damaged', `reading ${file.name}: channels of several types`)
  }
  const length = maxFrames * columns.length
  const own = () => samplesOver(format, new ArrayBuffer(length * bytesPerSample(format)), 0, length)
  let narrow: Samples | undefined
  return (first, count) => {
    if (types.size === 0) return own()
    const frames = pass.frames(columns.length, first, count)
    if (formats.get(frames.constructor) === format) return frames
    // 16 bits, which a file has in 32; and whatever a damaged one has.
    narrow ??= own()
    narrow.set(frames)
    return narrow
  }
}

const formats = new Map<unknown, NumericFormat>([
  [Int32Array, 'int32'],
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
])
