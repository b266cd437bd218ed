/** Any recording as one of ours: every index, gap, marker and raw time that it has. */

import { type Marker, settingsStream } from '../../signal/index.ts'
import { SummedSink, sumsPath } from '../checksums/summed-sink.ts'
import type { ExportJob, ExportWriter } from '../export/export-job.ts'
import { someOf } from '../export/losses.ts'
import type { RecordedMarker, Recording } from '../recording.ts'
import { XdfWriter } from './xdf-writer.ts'

export function openXdfCopy(job: ExportJob): ExportWriter {
  const { recording, streams } = job
  const startedAt = recording.startedAt ?? new Date(0)
  const { outputs, path } = job
  const sink = new SummedSink(outputs.createSink(path), outputs.createSink(sumsPath(path)))
  const writer = new XdfWriter(sink, { startedAt })
  for (const { info, columns } of streams) writer.addStream(info, columns)
  const markers = [...markersApart(recording, job.markers), ...settingsRows(recording)].sort(
    (a, b) => a.time - b.time,
  )
  noteLosses(job)
  const own = new Set(streams.map(({ info }) => info.id))
  let next = 0
  const markersUpTo = (time: number) => {
    for (; next < markers.length && markers[next]!.time <= time; next++) {
      const { source = recording.format, ...marker } = markers[next]!
      writer.marker({ ...marker, source })
    }
  }
  return {
    take: (item) => {
      if (!own.has(item.stream)) return
      if (item.kind === 'gap') {
        // A gap before the first sample is stamped with the latest time that was told.
        writer.tick(item.gap.startTime)
        writer.gap(item.stream, item.gap)
        return
      }
      const [time] = item.chunk.time
      markersUpTo(time!)
      writer.tick(time!)
      writer.write(item.stream, item.chunk)
    },
    finish: async () => {
      markersUpTo(Number.POSITIVE_INFINITY)
      await writer.close()
      if (sink.problem) throw sink.problem
    },
  }
}

function settingsRows({ settings = [] }: Recording): Marker[] {
  return settings.map(({ time, text }) => ({
    ...{ time, label: 'settings', durationSeconds: 0, source: 'host' },
    row: { stream: settingsStream, texts: [text] },
  }))
}

/** Numbers of a trigger stream are markers for a reader by themselves; they are written once. */
function markersApart(
  recording: Recording,
  markers: readonly RecordedMarker[],
): readonly RecordedMarker[] {
  const triggers = new Set(
    recording.streams
      .filter(({ info }) => recording.format === 'xdf' && info.sampleFormat !== 'json')
      .filter(({ info }) => info.nominalRateHz === 0 && info.channels.length === 1)
      .filter(({ info }) => /^(marker|stim|trigger|event)/i.test(info.type))
      .map(({ info }) => info.name),
  )
  return markers.filter(
    ({ source, value }) => value === undefined || source === undefined || !triggers.has(source),
  )
}

function noteLosses({ recording, losses }: ExportJob): void {
  const isForeign = recording.format === 'xdf'
  const foreign = recording.streams.filter(({ info }) => isForeign && info.origin.source === 'xdf')
  losses.add({
    kind: 'metadata',
    subject: someOf(foreign.map(({ info }) => info.name)),
    count: foreign.length,
    detail: 'parts of the descriptions that we do not know; stamps are those after synchronisation',
  })
  losses.add({
    kind: 'times',
    subject: 'start',
    count: recording.startedAt ? 0 : 1,
    detail: 'the recording does not say when it began; the file says 1970',
  })
}
