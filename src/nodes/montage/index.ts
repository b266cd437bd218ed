/**
 * What every EEG channel is measured against, as one matrix per frame. Channels of other types pass
 * as they are. A channel that is not finite spoils only its own frame: all channels of it for a
 * reference that it takes part in.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { type SpatialOpening, withoutRange } from '../_spatial/channels.ts'
import { openSpatialNode, unitRow } from '../_spatial/spatial-node.ts'
import { type MontageOptions, montageOptions } from './options.ts'
import { bipolar, type Rereferenced, schemes } from './schemes.ts'

const kind = 'montage'

export const montage: NodeDefinition<MontageOptions> = {
  id: 'montage',
  title: 'Montage',
  help: 'Re-references EEG channels: common average, linked ears, chosen channels, bipolar pairs, small Laplacian, REST.',
  options: montageOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The same signal against another reference.' }],
  cost: { work: 3.2, given: 1 },
  open(context) {
    const input = context.inputs.in!
    const { options } = context
    const opening: SpatialOpening = { id: context.id, kind, input }
    if (options.scheme === 'bipolar') {
      return openSpatialNode(context, { kind, ...bipolar(opening, options) })
    }
    const { scalp, rows }: Rereferenced = schemes[options.scheme](opening, options)
    const place = new Map(scalp.map((index, at) => [index, at]))
    return openSpatialNode(context, {
      kind,
      channels: input.channels.map((channel, i) =>
        place.has(i) ? withoutRange(channel) : channel,
      ),
      matrix: input.channels.map((_, i) =>
        place.has(i) ? rows[place.get(i)!]! : unitRow(input, i),
      ),
    })
  },
}
