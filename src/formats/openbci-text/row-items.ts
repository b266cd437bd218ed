/** The rows of a text file as chunks: one stream for electrodes, one for each other kind. */
import { type ChunkBuffer, newChunkBuffer } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import type { RecordingItem } from '../recording.ts'
import type { Timeline } from '../timeline.ts'
import type { ColumnGroup, TextLayout } from './layout.ts'
import { type Row, rowBatches } from './rows.ts'

/** About four seconds of the usual board. */
const maxFrames = 1024

export async function* rowItems(
  source: ByteSource,
  name: string,
  layout: TextLayout,
  timeline: Timeline,
  origin: number,
): AsyncGenerator<RecordingItem, void, void> {
  const fillers = layout.groups.map((group) => new GroupFiller(group))
  const stretches = timeline.stretches.values()
  let stretch = stretches.next().value
  let rowNumber = 0
  let frames = 0
  for await (const rows of rowBatches(source, name, layout, null)) {
    for (const row of rows) {
      if (!stretch) return
      if (rowNumber === stretch.firstRow) {
        for (const gap of stretch.gaps) {
          for (const { id } of layout.groups) yield { kind: 'gap', stream: id, gap }
        }
      }
      const inStretch = rowNumber - stretch.firstRow
      const { startTime, stepSeconds } = stretch.line!
      const time = startTime + inStretch * stepSeconds
      const hostTime = Number.isNaN(row.stamp) ? time : row.stamp - origin
      const sample = stretch.firstSample + inStretch
      for (const filler of fillers) filler.add(row, frames, sample, time, hostTime)
      rowNumber += 1
      frames += 1
      const isLast = rowNumber === stretch.firstRow + stretch.rows
      if (frames === maxFrames || isLast) {
        for (const { id, buffer } of fillers) {
          buffer.frames = frames
          yield { kind: 'chunk', stream: id, chunk: buffer }
        }
        frames = 0
      }
      if (isLast) stretch = stretches.next().value
    }
  }
}

class GroupFiller {
  readonly id: string
  readonly buffer: ChunkBuffer
  readonly #columns: readonly number[]

  constructor(group: ColumnGroup) {
    this.id = group.id
    this.#columns = group.columns
    this.buffer = newChunkBuffer({
      format: 'float64',
      channels: group.columns.length,
      maxFrames,
      sequence: true,
    })
  }

  add(row: Row, frame: number, sample: number, time: number, hostTime: number): void {
    const { buffer } = this
    if (frame === 0) buffer.firstSample = sample
    buffer.time[frame] = time
    buffer.hostTime[frame] = hostTime
    buffer.sequence![frame] = row.index
    let to = frame * buffer.stride
    for (const column of this.#columns) buffer.data[to++] = Number(row.fields[column])
  }
}
