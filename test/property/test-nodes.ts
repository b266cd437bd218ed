/**
 * Nodes that exist for tests alone: each has a memory that shows at once when a sample is lost,
 * doubled or out of order, and each can be told to fail at given samples.
 */
import { z } from 'zod'
import { deriveStream, newSignalBuffer } from '../../src/nodes/_stream/derive.ts'
import type {
  Chunk,
  ChunkBuffer,
  Consistency,
  Emit,
  KeyedContext,
  NodeDefinition,
  NodeInstance,
  NodeState,
} from '../../src/signal/index.ts'

/** Fails on samples with `index % every === at` below `until`, and on gaps that begin there. */
const failsSchema = z.strictObject({ every: z.int(), at: z.int(), until: z.int() }).nullable()
export type Fails = z.infer<typeof failsSchema>

export function failsAt(fails: Fails, sample: number): boolean {
  return fails !== null && sample < fails.until && sample % fails.every === fails.at
}

const optionsSchema = z.strictObject({
  /** Factor of `scale`, frames that `hold-back` keeps, length of `hop-mean`, keys of a tally. */
  amount: z.int().default(2),
  fails: failsSchema.default(null),
})
type Options = z.infer<typeof optionsSchema>

/** What a kind does with one frame; what it emits it puts into `output` by `give`. */
interface Behaviour {
  readonly state: NodeState
  readonly rateDivisor?: number
  frame(chunk: Chunk, f: number, output: FrameOutput): void
  gap(atSample: number, lostSamples: number, output: FrameOutput, emit: Emit): void
}

/** Frames that leave together. */
class FrameOutput {
  readonly #chunk: ChunkBuffer
  #emit: Emit | undefined

  constructor(chunk: ChunkBuffer) {
    this.#chunk = chunk
  }

  begin(emit: Emit): void {
    this.#emit = emit
    this.#chunk.frames = 0
  }

  give(sample: number, time: number, value: number): void {
    const chunk = this.#chunk
    const isNext = sample === chunk.firstSample + chunk.frames
    if (chunk.frames === chunk.time.length || !isNext) this.end()
    if (chunk.frames === 0) chunk.firstSample = sample
    chunk.data[chunk.frames * chunk.stride] = value
    chunk.time[chunk.frames] = time
    chunk.hostTime[chunk.frames] = time
    chunk.frames++
  }

  end(): void {
    if (this.#chunk.frames > 0) this.#emit!.chunk('out', this.#chunk)
    this.#chunk.frames = 0
  }
}

/** The value times `amount`: remembers nothing. */
function scale({ amount }: Options): Behaviour {
  return {
    state: {},
    frame(chunk, f, output) {
      output.give(chunk.firstSample + f, chunk.time[f]!, chunk.data[f * chunk.stride]! * amount)
    },
    gap: passGap,
  }
}

/** The sum since the last gap. */
function sum(): Behaviour {
  const state = { total: 0 }
  return {
    state,
    frame(chunk, f, output) {
      state.total = Math.fround(state.total + chunk.data[f * chunk.stride]!)
      output.give(chunk.firstSample + f, chunk.time[f]!, state.total)
    },
    gap(atSample, lostSamples, output, emit) {
      state.total = 0
      passGap(atSample, lostSamples, output, emit)
    },
  }
}

/** Gives every frame `amount` frames late, all that it holds before a gap. */
function holdBack({ amount }: Options): Behaviour {
  const state = {
    samples: new Float64Array(amount),
    times: new Float64Array(amount),
    values: new Float64Array(amount),
    held: 0,
  }
  const { samples, times, values } = state
  const giveFirst = (output: FrameOutput) => {
    output.give(samples[0]!, times[0]!, values[0]!)
    for (const each of [samples, times, values]) each.copyWithin(0, 1)
    state.held--
  }
  return {
    state,
    frame(chunk, f, output) {
      if (state.held === amount) giveFirst(output)
      samples[state.held] = chunk.firstSample + f
      times[state.held] = chunk.time[f]!
      values[state.held] = chunk.data[f * chunk.stride]!
      state.held++
    },
    gap(atSample, lostSamples, output, emit) {
      while (state.held > 0) giveFirst(output)
      passGap(atSample, lostSamples, output, emit)
    },
  }
}

/** The mean of every `amount` frames, counted from the stream's begin; broken ones are missing. */
function hopMean({ amount }: Options): Behaviour {
  const state = { total: 0, count: 0, next: 0 }
  return {
    state,
    rateDivisor: amount,
    frame(chunk, f, output) {
      const sample = chunk.firstSample + f
      const window = Math.floor(sample / amount)
      if (sample % amount === 0) state.total = state.count = 0
      state.total += chunk.data[f * chunk.stride]!
      if (++state.count < amount || sample % amount !== amount - 1) return
      output.give(window, chunk.time[f]!, Math.fround(state.total / amount))
      state.next = window + 1
    },
    gap(atSample, lostSamples, output, emit) {
      state.count = 0
      const from = Math.max(state.next, Math.floor(atSample / amount))
      const to = Math.ceil((atSample + lostSamples) / amount)
      if (to <= from) return
      state.next = to
      passGap(from, to - from, output, emit)
    },
  }
}

/** After this sample the entry under its key is gone, or lives so long. */
export function isEnded(sample: number): boolean {
  return sample % 7 === 0
}
export function lifeSeconds(sample: number): number {
  return sample % 3 === 0 ? 0.25 : Number.POSITIVE_INFINITY
}

/** Sums under `amount` keys in turn, and of all that lives: remembers nothing but by key. */
function tally({ amount }: Options, keyed: () => KeyedContext): Behaviour {
  const kept = keyed()
  return {
    state: {},
    frame(chunk, f, output) {
      const sample = chunk.firstSample + f
      const time = chunk.time[f]!
      const key = `k${sample % amount}`
      const before = (kept.get(key, time) as number | undefined) ?? 0
      const total = Math.fround(before + chunk.data[f * chunk.stride]!)
      if (isEnded(sample)) kept.delete(key, time)
      else kept.put(key, total, time, lifeSeconds(sample))
      let all = total
      kept.scan('k', time, (_key, value) => {
        all = Math.fround(all + (value as number))
      })
      output.give(sample, time, all)
    },
    gap: passGap,
  }
}

function passGap(atSample: number, lostSamples: number, output: FrameOutput, emit: Emit): void {
  output.end()
  emit.gap('out', { atSample, lostSamples, exact: true, reason: 'lost' })
}

function definitionOf(
  id: string,
  behave: (options: Options, keyed: () => KeyedContext) => Behaviour,
  consistency: Consistency = 'session',
): NodeDefinition<Options> {
  return {
    id,
    title: id,
    help: id,
    options: optionsSchema,
    inputs: [{ name: 'in', help: 'a signal' }],
    outputs: [{ name: 'out', help: 'a signal' }],
    open({ id: node, inputs, options, memory, maxFrames, keyed }): NodeInstance {
      const { frame, gap, state, rateDivisor = 1 } = behave(options, () => keyed(consistency))
      const output = new FrameOutput(newSignalBuffer(memory, 1, maxFrames))
      const nominalRateHz = inputs.in!.nominalRateHz / rateDivisor
      const fail = (sample: number) => {
        if (failsAt(options.fails, sample)) throw new Error(`sample ${sample} is too much`)
      }
      return {
        outputs: { out: deriveStream(inputs.in!, { node, kind: id, nominalRateHz, options: {} }) },
        delaySamples: 0,
        state,
        process(_port, chunk, emit) {
          output.begin(emit)
          for (let f = 0; f < chunk.frames; f++) {
            // What came before the failure has left already.
            if (failsAt(options.fails, chunk.firstSample + f)) output.end()
            fail(chunk.firstSample + f)
            frame(chunk, f, output)
          }
          output.end()
        },
        gap(_port, { atSample, lostSamples }, emit) {
          output.begin(emit)
          fail(atSample)
          gap(atSample, lostSamples, output, emit)
          output.end()
        },
      }
    },
  }
}

const mostWaiting = 4096

/** Left minus right of every index that both have, one frame at a time, in the order of indices. */
const join: NodeDefinition<Options> = {
  ...definitionOf('join', scale),
  inputs: [
    { name: 'left', help: 'a signal' },
    { name: 'right', help: 'a signal of the same rate' },
  ],
  open({ id: node, inputs, memory }): NodeInstance {
    const output = newSignalBuffer(memory, 1, 1)
    const side = () => ({
      samples: new Float64Array(mostWaiting),
      times: new Float64Array(mostWaiting),
      values: new Float64Array(mostWaiting),
      size: 0,
    })
    const state = { left: side(), right: side() }
    const drop = (from: ReturnType<typeof side>) => {
      for (const each of [from.samples, from.times, from.values]) each.copyWithin(0, 1)
      from.size--
    }
    const match = (emit: Emit) => {
      const { left, right } = state
      while (left.size > 0 && right.size > 0) {
        const [a, b] = [left.samples[0]!, right.samples[0]!]
        if (a === b) {
          output.firstSample = a
          output.frames = 1
          output.time[0] = output.hostTime[0] = left.times[0]!
          output.data[0] = left.values[0]! - right.values[0]!
          emit.chunk('out', output)
        }
        if (a <= b) drop(left)
        if (b <= a) drop(right)
      }
    }
    return {
      outputs: { out: deriveStream(inputs.left!, { node, kind: 'join', options: {} }) },
      delaySamples: 0,
      state,
      process(port, chunk, emit) {
        const into = state[port as 'left' | 'right']
        for (let f = 0; f < chunk.frames; f++) {
          into.samples[into.size] = chunk.firstSample + f
          into.times[into.size] = chunk.time[f]!
          into.values[into.size++] = chunk.data[f * chunk.stride]!
          match(emit)
        }
      },
      gap() {},
    }
  },
}

export const testNodes: ReadonlyMap<string, NodeDefinition> = new Map<string, NodeDefinition>(
  (
    [
      definitionOf('scale', scale),
      definitionOf('sum', sum),
      definitionOf('hold-back', holdBack),
      definitionOf('hop-mean', hopMean),
      definitionOf('tally', tally, 'session'),
      definitionOf('strong-tally', tally, 'strong'),
      join,
    ] as NodeDefinition[]
  ).map((node) => [node.id, node]),
)
