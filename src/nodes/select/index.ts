/**
 * Keeps some channels of a stream, in the order asked for. Values, index and times pass untouched,
 * and every channel keeps its description.
 */
import type { NodeDefinition, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { frontalChannels } from '../_scalp/frontal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type SelectOptions, selectOptions } from './options.ts'

export const select: NodeDefinition<SelectOptions> = {
  id: 'select',
  title: 'Select channels',
  help: 'Keeps some channels of a stream, by label, by index, or those nearest to the eyes.',
  options: selectOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The channels asked for, in that order.' }],
  cost: { work: 1.6, given: 0.33 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const picked = Int32Array.from(pickChannels(id, input, options.channels))
    const channels = Array.from(picked, (index) => input.channels[index]!)
    const output = newSignalBuffer(memory, picked.length, maxFrames)
    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'select', channels, options }) },
      delaySamples: 0,
      state: {},
      process(_port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          const from = f * chunk.stride
          const to = f * output.stride
          for (let c = 0; c < picked.length; c++) {
            output.data[to + c] = chunk.data[from + picked[c]!]!
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

/** @throws SynapseError graph-invalid for a channel that is not there, or named twice */
function pickChannels(id: string, input: StreamInfo, wanted: SelectOptions['channels']): number[] {
  if (wanted === 'frontal') return frontalChannels(input)
  const picked = wanted.map((channel) => indexOf(id, input, channel))
  const twice = picked.find((index, i) => picked.indexOf(index) !== i)
  if (twice !== undefined) {
    throw refusal(
      { id, kind: 'select' },
      `channel ${twice} ("${input.channels[twice]!.label}") is asked for twice`,
    )
  }
  return picked
}

function indexOf(id: string, input: StreamInfo, wanted: string | number): number {
  const { channels, name } = input
  const found = channels.flatMap(({ label }, index) =>
    index === wanted || label === wanted ? [index] : [],
  )
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    throw refusal(
      { id, kind: 'select' },
      `"${name}" has ${found.length} channels "${wanted}"`,
      `Give the index of the one you mean: ${found.join(', ')}.`,
    )
  }
  const labels = channels.map(({ label }) => label).join(', ')
  throw refusal(
    { id, kind: 'select' },
    `"${name}" has no channel ${JSON.stringify(wanted)}`,
    `Its channels are ${labels}; their indices go from 0 to ${channels.length - 1}.`,
  )
}
