/**
 * For nodes that fall silent longer than their input: the gap that leaves is only known when the
 * first frame after it leaves, because the node had to fill up again.
 */
import type { Emit, Gap, GapReason } from '../../signal/index.ts'

export interface LateGap {
  readonly state: LateGapState
  /** Says the input's gap, which is passed on later. */
  met(gap: Gap): void
  /** Before the frame `index` leaves: passes on a gap when there was one. */
  before(index: number, emit: Emit): void
}

export type LateGapState = {
  /** Index after the last frame that left, −1 before the first. */
  next: number
  open: boolean
  exact: boolean
  reason: string
}

export function newLateGap(): LateGap {
  const state: LateGapState = { next: -1, open: false, exact: true, reason: 'lost' }
  return {
    state,
    met(gap) {
      state.exact = gap.exact && (state.exact || !state.open)
      state.reason = gap.reason
      state.open = true
    },
    before(index, emit) {
      if (state.open && state.next >= 0 && index > state.next) {
        emit.gap('out', {
          atSample: state.next,
          lostSamples: index - state.next,
          exact: state.exact,
          reason: state.reason as GapReason,
        })
      }
      state.open = false
      state.next = index + 1
    },
  }
}
