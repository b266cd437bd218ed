/**
 * Replaces bad EEG channels by what the good ones say of their place: spherical splines after
 * Perrin et al. (1989), one matrix per frame. What comes in on a bad channel does not matter, be it
 * finite or not; a good channel that is not finite spoils its own frame. Places come from the
 * channels' positions, or else from their 10-05 labels.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { splineWeights } from '../_scalp/spherical-spline.ts'
import {
  namedChannels,
  placesOf,
  type SpatialOpening,
  scalpChannels,
  withoutRange,
} from '../_spatial/channels.ts'
import { openSpatialNode, unitRow } from '../_spatial/spatial-node.ts'
import { type InterpolateOptions, interpolateOptions } from './options.ts'

const kind = 'interpolate'
const fewestGood = 4

export const interpolate: NodeDefinition<InterpolateOptions> = {
  id: 'interpolate',
  title: 'Interpolate bad channels',
  help: 'Replaces bad EEG channels by spherical splines over the good ones.',
  options: interpolateOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The same signal, its bad channels made anew.' }],
  cost: { work: 3.4, given: 1 },
  open(context) {
    const input = context.inputs.in!
    const opening: SpatialOpening = { id: context.id, kind, input }
    const matrix = input.channels.map((_, index) => unitRow(input, index))
    const bad = [...new Set(namedChannels(opening, 'channels', context.options.channels))]
    if (bad.length) {
      const scalp = scalpChannels(opening, fewestGood)
      checkScalp(opening, bad, scalp)
      const good = scalp.filter((index) => !bad.includes(index))
      const places = placesOf(opening, [...good, ...bad])
      const weights = splineWeights(places.slice(0, good.length), places.slice(good.length))
      bad.forEach((index, b) => {
        const row = matrix[index]!.fill(0)
        good.forEach((other, g) => {
          row[other] = weights[b]![g]!
        })
      })
    }
    const channels = input.channels.map((channel, index) =>
      bad.includes(index) ? withoutRange(channel) : channel,
    )
    return openSpatialNode(context, { kind, channels, matrix })
  },
}

function checkScalp(opening: SpatialOpening, bad: readonly number[], scalp: readonly number[]) {
  const other = bad.find((index) => !scalp.includes(index))
  if (other !== undefined) {
    const { label, type } = opening.input.channels[other]!
    throw refusal(opening, `channel "${label}" is of type ${type}`, 'Name EEG channels only.')
  }
  if (scalp.length - bad.length >= fewestGood) return
  throw refusal(
    opening,
    `${scalp.length - bad.length} good channels are left, and ${fewestGood} are needed`,
    'Name fewer bad channels.',
  )
}
