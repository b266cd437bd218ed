/** A call and an answer of each method about looking at recordings, for the test of the contract. */
import type { Method, Params, Result } from '../src/contract/index.ts'

const progress = { state: 'building' as const, doneSamples: 5, samples: 9, note: null }
const reviewed = {
  path: '/tmp/a.edf',
  parts: 1,
  format: 'edf',
  startedAt: null,
  from: 0,
  to: 10,
  streams: [],
  markers: [{ time: 1, label: 'blink', durationSeconds: 0 }],
  markerCount: 1,
  problems: [],
}

type ReviewMethod = Extract<Method, `review.${string}` | `replay.${string}`>

export const reviewAnswers: {
  readonly [M in ReviewMethod]: { params: Params<M>; result: Result<M> }
} = {
  'review.open': { params: { path: 'a.edf' }, result: { review: 'review-1' } },
  'review.progress': { params: { review: 'review-1' }, result: progress },
  'review.describe': { params: { review: 'review-1' }, result: reviewed },
  'review.page': {
    params: {
      review: 'review-1',
      stream: 'eeg',
      channels: [0, 3],
      from: 1.5,
      to: 11.5,
      columns: 900,
      view: null,
    },
    result: {
      kind: 'envelope',
      points: 1,
      times: 'AAAAAAAA+D8=',
      values: 'AACAPwAAAEA=',
      complete: false,
      filtered: false,
    },
  },
  'review.close': { params: { review: 'review-1' }, result: {} },
  'replay.pause': { params: { device: 'replay', paused: true }, result: {} },
  'replay.seek': { params: { device: 'replay', seconds: 12.5 }, result: {} },
  'replay.speed': { params: { device: 'replay', speed: 10 }, result: {} },
}
