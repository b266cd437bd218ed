/** What a BrainVision recording could not keep of its stream. */
import type { ExportJob } from '../export/export-job.ts'
import { rounded } from '../export/losses.ts'
import type { SurveyedStream } from '../export/survey.ts'
import { channelNames } from './header-text.ts'

export function brainVisionLosses(
  { losses, markers }: ExportJob,
  { info, channels, times, runs }: SurveyedStream,
  found: { readonly maxError: Float64Array; readonly filled: number; readonly joined: number },
): void {
  const subject = info.name || info.id
  let worst = -1
  let count = 0
  for (const [i, error] of found.maxError.entries()) {
    const { lowest, highest } = channels[i]!
    const { scale, offset } = info.channels[i]!
    const extent = Math.max(...[lowest, highest].map((raw) => Math.abs(raw * scale + offset)))
    // Float64 rounding of the same product is no loss.
    if (!(error > extent * 1e-12)) continue
    count += 1
    if (worst < 0 || error > found.maxError[worst]!) worst = i
  }
  if (worst >= 0) {
    const { unit, label } = info.channels[worst]!
    const maxError = found.maxError[worst]!
    const detail = `to float32: ${rounded(maxError)} ${unit} in ${label} at most`
    losses.add({ kind: 'rounding', subject, count, detail, maxError, unit })
  }
  const filling = 'filled with the last value, in markers of type Bad Interval'
  losses.add({ kind: 'gaps-filled', subject, count: found.filled, detail: filling })
  const joining = 'longer than 10 minutes; a New Segment marker with its date begins behind each'
  losses.add({ kind: 'gaps-joined', subject, count: found.joined, detail: joining })
  const names = channelNames(info.channels).map((name) => name.replaceAll('\\1', ','))
  const renamed = info.channels.filter(({ label }, i) => names[i] !== label)
  const detail = 'none twice; line breaks and outer spaces are gone'
  losses.add({ kind: 'names', subject, count: renamed.length, detail })
  const first = runs[0]!.firstSample
  const last = runs.at(-1)!
  const indices = markers.map(({ time }) => times.indexAt(time))
  const shift = indices.reduce((most, at) => Math.max(most, Math.abs(at - Math.round(at))), 0)
  const moved = indices.filter((at) => Math.abs(at - Math.round(at)) > 1e-3).length
  losses.add({
    kind: 'markers',
    subject,
    count: moved,
    detail: 'times are rounded to a sample',
    maxError: shift / info.nominalRateHz,
    unit: 's',
  })
  const outside = indices.filter((at) => at < first - 0.5 || at > last.firstSample + last.frames)
  const ends = 'outside of the samples; moved to their first or last'
  losses.add({ kind: 'markers', subject, count: outside.length, detail: ends })
  const facts = markers.filter(({ source, value }) => source !== undefined || value !== undefined)
  const none = 'source and value of a marker have no place'
  losses.add({ kind: 'markers', subject, count: facts.length, detail: none })
}
