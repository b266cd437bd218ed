/**
 * Any number of frames from one: every row whose condition holds makes a frame of its own. With a `*`
 * a row stands for one row per channel that fits, so that features beside each other (`Fp1 alpha`,
 * `O1 alpha`) become frames one after the other, each of one electrode. The channel `row` in front
 * tells which row it was; what each row stands for is in the stream's settings under `rows`.
 *
 * Rows of one frame come in their order, at the frame's time, each a nanosecond after the one before.
 * The index counts them; a gap of the input shows in the times alone. Nothing is remembered.
 */
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { BindingError, type BoundExpression, bindExpression, starsOf } from '../_event-time/bind.ts'
import { type Expression, parseExpression } from '../_event-time/expression.ts'
import { checkPhysical, readOption, readTerms } from '../_event-time/language.ts'
import { newProgram, type Program } from '../_event-time/program.ts'
import { isTrue } from '../_event-time/truth.ts'
import { unitOf } from '../_event-time/units.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type FlatMapOptions, flatMapOptions } from './options.ts'

interface BoundRow {
  /** What the * stands for, or null. */
  readonly star: string | null
  readonly when: BoundExpression | null
  readonly values: readonly BoundExpression[]
}

interface RunningRow {
  readonly when: Program | null
  readonly values: readonly Program[]
}

/** More rows are better made by two nodes. */
const mostRows = 4096
const tickSeconds = 1e-9

export const flatMap: NodeDefinition<FlatMapOptions> = {
  id: 'flat-map',
  title: 'Flat map',
  help: 'Makes any number of frames of one: a row for every electrode, or for every condition that holds.',
  options: flatMapOptions,
  inputs: [{ name: 'in', help: 'A signal, features or events in float32.' }],
  outputs: [{ name: 'out', help: 'One frame per row.' }],
  cost: { work: 21, given: 0.72 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const node = { id, kind: 'flat-map' }
    checkPhysical(node, input)
    const bound = readRows(node, options, input)
    const channels = channelsOf(node, options, bound, input)
    const rows = bound.map(({ when, values }): RunningRow => {
      const program = (each: BoundExpression) => newProgram(each, memory, maxFrames)
      return { when: when && program(when), values: values.map(program) }
    })
    const output = newSignalBuffer(memory, channels.length, rows.length)
    const state = { sent: 0 }
    const info = deriveStream(input, {
      ...node,
      node: id,
      type: 'Features',
      nominalRateHz: 0,
      channels,
      options,
    })
    const told = bound.map(({ star }, i) => star ?? `${i}`).join(', ')
    const settings = { ...info.origin.settings, rows: told }

    return {
      outputs: { out: { ...info, origin: { ...info.origin, settings } } },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        for (let r = 0; r < rows.length; r++) {
          const { when, values } = rows[r]!
          when?.run(chunk)
          for (let v = 0; v < values.length; v++) values[v]!.run(chunk)
        }
        for (let f = 0; f < chunk.frames; f++) {
          output.frames = 0
          for (let r = 0; r < rows.length; r++) {
            const { when, values } = rows[r]!
            if (when !== null && !isTrue(when.answer[f]!)) continue
            const at = output.frames * output.stride
            output.data[at] = r
            for (let v = 0; v < values.length; v++) output.data[at + 1 + v] = values[v]!.answer[f]!
            output.time[output.frames] = chunk.time[f]! + output.frames * tickSeconds
            output.hostTime[output.frames++] = chunk.hostTime[f]!
          }
          if (output.frames === 0) continue
          output.firstSample = state.sent
          state.sent += output.frames
          emit.chunk('out', output)
        }
      },
      // The frames' times tell of a gap.
      gap() {},
    }
  },
}

/** @throws SynapseError graph-invalid */
function readRows(node: NodeName, options: FlatMapOptions, input: StreamInfo): BoundRow[] {
  const terms = readTerms(node, options.terms)
  const all = options.rows.flatMap(({ when, values }, i) =>
    readOption(node, `rows.${i}`, () => {
      if (values.length !== options.channels.length) {
        const counts = `${values.length} values for ${options.channels.length} channels`
        throw new BindingError(`there are ${counts}`)
      }
      const parsed = values.map((text) => parseExpression(text, terms))
      const condition = when === undefined ? null : parseExpression(when, terms)
      // Together, so that a * means the same channels in all of them.
      const operands = condition ? [...parsed, condition] : parsed
      const together: Expression = { kind: 'call', operation: '+', operands }
      return starsOf(together, input).map((star): BoundRow => {
        const bind = (each: Expression) => bindExpression(each, input, star)
        return { star, when: condition && bind(condition), values: parsed.map(bind) }
      })
    }),
  )
  if (all.length <= mostRows) return all
  throw refusal(
    node,
    `rows: ${all.length} of them of "${input.name}"`,
    `At most ${mostRows} can be made of a frame: choose fewer channels in front.`,
  )
}

function channelsOf(
  node: NodeName,
  { channels }: FlatMapOptions,
  rows: readonly BoundRow[],
  input: StreamInfo,
): Channel[] {
  const all = channels.map(({ label, unit }, v) => {
    const units = new Set(rows.map(({ values }) => unitOf(values[v]!, input)))
    const [found = null] = units
    if (unit === undefined && (units.size !== 1 || found === null)) {
      throw refusal(node, `channels.${v}: "${label}" has no certain unit`, 'Give it a unit.')
    }
    return physicalChannel(label, 'MISC', unit ?? found!)
  })
  const labels = ['row', ...all.map(({ label }) => label)]
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined) {
    throw refusal(node, `channels: two are called "${twice}"`, 'Give every channel its own label.')
  }
  return [physicalChannel('row', 'MISC', '1'), ...all]
}
