/**
 * The noise floor of every channel: what its spectrum goes down to between the lines. The power at
 * eight frequencies in the upper half of the spectrum, away from the mains and its multiples, is
 * followed by Goertzel's recursion over a window; their median is the floor. The second difference
 * goes in, so that drift and slow rhythms do not leak into these frequencies, and its gain is
 * divided out again.
 */
import type { NodeMemory } from '../../signal/index.ts'

const wantedFrequencies = 8
/** Where they are looked for, in shares of the rate. */
const lowestShare = 0.25
const highestShare = 0.47
/** This near to a multiple of the mains frequency none is taken. */
const besideMainsHz = 4

interface FloorShape {
  readonly channels: number
  /** Values per second and per window. */
  readonly rateHz: number
  readonly windowValues: number
  readonly mainsHz: number
}

export interface NoiseFloor {
  readonly state: { recursion: Float64Array; before: Float64Array; taken: number }
  begin(): void
  /** Takes the next value of a channel; once for each channel, then `next`. */
  take(channel: number, value: number): void
  next(): void
  /** Amplitude density of the window in the channel's unit per √Hz. */
  density(channel: number): number
}

export function newNoiseFloor(memory: NodeMemory, shape: FloorShape): NoiseFloor {
  const { channels, rateHz, windowValues } = shape
  const frequencies = frequenciesOf(shape)
  const count = frequencies.length
  const turns = Float64Array.from(frequencies, (hz) => 2 * Math.cos((2 * Math.PI * hz) / rateHz))
  // From the power of the second difference to one-sided density of the signal itself.
  const scales = Float64Array.from(
    turns,
    (turn) => 2 / ((windowValues - 2) * rateHz * (2 - turn) ** 2),
  )
  const powers = new Float64Array(count)
  const recursion = memory.float64(channels * count * 2)
  const before = memory.float64(channels * 2)
  const state = { recursion, before, taken: 0 }
  return {
    state,
    begin() {
      recursion.fill(0)
      state.taken = 0
    },
    take(channel, value) {
      const at = 2 * channel
      const curved = value - 2 * before[at]! + before[at + 1]!
      before[at + 1] = before[at]!
      before[at] = value
      if (state.taken < 2) return
      for (let k = 0, s = channel * count * 2; k < count; k++, s += 2) {
        const newest = curved + turns[k]! * recursion[s]! - recursion[s + 1]!
        recursion[s + 1] = recursion[s]!
        recursion[s] = newest
      }
    },
    next() {
      state.taken++
    },
    density(channel) {
      for (let k = 0, s = channel * count * 2; k < count; k++, s += 2) {
        const a = recursion[s]!
        const b = recursion[s + 1]!
        powers[k] = Math.max(0, a * a + b * b - turns[k]! * a * b) * scales[k]!
      }
      powers.sort()
      const median = (powers[Math.floor((count - 1) / 2)]! + powers[Math.floor(count / 2)]!) / 2
      // The power of noise at one frequency is spread exponentially: its median is ln 2 of its mean.
      return Math.sqrt(median / Math.LN2)
    },
  }
}

/** Bins of the window, evenly spread; near the mains only where there is no other. */
function frequenciesOf({ rateHz, windowValues, mainsHz }: FloorShape): number[] {
  const step = rateHz / (windowValues - 2)
  const all: number[] = []
  for (let hz = Math.ceil((lowestShare * rateHz) / step) * step; hz <= highestShare * rateHz; ) {
    all.push(hz)
    hz += step
  }
  const apart = (hz: number) => Math.abs(hz - Math.round(hz / mainsHz) * mainsHz)
  const clear = all.filter((hz) => apart(hz) >= besideMainsHz)
  const pool = clear.length ? clear : all.length ? all : [0.36 * rateHz]
  const count = Math.min(wantedFrequencies, pool.length)
  return Array.from(
    { length: count },
    (_, i) => pool[Math.floor(((i + 0.5) * pool.length) / count)]!,
  )
}
