/** The band powers of one channel, picked out of a stream that holds those of all. */
import type { ViewStream } from '../../../contract/index.ts'

export interface Band {
  readonly name: string
  readonly power: number
  /** Of the sum over all bands: 0 to 1. */
  readonly share: number
  readonly unit: string
}

/** Values come channel by channel, and within a channel band by band. */
export function bandsOf(stream: ViewStream, values: Float32Array, channel: number): Band[] {
  const count = Math.floor(stream.channels.length / stream.sourceChannels.length)
  const source = stream.sourceChannels[channel]
  if (!source || values.length < stream.channels.length) return []
  const first = channel * count
  const own = stream.channels.slice(first, first + count)
  const powers = [...values.subarray(first, first + count)]
  const sum = powers.reduce((total, power) => total + power, 0)
  return own.map(({ label, unit }, i) => ({
    name: label.startsWith(`${source.label} `) ? label.slice(source.label.length + 1) : label,
    power: powers[i]!,
    share: sum > 0 ? powers[i]! / sum : 0,
    unit,
  }))
}
