/**
 * Features of one channel's window that share an options field: each a name, a unit and a function.
 * A family of features is a table of these; the node computes those asked for, in that order.
 */
import { type Channel, physicalChannel } from '../../signal/index.ts'
import type { ChannelWork } from './sliding-window.ts'

export interface WindowFeature {
  /** Unit of the value where the channel's unit is `unit`. */
  unit(unit: string): string
  /** Rough cost in nanoseconds. */
  readonly nanoseconds: number
  /** May not change the segment. */
  of(segment: Float64Array): number
}

export const unitless = () => '1'
export const sameUnit = (unit: string) => unit
export const unitSquared = (unit: string) => (unit === '1' ? '1' : `${unit}^2`)

export function workOf(features: readonly WindowFeature[]): ChannelWork {
  return {
    values: features.length,
    nanoseconds: features.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0),
    compute(segment, into, at) {
      for (let i = 0; i < features.length; i++) into[at + i] = features[i]!.of(segment)
    },
  }
}

/** `C3 skewness` for each of `features`, by name. */
export function featureChannels<Name extends string>(
  channel: Channel,
  names: readonly Name[],
  features: Readonly<Record<Name, Pick<WindowFeature, 'unit'>>>,
): Channel[] {
  return names.map((name) =>
    physicalChannel(`${channel.label} ${name}`, 'MISC', features[name].unit(channel.unit)),
  )
}
