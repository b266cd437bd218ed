/**
 * What a node gives up while its thread is late, and how late that is. The graph itself knows no
 * clock: its host measures, and tells it the level between two chunks.
 */
import {
  type Channel,
  type Chunk,
  type ChunkBuffer,
  type NodeDefinition,
  type NumericFormat,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../signal/index.ts'
import { chunkOver, copyFrames } from './copy-frames.ts'
import type { LentMemory } from './memory.ts'
import type { Degrade } from './spec.ts'

/** The most that a graph can be degraded. */
const highestLevel = 3
/** Late for so long, and the level rises: one burst is none. */
const raiseSeconds = 0.25
/** On time for so long, and it falls. */
const lowerSeconds = 5
/** On time is this share of the budget: what just fits will not fit when all is undone. */
const calmShare = 0.5

/** From how late a thread is to the level at which its graph runs, with hysteresis. */
export class LagWatch {
  /** That the next `update` goes on from. */
  level: number
  #lateSince = Number.NaN
  #calmSince = Number.NaN
  readonly #budgetSeconds: number

  constructor(budgetSeconds: number, level = 0) {
    this.#budgetSeconds = budgetSeconds
    this.level = level
  }

  /**
   * @param now any steady clock, in seconds
   * @param lagSeconds from when the newest samples taken were there until now; 0 when none wait
   * @returns the level from here on: 0 is whole
   */
  update(now: number, lagSeconds: number): number {
    if (lagSeconds > this.#budgetSeconds) this.#late(now)
    else if (lagSeconds < calmShare * this.#budgetSeconds) this.#calm(now)
    else this.#lateSince = this.#calmSince = Number.NaN
    return this.level
  }

  #late(now: number): void {
    this.#calmSince = Number.NaN
    if (Number.isNaN(this.#lateSince)) this.#lateSince = now
    if (now - this.#lateSince < raiseSeconds || this.level === highestLevel) return
    this.level++
    this.#lateSince = now
  }

  #calm(now: number): void {
    this.#lateSince = Number.NaN
    if (this.level === 0) return
    if (Number.isNaN(this.#calmSince)) this.#calmSince = now
    if (now - this.#calmSince < lowerSeconds) return
    this.level--
    this.#calmSince = now
  }
}

/** @throws SynapseError graph-invalid where a node cannot be degraded like this */
export function checkDegrade(
  id: string,
  { id: kind, inputs, outputs }: NodeDefinition,
  { action }: Degrade,
  fed: Readonly<Record<string, StreamInfo>>,
  given: Readonly<Record<string, StreamInfo>>,
): void {
  if (action === 'skip') return
  const refuse = (why: string) => {
    const what = `opening node "${id}" (${kind}): degrade "${action}" ${why}`
    return new SynapseError('graph-invalid', what, { remedy: 'Degrade it by "skip".' })
  }
  const input = fed[inputs[0]?.name ?? '']
  if (inputs.length !== 1 || !input) throw refuse(`is for one input; it has ${inputs.length}`)
  if (action === 'lower-rate') {
    if (input.nominalRateHz > 0) return
    throw refuse('needs an input with a steady rate')
  }
  const output = given[outputs[0]?.name ?? '']
  if (!output || !isSameShape(input, output)) {
    throw refuse('needs an output with the rate, channels and units of its input')
  }
}

function isSameShape(a: StreamInfo, b: StreamInfo): boolean {
  const shape = ({ sampleFormat, nominalRateHz, channels }: StreamInfo) =>
    JSON.stringify([sampleFormat, nominalRateHz, channels.map(measure)])
  const measure = ({ unit, scale, offset }: Channel) => [unit, scale, offset]
  return a.sampleFormat === 'float32' && shape(a) === shape(b)
}

/** Takes the parts of a chunk, in order: those that a node sees, and those that it does not. */
export interface PartTaker {
  seen(port: string, part: Chunk): void
  missed(port: string, part: Chunk): void
}

/**
 * `lower-rate`: of every `everySeconds` of a stream a node sees the first `seenSeconds`. Where the
 * parts begin is counted in samples from the stream's begin, whatever the chunks.
 */
export class DutyCycle {
  readonly #period: number
  readonly #seen: number
  readonly #part: ChunkBuffer

  constructor(
    { seenSeconds, everySeconds }: Extract<Degrade, { action: 'lower-rate' }>,
    input: StreamInfo,
    maxFrames: number,
    memory: LentMemory,
  ) {
    this.#period = Math.max(2, Math.round(everySeconds * input.nominalRateHz))
    const seen = Math.round(seenSeconds * input.nominalRateHz)
    this.#seen = Math.min(this.#period - 1, Math.max(1, seen))
    const stride = strideFor(input.channels.length)
    const data = memory.samples(input.sampleFormat as NumericFormat, stride * maxFrames)
    this.#part = chunkOver(data, stride, maxFrames)
  }

  divide(port: string, chunk: Chunk, taker: PartTaker): void {
    for (let from = 0; from < chunk.frames; ) {
      const at = (chunk.firstSample + from) % this.#period
      const isSeen = at < this.#seen
      const left = (isSeen ? this.#seen : this.#period) - at
      const frames = Math.min(left, chunk.frames - from)
      const isWhole = frames === chunk.frames
      if (!isWhole) copyFrames(chunk, from, from + frames, this.#part)
      if (isSeen) taker.seen(port, isWhole ? chunk : this.#part)
      else taker.missed(port, isWhole ? chunk : this.#part)
      from += frames
    }
  }
}
