/**
 * Aggregates as a user writes them: a value that goes from frame to frame. `step` makes the next one
 * of `sofar`, of the frame's channels and of `frames`, this one included; `end` makes the answer. With
 * a `*` in label and expressions, one for each channel that fits. In float64; a frame that would make
 * the value no number is left out; without frames the answer is none (NaN).
 */
import { z } from 'zod'
import {
  type Channel,
  type ChunkBuffer,
  type NodeMemory,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { BindingError, bindExpression, starsOf } from './bind.ts'
import { type Expression, parseExpression } from './expression.ts'
import type { FrameHistory } from './frame-history.ts'
import { expressionText, readOption } from './language.ts'
import { newProgram, type Program } from './program.ts'

export const foldSchema = z.strictObject({
  label: z.string().min(1),
  start: z.number().default(0),
  step: expressionText,
  end: expressionText.default('sofar'),
  unit: z.string().min(1).default('1'),
})

type FoldChoice = z.infer<typeof foldSchema>

export interface Folds {
  readonly channels: readonly Channel[]
  /** Writes the answers for frames `from` up to, not with, `to` into `into` from `at` on. */
  write(
    history: FrameHistory,
    from: number,
    to: number,
    zero: Float64Array | null,
    into: Float32Array,
    at: number,
  ): void
}

interface Fold {
  readonly channel: Channel
  readonly start: number
  readonly step: Program
  readonly end: Program
}

/** @throws SynapseError graph-invalid */
export function newFolds(
  node: NodeName,
  memory: NodeMemory,
  input: StreamInfo,
  choices: readonly FoldChoice[],
): Folds {
  const count = input.channels.length
  const [sofar, frames] = [count, count + 1]
  const stream: StreamInfo = {
    ...input,
    channels: [
      ...input.channels,
      physicalChannel('sofar', 'MISC', '1'),
      physicalChannel('frames', 'MISC', '1'),
    ],
  }
  const folds = choices.flatMap((choice, i) => readFold(node, memory, [input, stream], choice, i))
  checkLabels(node, stream, folds)
  const scratch: ChunkBuffer<Float64Array> = {
    ...{ firstSample: 0, frames: 1, stride: count + 2, deviceTime: null, sequence: null },
    ...{ data: memory.float64(count + 2), time: memory.float64(1), hostTime: memory.float64(1) },
  }
  const { data } = scratch

  function load(history: FrameHistory, i: number, zero: Float64Array | null): void {
    const place = history.place(i)
    for (let c = 0; c < count; c++) {
      data[c] = history.values[place + c]! - (zero === null ? 0 : zero[c]!)
    }
  }

  return {
    channels: folds.map(({ channel }) => channel),
    write(history, from, to, zero, into, at) {
      for (let k = 0; k < folds.length; k++) {
        const { start, step, end } = folds[k]!
        data[sofar] = start
        data[frames] = 0
        for (let i = from; i < to; i++) {
          load(history, i, zero)
          data[frames] = data[frames]! + 1
          step.run(scratch)
          if (Number.isFinite(step.answer[0]!)) data[sofar] = step.answer[0]!
          else data[frames] = data[frames]! - 1
        }
        // Of the window as a whole: no frame's values belong to it.
        data.fill(Number.NaN, 0, count)
        end.run(scratch)
        into[at + k] = data[frames]! > 0 ? end.answer[0]! : Number.NaN
      }
    },
  }
}

function readFold(
  node: NodeName,
  memory: NodeMemory,
  [input, stream]: readonly [input: StreamInfo, withOwn: StreamInfo],
  { label, start, step, end, unit }: FoldChoice,
  at: number,
): Fold[] {
  return readOption(node, `folds.${at}`, () => {
    const [stepped, ended] = [parseExpression(step), parseExpression(end)]
    const together: Expression = { kind: 'call', operation: '+', operands: [stepped, ended] }
    const stars = starsOf(together, input)
    if (label.includes('*') !== (stars[0] !== null)) {
      throw new BindingError(`label "${label}" and expressions must both have a *, or neither`)
    }
    return stars.map((star): Fold => {
      const program = (each: Expression) =>
        newProgram(bindExpression(each, stream, star), memory, 1)
      const channel = physicalChannel(label.replace('*', star ?? ''), 'MISC', unit)
      return { channel, start, step: program(stepped), end: program(ended) }
    })
  })
}

function checkLabels(node: NodeName, { channels }: StreamInfo, folds: readonly Fold[]): void {
  const labels = channels.map(({ label }) => label)
  const taken = ['sofar', 'frames'].find((name) => labels.indexOf(name) < labels.length - 2)
  if (folds.length > 0 && taken !== undefined) {
    const problem = `folds: the input has a channel "${taken}" of its own`
    throw refusal(node, problem, 'Give it another label by rename in front.')
  }
}
