/** Facts about streams that a format has no place for; and times that it computes from the rate. */

import type { ExportJob } from './export-job.ts'
import { someOf } from './losses.ts'
import type { SurveyedStream } from './survey.ts'

type Fact =
  | 'stream name and id'
  | 'channel types'
  | 'channel positions'
  | 'converter ranges'
  | 'settings'
  | 'manufacturer, serial number, firmware'
  | 'device clock'
  | 'packet counter'
  | 'arrival times'
  | 'sample numbers'

const present: Readonly<Record<Fact, (stream: SurveyedStream) => boolean>> = {
  'stream name and id': () => true,
  'channel types': () => true,
  'channel positions': ({ info }) => info.channels.some(({ position }) => position),
  'converter ranges': ({ info }) => info.channels.some(({ range }) => range),
  settings: ({ info }) =>
    Object.keys(info.origin.settings ?? {}).some((name) => name !== 'prefilter'),
  'manufacturer, serial number, firmware': ({ info: { origin } }) =>
    [origin.manufacturer, origin.serialNumber, origin.firmware].some((each) => each !== undefined),
  'device clock': ({ columns }) => columns.deviceTime,
  'packet counter': ({ columns }) => columns.sequence,
  'arrival times': ({ columns }) => columns.hostTime,
  'sample numbers': ({ runs }) => (runs[0]?.firstSample ?? 0) !== 0,
}

/** @param kept what the format does hold */
export function factLosses(
  { losses }: ExportJob,
  streams: readonly SurveyedStream[],
  kept: readonly Fact[],
): void {
  const all = (Object.keys(present) as Fact[]).filter((fact) => !kept.includes(fact))
  for (const stream of streams) {
    const lost = all.filter((fact) => present[fact](stream))
    losses.add({
      kind: 'metadata',
      subject: stream.info.name || stream.info.id,
      count: lost.length,
      detail: someOf(lost, all.length),
    })
  }
}

/** Times in the file are counts of samples divided by the rate; the clock of the host was another. */
export function rateLosses(job: ExportJob, stream: SurveyedStream, rateHz: number): void {
  const { info, times, runs } = stream
  const first = runs[0]!
  let most = 0
  for (const [index, time] of times.pairs) {
    const counted = first.firstTime + (index - first.firstSample) / rateHz
    most = Math.max(most, Math.abs(time - counted))
  }
  // Less than a tenth of a sample is within the noise of every clock.
  if (most < 0.1 / info.nominalRateHz) return
  const { effectiveRateHz } = stream.recorded
  job.losses.add({
    kind: 'times',
    subject: info.name || info.id,
    count: stream.samples,
    detail:
      `samples are 1/${rateHz} s apart; by the clock of the recording it was ` +
      `${effectiveRateHz.toFixed(4)} Hz. Markers stay at their samples`,
    maxError: most,
    unit: 's',
  })
}
