/**
 * Does a channel move with those beside it? Volume conduction makes neighbouring electrodes alike;
 * one that is like none of them has lost its contact (Bigdely-Shamlo et al. 2015). The correlation
 * with each of the nearest electrodes is taken from moments that fade from window to window; the
 * highest magnitude counts, so that a bad channel does not spoil those beside it. It tells of this
 * channel only where those beside it are alike among themselves: before the first blink, or where
 * no rhythm is strong, sound channels have little in common, and none of them is to blame. Of two
 * electrodes that have nobody but each other, those next to them bear witness, however far away.
 */
import type { NodeMemory, StreamInfo } from '../../signal/index.ts'
import { cosineBetween, directionsOf } from '../_scalp/directions.ts'

const mostNeighbours = 4
/** Electrodes farther apart than this angle are no neighbours. */
const farthest = Math.cos((50 * Math.PI) / 180)
/** From this correlation on two channels are alike (Bigdely-Shamlo et al. 2015). */
const alikeFrom = 0.4

export interface Neighbours {
  readonly state: { window: Float64Array; past: Float64Array; weight: number }
  begin(): void
  /** One value per channel. */
  take(values: Float64Array): void
  /** Adds the window of so many values to the past; one that is not finite counts for nothing. */
  end(values: number): void
  /** Highest magnitude of a correlation with a neighbour or witness; 1 without any, or a past. */
  likeness(channel: number): number
  /** Is at least half of its neighbours alike with a neighbour of their own, other than this one? */
  isBesideAlike(channel: number): boolean
  /** Seconds of signal that count, in windows. */
  weight(): number
}

/** @param keep weight that the past keeps from window to window */
export function newNeighbours(memory: NodeMemory, info: StreamInfo, keep: number): Neighbours {
  const count = info.channels.length
  const { pairs, mutual } = pairsOf(info)
  const pairCount = pairs.length / 2
  // Sums of the window: per channel the values and their squares, per pair the products.
  const window = memory.float64(2 * count + pairCount)
  // Fading: per channel the variance, per pair the covariance, both times their weight.
  const past = memory.float64(count + pairCount)
  const state = { window, past, weight: 0 }
  // Per channel, since the last `end`: the highest likeness, whose it is, and the next highest.
  const most = new Float64Array(count).fill(1)
  const second = new Float64Array(count)
  const nearest = new Int32Array(count)

  function fade(at: number, moment: number): void {
    past[at] = past[at]! * keep + (Number.isFinite(moment) ? moment : 0)
  }

  function alike(a: number, b: number, likeness: number): void {
    if (likeness > most[a]!) {
      second[a] = most[a]!
      most[a] = likeness
      nearest[a] = b
    } else if (likeness > second[a]!) second[a] = likeness
  }

  function compare(): void {
    most.fill(-1)
    second.fill(-1)
    for (let p = 0; p < pairCount; p++) {
      const a = pairs[2 * p]!
      const b = pairs[2 * p + 1]!
      const power = past[a]! * past[b]!
      const likeness = power > 0 ? Math.min(1, Math.abs(past[count + p]!) / Math.sqrt(power)) : 0
      alike(a, b, likeness)
      if (p < mutual) alike(b, a, likeness)
    }
  }

  return {
    state,
    begin() {
      window.fill(0)
    },
    take(values) {
      for (let c = 0; c < count; c++) {
        const value = values[c]!
        window[c] = window[c]! + value
        window[count + c] = window[count + c]! + value * value
      }
      for (let p = 0; p < pairCount; p++) {
        const at = 2 * count + p
        window[at] = window[at]! + values[pairs[2 * p]!]! * values[pairs[2 * p + 1]!]!
      }
    },
    end(values) {
      for (let c = 0; c < count; c++) {
        fade(c, window[count + c]! / values - (window[c]! / values) ** 2)
      }
      for (let p = 0; p < pairCount; p++) {
        const a = window[pairs[2 * p]!]!
        const b = window[pairs[2 * p + 1]!]!
        fade(count + p, window[2 * count + p]! / values - (a * b) / (values * values))
      }
      state.weight = state.weight * keep + 1
      compare()
    },
    likeness: (channel) => (most[channel]! < 0 ? 1 : most[channel]!),
    isBesideAlike(channel) {
      let neighbours = 0
      let alikeElsewhere = 0
      for (let p = 0; p < mutual; p++) {
        const a = pairs[2 * p]!
        const b = pairs[2 * p + 1]!
        if (a !== channel && b !== channel) continue
        const other = a === channel ? b : a
        neighbours++
        const elsewhere = nearest[other] === channel ? second[other]! : most[other]!
        if (elsewhere >= alikeFrom) alikeElsewhere++
      }
      return neighbours > 0 && 2 * alikeElsewhere >= neighbours
    },
    weight: () => state.weight,
  }
}

/**
 * Two indices per pair of EEG channels: `mutual` pairs of neighbours, each once, and then channels
 * whose one neighbour has no other, each with its witness, who learns nothing by it.
 */
function pairsOf({ channels }: StreamInfo): { pairs: Int32Array; mutual: number } {
  const places = directionsOf(channels).map((place, c) =>
    channels[c]!.type === 'EEG' ? place : undefined,
  )
  const others = places.map((place, c) =>
    places
      .flatMap((other, d) =>
        place && other && d !== c ? [{ d, cosine: cosineBetween(place, other) }] : [],
      )
      .sort((a, b) => b.cosine - a.cosine || a.d - b.d)
      .slice(0, mostNeighbours),
  )
  const near = others.map((all) => all.filter(({ cosine }) => cosine >= farthest))
  const found = new Set<number>()
  near.forEach((all, c) => {
    for (const { d } of all) found.add(Math.min(c, d) * channels.length + Math.max(c, d))
  })
  const mutual = [...found].map((code) => [
    Math.floor(code / channels.length),
    code % channels.length,
  ])
  const witnesses = near.flatMap((all, c) => {
    const isLonePair = all.length === 1 && near[all[0]!.d]!.length === 1
    const witness = others[c]![1]
    return isLonePair && witness ? [[c, witness.d]] : []
  })
  return { pairs: Int32Array.from([...mutual, ...witnesses].flat()), mutual: mutual.length }
}
