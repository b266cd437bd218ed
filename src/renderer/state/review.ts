/** The recording that is looked at: asked for here, opened by the host, kept in step with it. */
import type { Reviewed, ReviewProgress } from '../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'
import type { HostLink } from '../host/host-link.ts'
import type { Preferences } from './preferences.ts'
import { firstLook, type ReviewLook } from './review-look.ts'
import { Store } from './store.ts'

const askAgainMs = 300

export interface ReviewState {
  /** What the user has asked for; '' before the first time. */
  readonly path: string
  /** Of the host; null while nothing is open. */
  readonly review: string | null
  readonly progress: ReviewProgress | null
  /** Known once it is open. */
  readonly recording: Reviewed | null
  readonly trouble: ErrorNote | null
}

const noReview: ReviewState = {
  path: '',
  review: null,
  progress: null,
  recording: null,
  trouble: null,
}

/** Shows a recording in the centre, from its beginning. */
export function openInReview(
  { review, preferences }: { readonly review: Review; readonly preferences: Store<Preferences> },
  path: string,
): void {
  preferences.patch({ centre: 'review' })
  void review.open(path)
}

export class Review {
  readonly state = new Store<ReviewState>(noReview)
  readonly look = new Store<ReviewLook>(firstLook)
  readonly #link: HostLink
  /** Of the latest call of `open`: what an earlier one hears does not count. */
  #turn = 0

  constructor(link: HostLink) {
    this.#link = link
  }

  async open(path: string): Promise<void> {
    const turn = ++this.#turn
    const { review: before } = this.state.get()
    this.state.set({ ...noReview, path })
    if (before !== null) void this.#link.call('review.close', { review: before }).catch(() => {})
    try {
      const { review } = await this.#link.call('review.open', { path })
      if (turn !== this.#turn) {
        await this.#link.call('review.close', { review })
        return
      }
      this.state.patch({ review })
      await this.#follow(turn, review)
    } catch (error) {
      if (turn !== this.#turn) return
      this.state.patch({ trouble: asSynapseError(error, `opening ${path}`).note })
    }
  }

  /** Asks how far it is until the overview is built. */
  async #follow(turn: number, review: string): Promise<void> {
    void this.#describe(turn, review)
    for (;;) {
      const progress = await this.#link.call('review.progress', { review })
      if (turn !== this.#turn) return
      this.state.patch({ progress })
      if (progress.state === 'ready' || progress.state === 'failed') return
      await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    }
  }

  async #describe(turn: number, review: string): Promise<void> {
    try {
      const recording = await this.#link.call('review.describe', { review })
      if (turn !== this.#turn) return
      const { from } = recording
      const seconds = Math.min(firstLook.seconds, Math.max(0.05, recording.to - from))
      this.look.patch({ from, seconds, selected: null, page: 0, hidden: new Set() })
      this.state.patch({ recording })
    } catch (error) {
      if (turn !== this.#turn) return
      this.state.patch({ trouble: asSynapseError(error, 'opening a recording').note })
    }
  }

  close(): void {
    this.#turn++
    const { review } = this.state.get()
    if (review !== null) void this.#link.call('review.close', { review }).catch(() => {})
    this.state.set(noReview)
  }
}
