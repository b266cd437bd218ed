/** A recording as windows look at it: opened, gone through in the background, read in pages. */
import {
  listed,
  type Reviewed,
  type ReviewPage,
  type ReviewPageQuery,
  type ReviewProgress,
  type ReviewStream,
} from '../../contract/index.ts'
import {
  type Overview,
  openOverview,
  type Points,
  type RecordedStream,
} from '../../formats/index.ts'
import { asSynapseError, type ErrorNote, SynapseError } from '../../signal/index.ts'
import { filteredPage, isFilterable } from './filtered-page.ts'
import type { ReviewWork } from './review-messages.ts'

export class RecordingReview {
  readonly #path: string
  readonly #opening: Promise<Overview>
  #overview: Overview | null = null
  #state: ReviewProgress['state'] = 'opening'
  #note: ErrorNote | null = null

  constructor({ path, folder }: ReviewWork) {
    this.#path = path
    this.#opening = openOverview(path, folder)
    void this.#build()
  }

  async #build(): Promise<void> {
    try {
      this.#overview = await this.#opening
      this.#state = 'building'
      await this.#overview.build()
      this.#state = 'ready'
    } catch (error) {
      this.#state = 'failed'
      this.#note = asSynapseError(error, `looking at ${this.#path}`).note
    }
  }

  progress(): ReviewProgress {
    const { doneSamples, samples } = this.#overview?.progress ?? { doneSamples: 0, samples: 0 }
    return { state: this.#state, doneSamples, samples, note: this.#note }
  }

  /** @throws SynapseError as `openOverview` */
  async describe(): Promise<Reviewed> {
    const { facts } = await this.#opening
    const { markers, problems, streams } = facts
    const times = streams.flatMap(({ firstTime, lastTime }) =>
      firstTime === null || lastTime === null ? [] : [firstTime, lastTime],
    )
    if (times.length === 0) times.push(...markers.map(({ time }) => time))
    return {
      path: this.#path,
      parts: facts.parts,
      format: facts.format,
      startedAt: facts.startedAt,
      from: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : 0,
      to: times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : 0,
      streams: streams.filter(({ info }) => info.sampleFormat !== 'json').map(reviewStream),
      markers: markers.slice(0, listed).map(({ time, label, durationSeconds }) => ({
        time,
        label,
        durationSeconds,
      })),
      markerCount: markers.length,
      problems: problems.map(({ code, message }) => ({ code, message })),
    }
  }

  async close(): Promise<void> {
    const overview = await this.#opening.catch(() => null)
    await overview?.close()
  }

  /** @throws SynapseError bad-option, graph-invalid, io-failed */
  async page(query: ReviewPageQuery): Promise<ReviewPage> {
    const overview = await this.#opening
    return overview.inTurn(() => page(overview, query))
  }
}

async function page(
  overview: Overview,
  { stream: id, channels, from, to, columns, view }: ReviewPageQuery,
): Promise<ReviewPage> {
  const stream = overview.stream(id)
  const { info } = stream.recorded
  if (!(to > from)) throw new SynapseError('bad-option', `reading a page from ${from} to ${to} s`)
  const unknown = channels.find((channel) => channel >= info.channels.length)
  if (unknown !== undefined) {
    throw new SynapseError('bad-option', `reading a page: ${id} has no channel ${unknown}`)
  }
  const range = { from, to, columns }
  if (isFilterable(stream, range, view)) {
    const complete = stream.isKnownTo(to)
    const filtered = await filteredPage(stream, range, channels, view)
    return { ...encoded(filtered), kind: filtered.kind, complete, filtered: true }
  }
  const scaled = channels.map((at) => {
    const { scale, offset } = info.channels[at]!
    return { at, scale, offset }
  })
  const plain = await stream.page(range, scaled)
  return { ...encoded(plain), kind: plain.kind, complete: plain.complete, filtered: false }
}

function encoded({ times, values }: Points): Pick<ReviewPage, 'points' | 'times' | 'values'> {
  return { points: times.length, times: base64(times), values: base64(values) }
}

function base64({ buffer, byteOffset, byteLength }: Float64Array | Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

function reviewStream(stream: RecordedStream): ReviewStream {
  const { info, samples, gaps, firstTime, lastTime, effectiveRateHz } = stream
  return {
    id: info.id,
    name: info.name,
    type: info.type,
    nominalRateHz: info.nominalRateHz,
    effectiveRateHz,
    channels: info.channels.map(({ label, type, unit }) => ({ label, type, unit })),
    samples,
    lostSamples: gaps.reduce((sum, { lostSamples }) => sum + lostSamples, 0),
    firstTime,
    lastTime,
    gapCount: gaps.length,
    gaps: gaps.slice(0, listed).map(({ startTime, lostSamples, exact, reason }) => ({
      from: startTime,
      to: startTime + (info.nominalRateHz > 0 ? lostSamples / info.nominalRateHz : 0),
      lostSamples,
      exact,
      reason,
    })),
  }
}
