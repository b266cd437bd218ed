/** A recording from a moment on: entered there at once where the format allows, else read up to it. */
import { type Chunk, type NumericFormat, newChunkBuffer } from '../../signal/index.ts'
import { openFileSource } from '../file-io.ts'
import type { ByteSource } from '../io.ts'
import { mergeByTime, type TimedItem } from '../merge-by-time.ts'
import {
  maxChunkFrames,
  type RecordedStream,
  type Recording,
  type RecordingItem,
} from '../recording.ts'
import { FrameMap } from './frame-map.ts'
import { FramePieces } from './frame-pieces.ts'
import { frameSource, isReadyAtOnce, type StoredFrames, storedFrames } from './stored-frames.ts'

const valuesAtOnce = 1 << 18

/**
 * As `recording.read`, without what is before `time`.
 * @param path the file that the recording was opened from
 */
export async function* readFrom(
  recording: Recording,
  path: string,
  time: number,
): AsyncGenerator<RecordingItem, void, void> {
  const streams = recording.streams.filter(({ info }) => info.sampleFormat !== 'json')
  const source = await openFileSource(path)
  try {
    const stored = await storedFrames(recording.format, source)
    const isEntered = streams.every(({ info }) => {
      const each = stored.get(info.id)
      return each && isReadyAtOnce(each)
    })
    if (!isEntered) {
      yield* skipTo(recording, time)
      return
    }
    yield* mergeByTime(
      streams.map((stream) => streamFrom(stream, stored.get(stream.info.id)!, source, time)),
    )
  } finally {
    await source.close()
  }
}

async function* streamFrom(
  stream: RecordedStream,
  stored: StoredFrames,
  source: ByteSource,
  time: number,
): AsyncGenerator<TimedItem, void, void> {
  const { id, channels, sampleFormat, nominalRateHz } = stream.info
  const map = FrameMap.predicted(stream)
  const files = { sources: [source], pieces: new FramePieces(), copy: null }
  const frames = frameSource(stored, stream, files)
  const most = Math.max(1, Math.min(maxChunkFrames, Math.floor(valuesAtOnce / channels.length)))
  const shape = { format: sampleFormat as NumericFormat, channels: channels.length }
  const chunk = newChunkBuffer({ ...shape, maxFrames: most })
  const gaps = stream.gaps.filter(({ startTime }) => startTime >= time).values()
  let frame = map.frameAt(time)
  let run = map.runOf(frame)
  while (frame < map.count) {
    const wanted = Math.min(most, map.endFrame(run) - frame)
    const count = await frames.read(frame, wanted, chunk.data)
    if (count === 0) return
    chunk.frames = count
    chunk.firstSample = map.sampleOf(frame)
    const inRun = frame - map.firstFrame(run)
    const runTime = map.timeOf(map.firstFrame(run))
    for (let f = 0; f < count; f++) {
      chunk.time[f] = chunk.hostTime[f] = runTime + (inRun + f) / nominalRateHz
    }
    yield { time: chunk.time[0]!, item: { kind: 'chunk', stream: id, chunk } }
    frame += count
    if (frame < map.endFrame(run)) continue
    run += 1
    const gap = gaps.next().value
    if (gap) yield { time: gap.startTime, item: { kind: 'gap', stream: id, gap } }
  }
}

async function* skipTo(
  recording: Recording,
  time: number,
): AsyncGenerator<RecordingItem, void, void> {
  for await (const item of recording.read()) {
    if (item.kind === 'gap') {
      if (item.gap.startTime >= time) yield item
      continue
    }
    const { chunk } = item
    let first = 0
    while (first < chunk.frames && chunk.time[first]! < time) first++
    if (first < chunk.frames) yield { ...item, chunk: first > 0 ? behind(chunk, first) : chunk }
  }
}

function behind(chunk: Chunk, frames: number): Chunk {
  const { firstSample, data, stride, time, hostTime, deviceTime, sequence } = chunk
  return {
    ...chunk,
    firstSample: firstSample + frames,
    frames: chunk.frames - frames,
    data: data.subarray(frames * stride),
    time: time.subarray(frames),
    hostTime: hostTime.subarray(frames),
    deviceTime: deviceTime?.subarray(frames) ?? null,
    sequence: sequence?.subarray(frames) ?? null,
  }
}
