/** Every montage as rows of weights over the channels that come in. */
import type { Channel } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { findChannel } from '../_scalp/electrode.ts'
import {
  checkUnits,
  distance,
  namedChannels,
  placesOf,
  type SpatialOpening,
  scalpChannels,
  withoutRange,
} from '../_spatial/channels.ts'
import { unitRow } from '../_spatial/spatial-node.ts'
import type { MontageOptions } from './options.ts'
import { standardisationWeights } from './rest.ts'

export interface Rereferenced {
  /** Indices of the channels that are re-referenced. */
  readonly scalp: readonly number[]
  /** One row for each of them. */
  readonly rows: readonly Float64Array[]
}

type Scheme = (opening: SpatialOpening, options: MontageOptions) => Rereferenced

const earPairs = [
  ['A1', 'A2'],
  ['M1', 'M2'],
  ['TP9', 'TP10'],
] as const

export const schemes: Readonly<Record<Exclude<MontageOptions['scheme'], 'bipolar'>, Scheme>> = {
  average(opening, options) {
    const scalp = scalpChannels(opening, 2)
    return against(opening, scalp, counted(opening, scalp, options, 2))
  },

  'linked-ears'(opening) {
    const { channels } = opening.input
    for (const pair of earPairs) {
      const ears = pair.map((label) => findChannel(channels, label))
      if (ears.every((index) => index >= 0))
        return against(opening, scalpChannels(opening, 1), ears)
    }
    throw refusal(
      opening,
      `"${opening.input.name}" has none of the pairs ${earPairs.map((pair) => pair.join('/')).join(', ')}`,
      'Name the ear channels so with a rename node, or use scheme channels.',
    )
  },

  channels(opening, { references }) {
    if (!references.length) {
      throw refusal(opening, 'references is empty', 'Name at least one reference channel.')
    }
    const chosen = namedChannels(opening, 'references', references)
    return against(opening, scalpChannels(opening, 1), chosen)
  },

  /** Hjorth (1975): against the plain mean of the nearest electrodes. */
  laplacian(opening, options) {
    const scalp = scalpChannels(opening, 2)
    const places = placesOf(opening, scalp)
    const fit = new Set(counted(opening, scalp, options, options.neighbours + 1))
    const rows = scalp.map((index, at) => {
      const others = scalp
        .map((other, i) => ({ other, far: distance(places[at]!, places[i]!) }))
        .filter(({ other }) => other !== index && fit.has(other))
        .sort((a, b) => a.far - b.far || a.other - b.other)
        .slice(0, options.neighbours)
        .map(({ other }) => other)
      return minusMean(unitRow(opening.input, index), others)
    })
    return { scalp, rows }
  },

  rest(opening, options) {
    const scalp = scalpChannels(opening, 4)
    const used = counted(opening, scalp, options, 4)
    const shift = standardisationWeights(placesOf(opening, used))
    const rows = scalp.map((index) => {
      const row = minusMean(unitRow(opening.input, index), used)
      used.forEach((other, i) => {
        row[other] = row[other]! + shift[i]!
      })
      return row
    })
    return { scalp, rows }
  },
}

/** Pairs first, then the channels that are neither EEG nor in a pair, as they are. */
export function bipolar(
  opening: SpatialOpening,
  { pairs }: MontageOptions,
): { channels: Channel[]; matrix: Float64Array[] } {
  const { input } = opening
  if (!pairs.length) throw refusal(opening, 'pairs is empty', 'Give at least one pair of channels.')
  const chosen = pairs.map((pair) => namedChannels(opening, 'pairs', pair))
  const differences = chosen.map(([plus, minus]) => {
    if (plus === minus) {
      const { label } = input.channels[plus!]!
      throw refusal(opening, `pairs: "${label}" stands against itself`, 'Name two channels.')
    }
    checkUnits(opening, [plus!, minus!])
    return minusMean(unitRow(input, plus!), [minus!])
  })
  const labelled = chosen.map(([plus, minus]): Channel => {
    const { position: _, ...channel } = withoutRange(input.channels[plus!]!)
    return { ...channel, label: `${channel.label}-${input.channels[minus!]!.label}` }
  })
  const used = new Set(chosen.flat())
  const others = input.channels.flatMap(({ type }, i) => (type === 'EEG' || used.has(i) ? [] : [i]))
  return {
    channels: [...labelled, ...others.map((index) => input.channels[index]!)],
    matrix: [...differences, ...others.map((index) => unitRow(input, index))],
  }
}

function against(
  opening: SpatialOpening,
  scalp: readonly number[],
  references: readonly number[],
): Rereferenced {
  checkUnits(opening, [...scalp, ...references])
  return {
    scalp,
    rows: scalp.map((index) => minusMean(unitRow(opening.input, index), references)),
  }
}

function minusMean(row: Float64Array, of: readonly number[]): Float64Array {
  for (const index of of) row[index] = row[index]! - 1 / of.length
  return row
}

/** @throws SynapseError graph-invalid when fewer than `fewest` are left without the bad ones */
function counted(
  opening: SpatialOpening,
  scalp: readonly number[],
  { exclude }: MontageOptions,
  fewest: number,
): number[] {
  const bad = new Set(namedChannels(opening, 'exclude', exclude))
  const left = scalp.filter((index) => !bad.has(index))
  if (left.length >= fewest) return left
  throw refusal(
    opening,
    `${left.length} EEG channels are left, and ${fewest} are needed`,
    'Exclude fewer, or ask for fewer neighbours.',
  )
}
