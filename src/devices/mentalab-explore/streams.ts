/** The streams of an Explore. */
import { type Channel, type Origin, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import type { ExploreOptions } from './options.ts'
import { microvoltsPerCount, orientationScales } from './packet.ts'

const countLimit = 2 ** 23
const axes = ['X', 'Y', 'Z']

export interface SeenExplore {
  readonly channels: number
  readonly rateHz: number
  readonly firmware: string
}

export function exploreStreams(
  address: string,
  { labels }: ExploreOptions,
  { channels, rateHz, firmware }: SeenExplore,
) {
  const origin: Origin = {
    source: 'mentalab-explore',
    manufacturer: 'Mentalab',
    model: `Explore, ${channels} channels`,
    ...(firmware ? { firmware } : {}),
    settings: { address, gain: 6 },
  }
  const scale = microvoltsPerCount
  const exg: StreamInfo = {
    id: 'mentalab-explore/exg',
    name: 'Explore ExG',
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, c) => ({
      ...physicalChannel(labels[c] ?? `ch${c + 1}`, 'EEG', 'uV'),
      scale,
      range: [-countLimit * scale, (countLimit - 1) * scale],
    })),
    origin,
  }
  const orientation: StreamInfo = {
    id: 'mentalab-explore/orientation',
    name: 'Explore orientation',
    type: 'ACC',
    sampleFormat: 'int16',
    // About 20 a second, each in a packet of its own.
    nominalRateHz: 0,
    channels: orientationScales.map(orientationChannel),
    origin,
  }
  return { exg, orientation }
}

function orientationChannel(scale: number, i: number): Channel {
  const of = [
    ['acceleration', 'ACCEL', 'g'],
    ['rotation', 'GYRO', 'deg/s'],
    ['field', 'MISC', 'uT'],
  ] as const
  const [name, type, unit] = of[Math.floor(i / axes.length)]!
  return { ...physicalChannel(`${name} ${axes[i % axes.length]}`, type, unit), scale }
}
