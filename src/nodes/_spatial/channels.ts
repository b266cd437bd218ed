/** Which channels a spatial node works on; those that are not there are refused by name. */

import type { Channel, Direction, StreamInfo } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { directionsOf } from '../_scalp/directions.ts'
import { findChannel } from '../_scalp/electrode.ts'

/** The node that opens: its id in the graph, its kind, and what it takes in. */
export interface SpatialOpening {
  readonly id: string
  readonly kind: string
  readonly input: StreamInfo
}

/**
 * Indices of channels named in an option.
 * @throws SynapseError graph-invalid for a channel that is not there or not the only one
 */
export function namedChannels(
  opening: SpatialOpening,
  option: string,
  wanted: readonly string[],
): number[] {
  const { channels, name } = opening.input
  return wanted.map((label) => {
    const index = findChannel(channels, label)
    if (index >= 0) return index
    const labels = channels.map((channel) => channel.label).join(', ')
    throw refusal(
      opening,
      `${option}: "${name}" has not exactly one channel "${label}"`,
      `Its channels are ${labels}.`,
    )
  })
}

/**
 * Indices of the EEG channels.
 * @throws SynapseError graph-invalid where there are too few, or their units differ
 */
export function scalpChannels(opening: SpatialOpening, fewest: number): number[] {
  const { channels, name } = opening.input
  const scalp = channels.flatMap(({ type }, index) => (type === 'EEG' ? [index] : []))
  if (scalp.length < fewest) {
    throw refusal(
      opening,
      `"${name}" has ${scalp.length} channels of type EEG, and ${fewest} are needed`,
      'Give it more, or set the type of those that are EEG with a rename node.',
    )
  }
  checkUnits(opening, scalp)
  return scalp
}

/** @throws SynapseError graph-invalid unless all have one unit */
export function checkUnits(opening: SpatialOpening, indices: readonly number[]): void {
  const units = new Set(indices.map((index) => opening.input.channels[index]!.unit))
  if (units.size < 2) return
  throw refusal(
    opening,
    `its channels are in different units: ${[...units].join(', ')}`,
    'Select channels of one unit, or calibrate them first.',
  )
}

/**
 * Where the channels lie, in the order given.
 * @throws SynapseError graph-invalid naming a channel whose place is not known, or two of one place
 */
export function placesOf(opening: SpatialOpening, indices: readonly number[]): Direction[] {
  const { channels } = opening.input
  const known = directionsOf(channels)
  const places = indices.map((index) => {
    const direction = known[index]
    if (direction) return direction
    throw refusal(
      opening,
      `nobody knows where channel "${channels[index]!.label}" lies`,
      'Give it a 10-05 label with a rename node, or a type other than EEG.',
    )
  })
  places.forEach((place, i) => {
    const same = places.findIndex((other, j) => j < i && distance(place, other) < 1e-3)
    if (same < 0) return
    const [a, b] = [same, i].map((at) => channels[indices[at]!]!.label)
    throw refusal(opening, `channels "${a}" and "${b}" lie at the same place`, 'Leave one out.')
  })
  return places
}

export function distance(a: Direction, b: Direction): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** A channel whose values are no longer what a converter gave: its range says nothing any more. */
export function withoutRange({ range: _, ...channel }: Channel): Channel {
  return channel
}
