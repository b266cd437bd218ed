/** What can sit on a WiFi shield. */
import { microvoltsPerCount as cytonMicrovolts } from '../_cyton/packet.ts'
import { microvoltsPerCount as ganglionMicrovolts } from '../_ganglion/converter.ts'

export const boardKinds = ['cyton', 'daisy', 'ganglion'] as const
export type BoardKind = (typeof boardKinds)[number]

export interface BoardTraits {
  readonly model: string
  readonly channels: number
  /** By the digit after `~`. */
  readonly ratesHz: readonly number[]
  /** The counter of its packets runs from 0 to `turn` − 1. */
  readonly turn: number
  /** Samples in one message of JSON at most: what the shield has memory for. */
  readonly mostJsonSamples: number
}

const cytonRates = [16_000, 8000, 4000, 2000, 1000, 500, 250]

export const boards: Readonly<Record<BoardKind, BoardTraits>> = {
  cyton: {
    model: 'Cyton',
    channels: 8,
    ratesHz: cytonRates,
    turn: 256,
    mostJsonSamples: 10,
  },
  daisy: {
    model: 'Cyton + Daisy',
    channels: 16,
    ratesHz: cytonRates,
    turn: 256,
    mostJsonSamples: 6,
  },
  // Its counter is that of the Bluetooth packets, where 0 is a whole sample and 200 follow.
  ganglion: {
    model: 'Ganglion',
    channels: 4,
    ratesHz: [25_600, 12_800, 6400, 3200, 1600, 800, 400, 200],
    turn: 201,
    mostJsonSamples: 10,
  },
}

/** @param gain of the channel; a Ganglion has but one */
export function microvoltsPerCount(kind: BoardKind, gain: number): number {
  return kind === 'ganglion' ? ganglionMicrovolts : cytonMicrovolts(gain)
}

/** The volts per count that the shield's firmware reckons with: written to so many digits there. */
export function shieldNanovoltsPerCount(kind: BoardKind, gain: number): number {
  const digits = kind === 'ganglion' ? 1e14 : 1e15
  return (Math.round(microvoltsPerCount(kind, gain) * 1e-6 * digits) / digits) * 1e9
}
