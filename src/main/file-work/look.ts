/** What a recording holds, as plain data for the window: from its descriptions, not every sample. */

import { existsSync, readFileSync } from 'node:fs'
import type { RecordingContent } from '../../contract/index.ts'
import { impedancesOf, isHarmless, type Recording, sumsPath } from '../../formats/index.ts'

/** More rows than these nobody reads in a window; the counts say how many there are. */
const mostRows = 1000

/** @param path of the recording, beside which checksums may lie */
export function contentOf(recording: Recording, path: string): RecordingContent {
  const { streams, markers, ledger, problems } = recording
  const firsts = streams.flatMap(({ firstTime }) => firstTime ?? [])
  const begin = firsts.length > 0 ? Math.min(...firsts) : (markers[0]?.time ?? 0)
  const ends = streams.flatMap(({ lastTime }) => lastTime ?? [])
  const gaps = streams
    .flatMap(({ info, gaps }) =>
      gaps.map(({ startTime, lostSamples, exact, reason }) => ({
        stream: info.name || info.id,
        second: startTime - begin,
        seconds: info.nominalRateHz > 0 ? lostSamples / info.nominalRateHz : null,
        lostSamples,
        exact,
        reason,
      })),
    )
    .sort((a, b) => a.second - b.second)
  return {
    format: recording.format,
    startedAt: recording.startedAt?.toISOString() ?? null,
    seconds: ends.length > 0 ? Math.max(...ends) - begin : 0,
    ledger,
    checksums: checksumsBeside(path),
    streams: streams.map(streamOf),
    gaps: gaps.slice(0, mostRows),
    gapCount: gaps.length,
    markers: markers.slice(0, mostRows).map(({ time, label, source }) => ({
      second: time - begin,
      label,
      source: source ?? null,
    })),
    markerCount: markers.length,
    impedances: impedancesOf(markers, begin).map(({ electrode, first, last }) => ({
      electrode,
      before: first.kohm,
      after: last?.kohm ?? null,
    })),
    settings: (recording.settings ?? [])
      .slice(0, mostRows)
      .map(({ time, text }) => ({ second: time - begin, text })),
    problems: problems.map(({ code, message }) => ({
      code,
      message,
      harmless: isHarmless({ code, message }),
    })),
  }
}

/** Only whether they are there and ended; reading every byte against them is verifying. */
function checksumsBeside(path: string): RecordingContent['checksums'] {
  const beside = sumsPath(path)
  if (!existsSync(beside)) return 'none'
  return /\nend [^\n]*\n$/.test(readFileSync(beside, 'latin1')) ? 'closed' : 'open'
}

function streamOf({ info, samples, effectiveRateHz, gaps }: Recording['streams'][number]) {
  const lost = gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
  const { id, name, type, sampleFormat, nominalRateHz, channels } = info
  return {
    id,
    name: name || id,
    type,
    sampleFormat,
    nominalRateHz,
    effectiveRateHz,
    channels: channels.map(({ label, type, unit }) => ({ label, type, unit })),
    ledger: { expected: samples + lost, received: samples, lost },
    gaps: gaps.length,
  }
}
