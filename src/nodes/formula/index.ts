/**
 * Channels computed from the channels of the same frame: `theta / beta`, `C3 - C4`,
 * `10 * log10('Fp1 alpha')`. A `*` in a name makes one channel for each that fits: with the label
 * `* ratio` and the expression `'* theta' / '* beta'`, one per electrode. Several outputs of one
 * input are several channels. Index, times and gaps are the input's; nothing is remembered, so a
 * value that is not finite is over with its frame. Arithmetic in float64, values in float32.
 */
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { BindingError, type BoundExpression, bindExpression, starsOf } from '../_event-time/bind.ts'
import { parseExpression, type Terms } from '../_event-time/expression.ts'
import { checkPhysical, readOption, readTerms } from '../_event-time/language.ts'
import { newProgram } from '../_event-time/program.ts'
import { unitOf } from '../_event-time/units.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type FormulaOptions, formulaOptions } from './options.ts'

interface Computed {
  readonly channel: Channel
  readonly bound: BoundExpression
}

export const formula: NodeDefinition<FormulaOptions> = {
  id: 'formula',
  title: 'Formula',
  help: 'Computes channels from channels, frame by frame: ratios, differences, conditions.',
  options: formulaOptions,
  inputs: [{ name: 'in', help: 'A signal or features in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per expression.' }],
  cost: { work: 5.3, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const node = { id, kind: 'formula' }
    checkPhysical(node, input)
    const terms = readTerms(node, options.terms)
    const computed = options.channels.flatMap((_, i) => computedBy(node, options, i, terms, input))
    const kept = options.keepInput ? input.channels : []
    const channels = [...kept, ...computed.map(({ channel }) => channel)]
    checkLabels(node, channels)
    const programs = computed.map(({ bound }) => newProgram(bound, memory, maxFrames))
    const output = newSignalBuffer(memory, channels.length, maxFrames)
    const isSignal = channels.every(({ type }) => type !== 'MISC')

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'formula',
          type: isSignal ? input.type : 'Features',
          channels,
          options,
        }),
      },
      delaySamples: 0,
      state: {},
      process(_port, chunk, emit) {
        for (let c = 0; c < kept.length; c++) {
          for (let f = 0; f < chunk.frames; f++) {
            output.data[f * output.stride + c] = chunk.data[f * chunk.stride + c]!
          }
        }
        for (let p = 0; p < programs.length; p++) {
          const { answer } = programs[p]!
          programs[p]!.run(chunk)
          for (let f = 0, i = kept.length + p; f < chunk.frames; f++, i += output.stride) {
            output.data[i] = answer[f]!
          }
        }
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        emit.gap('out', gap)
      },
    }
  },
}

/** @throws SynapseError graph-invalid */
function computedBy(
  node: NodeName,
  options: FormulaOptions,
  at: number,
  terms: Terms,
  input: StreamInfo,
): Computed[] {
  const { label, expression: text, unit } = options.channels[at]!
  return readOption(node, `channels.${at}.expression`, () => {
    const expression = parseExpression(text, terms)
    const stars = starsOf(expression, input)
    if (label.includes('*') !== (stars[0] !== null)) {
      throw new BindingError(`label "${label}" and expression must both have a *, or neither`)
    }
    return stars.map((star) => {
      const bound = bindExpression(expression, input, star)
      const found = unit ?? unitOf(bound, input)
      if (found === null) throw new BindingError(`"${text}" does not tell its unit; give unit`)
      const type = typeOf(bound, input, found)
      return { bound, channel: physicalChannel(label.replace('*', star ?? ''), type, found) }
    })
  })
}

/** The type of the channels it is made of, where it is still measured in their unit. */
function typeOf(bound: BoundExpression, input: StreamInfo, unit: string) {
  const used = new Set(channelsIn(bound).map((index) => input.channels[index]!))
  const types = new Set([...used].map(({ type }) => type))
  const [type] = types
  const same = types.size === 1 && [...used].every((channel) => channel.unit === unit)
  return same ? type! : 'MISC'
}

function channelsIn(bound: BoundExpression): number[] {
  if (bound.kind === 'number') return []
  return bound.kind === 'channel' ? [bound.index] : bound.operands.flatMap(channelsIn)
}

function checkLabels(node: NodeName, channels: readonly Channel[]): void {
  const labels = channels.map(({ label }) => label)
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice === undefined) return
  throw refusal(node, `channels: two are called "${twice}"`, 'Give every channel its own label.')
}
