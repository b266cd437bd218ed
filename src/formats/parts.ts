/**
 * A recording in several files as one: streams by their id, samples by their index. Files may
 * overlap, as they do where a thread died and another one took over: what a later file has a second
 * time is passed by. What neither has is a gap.
 */
import { basename, dirname, join } from 'node:path'
import { type Chunk, type StreamId, SynapseError, sumLedgers } from '../signal/index.ts'
import { namesBeside, openFileSource } from './file-io.ts'
import type { OpenSource } from './io.ts'
import { mergeByTime, type TimedItem } from './merge-by-time.ts'
import { partNumber, partPath } from './part-path.ts'
import { type Problem, ProblemLog } from './problems.ts'
import {
  effectiveRate,
  ledgerOf,
  type RecordedGap,
  type RecordedMarker,
  type RecordedStream,
  type Recording,
} from './recording.ts'
import { openXdf, type XdfRecording } from './xdf/xdf-reader.ts'

/** All files of the recording that `path` is one of, in their order. */
export function partsOf(path: string): string[] {
  const first = basename(partPath(path, 1))
  return namesBeside(path)
    .filter((name) => partPath(name, 1) === first)
    .sort((a, b) => partNumber(a) - partNumber(b))
    .map((name) => join(dirname(path), name))
}

/**
 * @param path of any of the files
 * @param open `openBlockingSource` in a thread that has nothing else to do
 * @throws SynapseError file-missing, file-denied, file-damaged, io-failed
 */
export async function openParts(
  path: string,
  open: OpenSource = openFileSource,
): Promise<Recording> {
  const paths = partsOf(path)
  const parts: XdfRecording[] = []
  const opened: string[] = []
  const problems = new ProblemLog()
  try {
    for (const each of paths.length > 0 ? paths : [path]) {
      const part = await openPart(each, open, paths.length > 1 ? problems : null)
      if (!part) continue
      parts.push(part)
      opened.push(each)
    }
  } catch (error) {
    for (const part of parts) await part.close()
    throw error
  }
  for (let number = 1, i = 0; i < paths.length; number++) {
    if (partNumber(paths[i]!) === number) i++
    else problems.note('missing-part', `${partPath(path, number)} is not there`, String(number))
  }
  return { ...joinParts(parts, problems.list()), paths: opened }
}

/** @returns null for one of several that nothing can be read of: it is noted, and the others hold */
async function openPart(
  path: string,
  open: OpenSource,
  problems: ProblemLog | null,
): Promise<XdfRecording | null> {
  const source = await open(path)
  try {
    return await openXdf(source, path)
  } catch (error) {
    await source.close()
    if (!problems || !(error instanceof SynapseError) || error.code !== 'file-damaged') throw error
    // A file that was made just before the recorder was killed has nothing in it, and lost nothing.
    if (source.size > 0) problems.note('missing-part', error.message, path)
    return null
  }
}

function joinParts(parts: readonly XdfRecording[], problems: readonly Problem[] = []): Recording {
  const ids = new Set(parts.flatMap(({ streams }) => streams.map(({ info }) => info.id)))
  const streams = [...ids].map((id) => joinStream(parts, id))
  return {
    format: 'xdf',
    startedAt: parts.map(({ startedAt }) => startedAt).find((date) => date !== null) ?? null,
    streams,
    markers: joinMarkers(parts),
    settings: parts.flatMap(({ settings }) => settings ?? []),
    ledger: sumLedgers(streams.map(ledgerOf)),
    problems: [...problems, ...parts.flatMap((part) => part.problems)],
    read: () => mergeByTime([...ids].map((id) => joinItems(parts, id))),
    close: async () => {
      for (const part of parts) await part.close()
    },
  }
}

/** What the thread that took over was told again stands in both files. */
function joinMarkers(parts: readonly Recording[]): RecordedMarker[] {
  const seen = new Set<string>()
  const isFirst = ({ time, label, source }: RecordedMarker) => {
    const key = JSON.stringify([time, label, source])
    return !seen.has(key) && seen.add(key)
  }
  const all = parts.flatMap(({ markers }) => markers.filter(isFirst))
  return all.sort((a, b) => a.time - b.time)
}

function joinStream(parts: readonly XdfRecording[], id: StreamId): RecordedStream {
  const own = parts.flatMap((part) => part.streams.filter(({ info }) => info.id === id))
  const { info } = own[0]!
  const gaps: RecordedGap[] = []
  let [samples, first, next, lastSample] = [0, Number.NaN, Number.NaN, 0]
  for (const part of parts) {
    const timeline = part.timelineOf(id)
    const stream = part.streams.find((each) => each.info.id === id)
    for (const { firstSample, rows, gaps: before } of timeline?.stretches ?? []) {
      for (const gap of before) next = joinGap(gaps, gap, next)
      const isJump = firstSample > next
      if (isJump) gaps.push(between(next, firstSample, stream!.firstTime ?? 0, info.nominalRateHz))
      if (samples === 0) first = firstSample
      const from = Math.max(firstSample, Number.isNaN(next) ? firstSample : next)
      const end = firstSample + rows
      samples += Math.max(0, end - from)
      next = Math.max(end, from)
      lastSample = next - 1
    }
    for (const gap of timeline?.trailingGaps ?? []) next = joinGap(gaps, gap, next)
    if (!timeline) samples += stream?.samples ?? 0
  }
  const times = own.filter((stream) => stream.samples > 0)
  const [firstTime, lastTime] = [times[0]?.firstTime ?? null, times.at(-1)?.lastTime ?? null]
  const expected = samples > 0 ? lastSample - first + 1 : 0
  const effectiveRateHz = effectiveRate(info.nominalRateHz, expected, firstTime, lastTime)
  return { info, effectiveRateHz, samples, firstTime, lastTime, gaps }
}

/** @returns the index behind it */
function joinGap(gaps: RecordedGap[], gap: RecordedGap, next: number): number {
  const rest = trimGap(gap, next)
  if (rest) gaps.push(rest)
  return rest ? rest.atSample + rest.lostSamples : next
}

function trimGap(gap: RecordedGap, next: number): RecordedGap | null {
  const end = gap.atSample + gap.lostSamples
  if (Number.isNaN(next) || gap.atSample >= next) return gap
  return end > next ? { ...gap, atSample: next, lostSamples: end - next } : null
}

/** No file has them, and none says why. */
function between(from: number, to: number, endTime: number, rateHz: number): RecordedGap {
  const lostSamples = to - from
  const startTime = rateHz > 0 ? endTime - lostSamples / rateHz : endTime
  return { atSample: from, lostSamples, exact: true, reason: 'lost', startTime }
}

async function* joinItems(
  parts: readonly XdfRecording[],
  id: StreamId,
): AsyncGenerator<TimedItem, void, void> {
  let next = Number.NaN
  for (const [file, part] of parts.entries()) {
    const rateHz = part.streams.find(({ info }) => info.id === id)?.info.nominalRateHz ?? 0
    for await (const { time, item } of part.readStream(id)) {
      if (item.kind === 'gap') {
        const gap = trimGap(item.gap, next)
        if (!gap) continue
        next = gap.atSample + gap.lostSamples
        yield { time, item: { ...item, gap } }
        continue
      }
      const { chunk } = item
      if (chunk.firstSample > next) {
        const gap = between(next, chunk.firstSample, chunk.time[0]!, rateHz)
        yield { time: Math.min(gap.startTime, time), item: { kind: 'gap', stream: id, gap } }
      }
      const skips = next > chunk.firstSample ? next - chunk.firstSample : 0
      if (skips >= chunk.frames) continue
      next = chunk.firstSample + chunk.frames
      const rest = skips > 0 ? withoutFirst(chunk, skips) : chunk
      const place = item.place ? { place: { ...item.place, file, skip: skips } } : {}
      yield { time: rest.time[0]!, item: { ...item, chunk: rest, ...place } }
    }
  }
}

function withoutFirst(chunk: Chunk, frames: number): Chunk {
  const { firstSample, data, stride, time, hostTime, deviceTime, sequence } = chunk
  return {
    ...chunk,
    firstSample: firstSample + frames,
    frames: chunk.frames - frames,
    data: data.subarray(frames * stride),
    time: time.subarray(frames),
    hostTime: hostTime.subarray(frames),
    ...(deviceTime ? { deviceTime: deviceTime.subarray(frames) } : {}),
    ...(sequence ? { sequence: sequence.subarray(frames) } : {}),
  }
}
