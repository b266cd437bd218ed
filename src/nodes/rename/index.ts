/**
 * Gives channels other labels and types. Values, index, times and everything else pass untouched,
 * in whatever format they come; nothing is copied or remembered.
 */
import type { Channel, NodeDefinition, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream } from '../_stream/derive.ts'
import { type RenameOptions, renameOptions } from './options.ts'

export const rename: NodeDefinition<RenameOptions> = {
  id: 'rename',
  title: 'Rename channels',
  help: 'Gives channels other labels and types.',
  options: renameOptions,
  inputs: [{ name: 'in', help: 'Any signal.' }],
  outputs: [{ name: 'out', help: 'The same signal, its channels described anew.' }],
  cost: { work: 0.6, given: 1 },
  open({ id, inputs, options }): NodeInstance {
    const input = inputs.in!
    const labels = byIndex(id, input, 'labels', options.labels)
    const types = byIndex(id, input, 'types', options.types)
    const channels = input.channels.map((channel, index): Channel => {
      const { label = channel.label, type = channel.type } = {
        label: labels.get(index),
        type: types.get(index),
      }
      return { ...channel, label, type }
    })
    const twice = [...labels.values()].find(
      (label) => channels.filter((channel) => channel.label === label).length > 1,
    )
    if (twice !== undefined) {
      throw refusal(
        { id, kind: 'rename' },
        `two channels would be called "${twice}"`,
        'Give each its own label.',
      )
    }
    const derived = deriveStream(input, { node: id, kind: 'rename', channels, options })
    return {
      outputs: { out: { ...derived, sampleFormat: input.sampleFormat } },
      delaySamples: 0,
      state: {},
      process(_port, chunk, emit) {
        emit.chunk('out', chunk)
      },
      gap(_port, gap, emit) {
        emit.gap('out', gap)
      },
    }
  },
}

/** @throws SynapseError graph-invalid for a channel that is not there or not the only one */
function byIndex<T>(
  id: string,
  input: StreamInfo,
  option: string,
  wanted: Readonly<Record<string, T>>,
): Map<number, T> {
  const { channels, name } = input
  return new Map(
    Object.entries(wanted).map(([key, value]) => {
      const found = channels.flatMap(({ label }, index) => (label === key ? [index] : []))
      if (found.length === 1) return [found[0]!, value]
      if (!found.length && /^\d+$/.test(key) && Number(key) < channels.length) {
        return [Number(key), value]
      }
      throw refusal(
        { id, kind: 'rename' },
        `${option}: "${name}" has ${found.length} channels "${key}"`,
        found.length
          ? `Give the index of the one you mean: ${found.join(', ')}.`
          : `Its channels are ${channels.map(({ label }) => label).join(', ')}.`,
      )
    }),
  )
}
