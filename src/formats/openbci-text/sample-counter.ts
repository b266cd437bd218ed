/**
 * The sample index that boards send: a small counter, each in its own way. The cycle of its values
 * is found in the data; a jump ahead in it is a loss, exact as long as it is less than a cycle.
 */

export interface SampleCounter {
  /** Samples until the counter says the same again; Infinity where it does not wrap. */
  readonly cycle: number
  /** Samples lost before this one; undefined for a value that the board cannot send. */
  next(value: number): number | undefined
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)
const twice = (values: readonly number[]) => values.flatMap((value) => [value, value])

const cycles: readonly (readonly number[])[] = [
  range(0, 255), // Cyton, synthetic board
  range(1, 255, 2), // Cyton with Daisy over the dongle
  range(0, 254, 2), // Cyton with Daisy over WiFi
  [0, ...twice(range(1, 100))], // Ganglion, firmware 2, with accelerometer
  [0, ...twice(range(101, 200))], // … and without
  twice(range(0, 99)), // Ganglion, firmware 3, with accelerometer
  twice(range(100, 199)), // … and without
]

/** Undefined where the values are no counter that we know. */
export function findCounter(values: readonly number[]): SampleCounter | undefined {
  const candidates: (() => SampleCounter)[] = [
    ...cycles.map((cycle) => () => new CycleCounter(cycle)),
    () => new PlainCounter(),
  ]
  let best: (() => SampleCounter) | undefined
  let most = Math.max(1, values.length / 2)
  for (const candidate of candidates) {
    const counter = candidate()
    const fits = values.filter((value) => counter.next(value) === 0).length
    if (fits > most) {
      most = fits
      best = candidate
    }
  }
  return best?.()
}

class CycleCounter implements SampleCounter {
  readonly cycle: number
  readonly #values: readonly number[]
  #position = -1

  constructor(values: readonly number[]) {
    this.#values = values
    this.cycle = values.length
  }

  next(value: number): number | undefined {
    const from = this.#position + 1
    const length = this.#values.length
    for (let ahead = 0; ahead < length; ahead++) {
      const position = (from + ahead) % length
      if (this.#values[position] !== value) continue
      const isFirst = this.#position < 0
      this.#position = position
      return isFirst ? 0 : ahead
    }
    return undefined
  }
}

/** A counter that goes on and on. */
class PlainCounter implements SampleCounter {
  readonly cycle = Number.POSITIVE_INFINITY
  #last: number | undefined

  next(value: number): number | undefined {
    if (!Number.isInteger(value)) return undefined
    const lost = this.#last === undefined ? 0 : value - this.#last - 1
    if (lost < 0) return undefined
    this.#last = value
    return lost
  }
}
