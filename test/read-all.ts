/** A whole recording in memory: every value, index and time of it. */

import { maxChunkFrames, type Recording } from '../src/formats/index.ts'
import type { Gap, StreamId } from '../src/signal/index.ts'

export interface StreamContent {
  readonly rows: number[][]
  readonly indices: number[]
  readonly time: number[]
  readonly hostTime: number[]
  /** Empty where the stream has none. */
  readonly deviceTime: number[]
  readonly sequence: number[]
  readonly gaps: Gap[]
}

/**
 * Reads to the end, and holds the recording to its word on the way: chunks in the order of their
 * times, none too long, none across a gap, indices without overlap.
 */
export async function readAll(recording: Recording): Promise<Map<StreamId, StreamContent>> {
  const contents = new Map<StreamId, StreamContent>()
  const next = new Map<StreamId, number>()
  let latest = Number.NEGATIVE_INFINITY
  for await (const item of recording.read()) {
    const content = contents.get(item.stream) ?? newContent()
    contents.set(item.stream, content)
    const due = next.get(item.stream)
    if (item.kind === 'gap') {
      if (due !== undefined && item.gap.atSample !== due) {
        throw new Error(`${item.stream}: a gap at ${item.gap.atSample}, not at ${due}`)
      }
      content.gaps.push(item.gap)
      next.set(item.stream, item.gap.atSample + item.gap.lostSamples)
      continue
    }
    const { chunk } = item
    if (chunk.frames < 1 || chunk.frames > maxChunkFrames) throw new Error('a chunk of wrong size')
    if (due !== undefined && chunk.firstSample !== due) {
      throw new Error(`${item.stream}: a chunk at ${chunk.firstSample}, not at ${due}`)
    }
    if (chunk.time[0]! < latest) throw new Error(`${item.stream}: a chunk out of order`)
    latest = chunk.time[0]!
    next.set(item.stream, chunk.firstSample + chunk.frames)
    for (let frame = 0; frame < chunk.frames; frame++) {
      const from = frame * chunk.stride
      content.rows.push([...chunk.data.subarray(from, from + chunk.stride)])
      content.indices.push(chunk.firstSample + frame)
      content.time.push(chunk.time[frame]!)
      content.hostTime.push(chunk.hostTime[frame]!)
      if (chunk.deviceTime) content.deviceTime.push(chunk.deviceTime[frame]!)
      if (chunk.sequence) content.sequence.push(chunk.sequence[frame]!)
    }
  }
  return contents
}

function newContent(): StreamContent {
  return {
    rows: [],
    indices: [],
    time: [],
    hostTime: [],
    deviceTime: [],
    sequence: [],
    gaps: [],
  }
}

/** Every channel's raw samples by label, gaps left out. */
export async function readColumns(recording: Recording): Promise<Map<string, number[]>> {
  const contents = await readAll(recording)
  const result = new Map<string, number[]>()
  for (const { info } of recording.streams) {
    const rows = contents.get(info.id)?.rows ?? []
    for (const [i, { label }] of info.channels.entries()) {
      result.set(
        label,
        rows.map((row) => row[i]!),
      )
    }
  }
  return result
}
