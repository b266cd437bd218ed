/** How long a record lasts, and which streams can share one. */
import { eightCharacters } from './digital-range.ts'

/** A rate may be off by this share, where 8 characters cannot say the duration. */
const rateTolerance = 1e-9
const longestTickSeconds = 10

export interface Tick {
  readonly seconds: number
  /** Of each stream, in a tick. */
  readonly samples: readonly number[]
}

/** The shortest time in which every rate gives a whole number of samples. */
export function commonTick(ratesHz: readonly number[]): Tick | undefined {
  const fastest = Math.max(...ratesHz)
  const most = Math.max(1, Math.floor(longestTickSeconds * fastest))
  for (let count = 1; count <= most; count++) {
    const seconds = count / fastest
    const samples = ratesHz.map((rate) => Math.round(rate * seconds))
    const fits = samples.every(
      (each, i) => each > 0 && Math.abs(each / (ratesHz[i]! * seconds) - 1) < rateTolerance,
    )
    if (fits) return { seconds, samples }
  }
  return undefined
}

export interface RecordLength {
  readonly ticks: number
  /** As in the header. */
  readonly text: string
  readonly seconds: number
}

const shortestSeconds = 0.1
const longestSeconds = 10
const tries = 20_000

export interface RecordNeeds {
  readonly tickSeconds: number
  /** A record that divides this needs no filling at the ends of runs; 0: none does. */
  readonly wholeTicks: number
  readonly maxTicks: number
  readonly streams: readonly { readonly samplesPerTick: number; readonly rateHz: number }[]
}

/** About a second, in a duration of 8 characters by which a reader computes the very rates. */
export function recordLength(needs: RecordNeeds): RecordLength {
  const { tickSeconds, wholeTicks } = needs
  const maxTicks = Math.max(1, needs.maxTicks)
  const usual = Math.min(maxTicks, Math.max(1, Math.round(1 / tickSeconds)))
  const isUsual = (ticks: number) =>
    ticks === usual ||
    (ticks >= 1 &&
      ticks <= maxTicks &&
      ticks * tickSeconds >= shortestSeconds &&
      ticks * tickSeconds <= longestSeconds)
  const distance = (ticks: number) => Math.abs(Math.log(ticks / usual))
  const divisors = divisorsOf(wholeTicks).filter(isUsual)
  divisors.sort((a, b) => distance(a) - distance(b))
  for (const tolerance of [0, rateTolerance]) {
    for (const ticks of candidates(divisors, usual, isUsual)) {
      const length = lengthOf(ticks, tickSeconds)
      const fits = needs.streams.every(({ samplesPerTick, rateHz }) => {
        const read = (samplesPerTick * ticks) / length.seconds
        return Math.abs(read / rateHz - 1) <= tolerance
      })
      if (fits) return length
    }
  }
  // The more samples, the less the rounding of the duration matters to the rate.
  const most = Math.max(usual, Math.round(longestSeconds / tickSeconds))
  return lengthOf(Math.min(maxTicks, most), tickSeconds)
}

/** The first usually is the answer. */
function* candidates(
  divisors: readonly number[],
  usual: number,
  isUsual: (ticks: number) => boolean,
): Generator<number, void, void> {
  yield* divisors
  for (let i = 0; i < 2 * tries; i++) {
    const ticks = usual + (i % 2 ? -i - 1 : i) / 2
    if (isUsual(ticks)) yield ticks
  }
}

function lengthOf(ticks: number, tickSeconds: number): RecordLength {
  const text = eightCharacters(ticks * tickSeconds, 0)
  return { ticks, text, seconds: Number(text) }
}

/** All of them, in no order; none of 0. */
function divisorsOf(number: number): number[] {
  const divisors: number[] = []
  for (let i = 1; i * i <= number; i++) {
    if (number % i === 0) divisors.push(i, number / i)
  }
  return divisors
}

export function greatestCommonDivisor(numbers: readonly number[]): number {
  let common = 0
  for (let each of numbers) {
    while (each > 0) [common, each] = [each, common % each]
  }
  return common
}
