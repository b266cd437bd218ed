/**
 * How far sources have come that are silent: what a graph says of each under `watermark`, from ticks
 * and from the other sources. It keeps nothing that an answer depends on, so it is in no snapshot.
 */
import type { Chunk } from '../signal/index.ts'
import type { GraphSpec } from './spec.ts'

interface Pusher {
  watermark(source: string, time: number): void
}

interface Bounded {
  readonly name: string
  readonly idleSeconds: number
  readonly skewSeconds: number
  readonly everySeconds: number
  told: number
}

const defaultEverySeconds = 0.1

export class SourceWatermarks {
  readonly #bounded: readonly Bounded[]
  readonly #isSkewBounded: boolean

  constructor(sources: GraphSpec['sources']) {
    this.#bounded = Object.entries(sources).flatMap(([name, { watermark }]): Bounded[] => {
      if (!watermark) return []
      const { idleSeconds = Number.POSITIVE_INFINITY, skewSeconds = Number.POSITIVE_INFINITY } =
        watermark
      const { everySeconds = defaultEverySeconds } = watermark
      const told = Number.NEGATIVE_INFINITY
      return [{ name, idleSeconds, skewSeconds, everySeconds, told }]
    })
    this.#isSkewBounded = this.#bounded.some(({ skewSeconds }) => Number.isFinite(skewSeconds))
  }

  /** How often a tick is worth while. */
  get everySeconds(): number {
    const idle = this.#bounded.filter(({ idleSeconds }) => Number.isFinite(idleSeconds))
    return Math.min(...idle.map(({ everySeconds }) => everySeconds))
  }

  /** @returns whether any source has gone on */
  tick(time: number, graph: Pusher): boolean {
    let isOn = false
    for (let s = 0; s < this.#bounded.length; s++) {
      const source = this.#bounded[s]!
      if (advance(source, time - source.idleSeconds, graph)) isOn = true
    }
    return isOn
  }

  /** After a chunk has gone through: the others may be so far behind it and no more. */
  saw(name: string, chunk: Chunk, graph: Pusher): void {
    if (!this.#isSkewBounded) return
    const newest = chunk.time[chunk.frames - 1]!
    for (const source of this.#bounded) {
      if (source.name !== name) advance(source, newest - source.skewSeconds, graph)
    }
  }
}

/** On a grid of its own, so that it does not depend on how ticks and chunks are cut. */
function advance(source: Bounded, time: number, graph: Pusher): boolean {
  const due = Math.floor(time / source.everySeconds) * source.everySeconds
  if (!(due > source.told)) return false
  source.told = due
  graph.watermark(source.name, due)
  return true
}
