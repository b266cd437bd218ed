/** The mark beside a channel: its shape and its word say the same as its colour. */
import type { Quality } from './use-quality.ts'

const shapes: Record<Quality['reason'], string> = {
  good: 'M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  railed: 'M5 .5 9.8 9H.2L5 .5Z',
  flat: 'M.5 3.8h9v2.4h-9z',
  mains: 'M5 .2 9.8 5 5 9.8.2 5 5 .2Z',
  noisy: 'M1 1h8v8H1z',
  alone:
    'M5 .5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm0 2.4a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2Z',
}

export function QualityMark({ quality: { reason } }: { quality: Quality }) {
  return (
    <span className={`quality ${reason}`}>
      <svg width="8" height="8" viewBox="0 0 10 10" aria-hidden="true">
        <path d={shapes[reason]} fill="currentColor" />
      </svg>
      <span className="word">{reason}</span>
    </span>
  )
}
