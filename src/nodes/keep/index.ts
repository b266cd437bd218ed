/**
 * Keeps the frames for which a condition over their channels holds. With `drop` the rest is left
 * out: the stream has no fixed rate any more, its index counts the frames kept, and a gap of the
 * input shows in the times alone. With `blank` rate, index and gaps stay, and every value of the
 * rest is NaN. Nothing is remembered but the count; a condition on a value that is not finite does
 * not hold.
 */
import type { Chunk, NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { parseExpression } from '../_event-time/expression.ts'
import { bindOnce, checkPhysical, readOption, readTerms } from '../_event-time/language.ts'
import { newProgram } from '../_event-time/program.ts'
import { isTrue } from '../_event-time/truth.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type KeepOptions, keepOptions } from './options.ts'

export const keep: NodeDefinition<KeepOptions> = {
  id: 'keep',
  title: 'Keep frames',
  help: 'Keeps the frames for which a condition holds.',
  options: keepOptions,
  inputs: [{ name: 'in', help: 'A signal, features or events in float32.' }],
  outputs: [{ name: 'out', help: 'The frames kept.' }],
  cost: { work: 3, given: 0.29 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const node = { id, kind: 'keep' }
    checkPhysical(node, input)
    const terms = readTerms(node, options.terms)
    const condition = readOption(node, 'condition', () =>
      bindOnce(parseExpression(options.condition, terms), input),
    )
    const program = newProgram(condition, memory, maxFrames)
    const count = input.channels.length
    const output = newSignalBuffer(memory, count, maxFrames)
    const drops = options.otherwise === 'drop'
    const state = { kept: 0 }

    function copyFrame(chunk: Chunk, from: number, to: number): void {
      for (let c = 0; c < count; c++) {
        output.data[to * output.stride + c] = chunk.data[from * chunk.stride + c]!
      }
    }

    /** @returns how many frames hold */
    function gather(chunk: Chunk): number {
      let kept = 0
      for (let f = 0; f < chunk.frames; f++) {
        if (!isTrue(program.answer[f]!)) continue
        copyFrame(chunk, f, kept)
        output.time[kept] = chunk.time[f]!
        output.hostTime[kept] = chunk.hostTime[f]!
        kept++
      }
      return kept
    }

    function blank(chunk: Chunk): void {
      for (let f = 0; f < chunk.frames; f++) {
        if (isTrue(program.answer[f]!)) copyFrame(chunk, f, f)
        else output.data.fill(Number.NaN, f * output.stride, f * output.stride + count)
      }
      copyTimes(chunk, output)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'keep',
          ...(drops ? { nominalRateHz: 0 } : {}),
          options,
        }),
      },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        program.run(chunk)
        if (!drops) {
          blank(chunk)
          emit.chunk('out', output)
          return
        }
        const kept = gather(chunk)
        if (kept === 0) return
        output.firstSample = state.kept
        output.frames = kept
        state.kept += kept
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (!drops) emit.gap('out', gap)
      },
    }
  },
}
