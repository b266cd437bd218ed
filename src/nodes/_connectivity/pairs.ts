/**
 * Which channels a connectivity measure compares: resolved from labels to indices once, and
 * bounded, because their number grows with the square of the channels.
 */
import type { StreamInfo } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import type { PairsChoice } from './options.ts'

/** Every pair of 64 channels. */
const maxPairs = 2016

interface PairRequest {
  readonly id: string
  readonly kind: string
  readonly input: StreamInfo
  readonly pairs: PairsChoice
  /** Ordered: `all` gives (a, b) and (b, a), and a channel may be paired with itself. */
  readonly ordered?: boolean
}

/**
 * Two indices per pair, one pair after the other.
 * @throws SynapseError graph-invalid for an unknown label, a channel with itself, too many pairs
 */
export function resolvePairs(request: PairRequest): Int32Array {
  const { pairs, input } = request
  const count = input.channels.length
  const found: number[] = []
  if (pairs === 'same') for (let c = 0; c < count; c++) found.push(c, c)
  else if (pairs === 'all') {
    const wanted = (count * (count - 1)) / (request.ordered ? 1 : 2)
    checkCount(request, wanted)
    for (let a = 0; a < count; a++) {
      for (let b = request.ordered ? 0 : a + 1; b < count; b++) if (a !== b) found.push(a, b)
    }
  } else {
    for (const [a, b] of pairs) found.push(indexOf(request, a), indexOf(request, b))
  }
  checkCount(request, found.length / 2)
  if (!request.ordered) checkDistinct(request, found)
  return Int32Array.from(found)
}

function checkCount(request: PairRequest, wanted: number): void {
  if (wanted < 1) {
    throw refusal(request, `pairs = "all" needs two channels, "${request.input.name}" has one`)
  }
  if (wanted > maxPairs) {
    throw refusal(
      request,
      `pairs gives ${wanted} pairs, at most ${maxPairs} are allowed`,
      'List the pairs that matter, or put a "select" node in front.',
    )
  }
}

function checkDistinct(request: PairRequest, found: readonly number[]): void {
  for (let i = 0; i < found.length; i += 2) {
    if (found[i] === found[i + 1]) {
      const { label } = request.input.channels[found[i]!]!
      throw refusal(request, `pairs compares "${label}" with itself`)
    }
  }
}

function indexOf(request: PairRequest, label: string): number {
  const labels = request.input.channels.map((channel) => channel.label)
  const index = labels.indexOf(label)
  if (index >= 0) return index
  throw refusal(
    request,
    `pairs names "${label}", which "${request.input.name}" does not have`,
    `Its channels are ${labels.join(', ')}.`,
  )
}
