/**
 * How far sources have come that are silent: what a graph says of each under `watermark`, at every
 * tick. It keeps nothing that an answer depends on, so it is in no snapshot.
 */
import type { Chunk } from '../signal/index.ts'
import type { GraphSpec } from './spec.ts'

interface Pusher {
  watermark(source: string, time: number): void
}

interface Source {
  readonly name: string
  readonly idleSeconds: number
  readonly skewSeconds: number
  readonly everySeconds: number
  /** Time of its newest frame. */
  newest: number
  told: number
}

const never = Number.NEGATIVE_INFINITY
const unbounded = Number.POSITIVE_INFINITY
const defaultEverySeconds = 0.1

export class SourceWatermarks {
  readonly #sources: readonly Source[]
  readonly #isSkewBounded: boolean
  /** How often a tick is worth while; Infinity where no source is bounded. */
  readonly everySeconds: number

  constructor(sources: GraphSpec['sources']) {
    this.#sources = Object.entries(sources).map(([name, { watermark = {} }]): Source => {
      const { idleSeconds = unbounded, skewSeconds = unbounded } = watermark
      const { everySeconds = defaultEverySeconds } = watermark
      return { name, idleSeconds, skewSeconds, everySeconds, newest: never, told: never }
    })
    const bounded = this.#sources.filter(
      ({ idleSeconds, skewSeconds }) => Math.min(idleSeconds, skewSeconds) < unbounded,
    )
    this.#isSkewBounded = bounded.some(({ skewSeconds }) => skewSeconds < unbounded)
    this.everySeconds = Math.min(...bounded.map(({ everySeconds }) => everySeconds))
  }

  saw(name: string, { time, frames }: Chunk): void {
    if (!this.#isSkewBounded) return
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s]!
      if (source.name === name) source.newest = Math.max(source.newest, time[frames - 1]!)
    }
  }

  /** @returns whether any source has gone on */
  tick(time: number, graph: Pusher): boolean {
    if (this.everySeconds === unbounded) return false
    let isOn = false
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s]!
      // What another source has brought is no later than now, whatever its clock says.
      const others = Math.min(time, this.#newestBut(s))
      const due = Math.max(time - source.idleSeconds, others - source.skewSeconds)
      if (advance(source, due, graph)) isOn = true
    }
    return isOn
  }

  #newestBut(source: number): number {
    let newest = never
    for (let s = 0; s < this.#sources.length; s++) {
      if (s !== source) newest = Math.max(newest, this.#sources[s]!.newest)
    }
    return newest
  }
}

/** On a grid of its own, so that it does not depend on how often a tick comes. */
function advance(source: Source, time: number, graph: Pusher): boolean {
  const due = Math.floor(time / source.everySeconds) * source.everySeconds
  if (!(due > source.told)) return false
  source.told = due
  graph.watermark(source.name, due)
  return true
}
