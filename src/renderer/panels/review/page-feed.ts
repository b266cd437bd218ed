/**
 * Asks the host for what is on the screen and some on both sides of it, one page at a time: what
 * is wanted while one is under way takes the place of what was wanted before.
 */
import type { ReviewPage, ReviewView } from '../../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../../signal/index.ts'
import type { HostLink } from '../../host/host-link.ts'
import type { Bins } from '../../traces/trace-path.ts'

/** A page of one stream as it came. */
export interface ShownPage extends Bins {
  readonly kind: ReviewPage['kind']
  readonly from: number
  readonly to: number
  readonly points: number
  readonly complete: boolean
  readonly filtered: boolean
  /** By channel number: where its values stand. */
  readonly places: ReadonlyMap<number, number>
}

export interface Wanted {
  readonly review: string
  readonly streams: readonly { readonly id: string; readonly channels: readonly number[] }[]
  readonly from: number
  readonly seconds: number
  /** Device pixels of the screen. */
  readonly columns: number
  readonly view: ReviewView
}

/** Share of a screen that is asked for on either side of it. */
const marginShare = 0.5
const againMs = 500

export class PageFeed {
  /** By stream. */
  readonly pages = new Map<string, ShownPage>()
  trouble: ErrorNote | null = null
  readonly #link: HostLink
  readonly #changed: () => void
  #wanted: Wanted | null = null
  #key = ''
  #isAsking = false
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(link: HostLink, changed: () => void) {
    this.#link = link
    this.#changed = changed
  }

  want(wanted: Wanted): void {
    const key = JSON.stringify(wanted)
    if (key === this.#key) return
    if (this.#wanted?.review !== wanted.review) this.pages.clear()
    this.#key = key
    this.#wanted = wanted
    clearTimeout(this.#again)
    if (!this.#isAsking) void this.#ask()
  }

  end(): void {
    this.#wanted = null
    this.#key = ''
    clearTimeout(this.#again)
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    let answered: Wanted | null = null
    let isComplete = true
    while (this.#wanted && this.#wanted !== answered) {
      answered = this.#wanted
      isComplete = await this.#askOnce(answered)
    }
    this.#isAsking = false
    if (isComplete || !this.#wanted) return
    this.#again = setTimeout(() => void this.#ask(), againMs)
  }

  /** @returns whether there is nothing to ask again for */
  async #askOnce({ review, streams, from, seconds, columns, view }: Wanted): Promise<boolean> {
    const margin = marginShare * seconds
    const range = { from: from - margin, to: from + seconds + margin }
    const wide = Math.min(8192, Math.ceil(columns * (1 + 2 * marginShare)))
    let isComplete = true
    try {
      for (const { id, channels } of streams) {
        const query = { review, stream: id, channels: [...channels], ...range, columns: wide, view }
        const page = await this.#link.call('review.page', query)
        this.pages.set(id, shownPage(page, channels, range, view))
        isComplete &&= page.complete
        this.trouble = null
        this.#changed()
      }
    } catch (error) {
      this.trouble = asSynapseError(error, 'reading a page').note
      this.#changed()
    }
    return isComplete
  }
}

export function shownPage(
  { kind, points, times, values, complete, filtered }: ReviewPage,
  channels: readonly number[],
  { from, to }: { from: number; to: number },
  view: ReviewView | null,
): ShownPage {
  const page = {
    kind,
    from,
    to,
    points,
    complete,
    filtered,
    time: new Float64Array(bytesOf(times)),
    values: new Float32Array(bytesOf(values)),
    stride: 2 * channels.length,
    capacity: Math.max(1, points),
    places: new Map(channels.map((channel, at) => [channel, at])),
  }
  const standsAtZero = filtered && view?.lowCutHz !== null
  return { ...page, centre: standsAtZero ? new Float64Array(channels.length) : centreOf(page) }
}

/** What the channels stand around: their middle over the page. */
function centreOf({
  values,
  points,
  stride,
}: Pick<ShownPage, 'values' | 'points' | 'stride'>): Float64Array {
  const centre = new Float64Array(stride / 2)
  for (let c = 0; c < centre.length; c++) {
    let sum = 0
    let count = 0
    for (let p = 0, at = 2 * c; p < points; p++, at += stride) {
      const middle = (values[at]! + values[at + 1]!) / 2
      if (!Number.isFinite(middle)) continue
      sum += middle
      count += 1
    }
    centre[c] = count > 0 ? sum / count : 0
  }
  return centre
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes.buffer
}
