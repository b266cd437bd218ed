/** The streams of a Cyton, with and without a Daisy. */
import type { Channel, Origin, StreamInfo } from '../../signal/index.ts'
import { auxiliaryStream } from '../_cyton/auxiliary-stream.ts'
import { gainOf } from '../_cyton/configuration.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { channelCount, microvoltsPerCount, rateHz } from '../_cyton/packet.ts'

const countLimit = 2 ** 23
/**
 * One count of the stream at any gain: so its scale holds for the whole of a recording, although
 * gains are changed meanwhile. The gains divide this one: the converter's counts stay whole.
 */
export const finestGain = 24

export interface CytonStreams {
  readonly eeg: StreamInfo
  readonly auxiliary: StreamInfo
}

export function cytonStreams(
  address: string,
  firmware: string,
  options: CytonOptions,
  hasDaisy = false,
): CytonStreams {
  const channels = hasDaisy ? 2 * channelCount : channelCount
  const given = Array.from({ length: channels }, (_, channel) => gainOf(options, channel))
  const origin: Origin = {
    source: 'openbci-cyton',
    manufacturer: 'OpenBCI',
    model: hasDaisy ? 'Cyton + Daisy' : 'Cyton',
    firmware,
    settings: {
      gain: new Set(given).size === 1 ? given[0]! : given.join(','),
      reference: 'SRB2',
      address,
      ...(options.testSignal === 'none' ? {} : { testSignal: options.testSignal }),
      ...inputsNamed({ off: options.off, outOfBias: options.outOfBias, bipolar: options.bipolar }),
    },
  }
  const eeg: StreamInfo = {
    id: 'openbci-cyton/eeg',
    name: 'Cyton EEG',
    type: 'EEG',
    sampleFormat: 'int32',
    // Over the radio board and Daisy take turns.
    nominalRateHz: hasDaisy ? rateHz / 2 : rateHz,
    channels: given.map((gain, channel) => eegChannel(labelOf(options, channel), gain)),
    origin,
  }
  return { eeg, auxiliary: { ...auxiliaryStream('openbci-cyton', options.pins, rateHz), origin } }
}

/** A user who named eight finds the usual names at the Daisy. */
function labelOf({ labels }: CytonOptions, channel: number): string {
  return labels[channel] ?? cytonOptions.parse({}).labels[channel]!
}

/** Of each list that is not empty. */
function inputsNamed(lists: Record<string, readonly number[]>): Record<string, string> {
  const given = Object.entries(lists).filter(([, inputs]) => inputs.length > 0)
  return Object.fromEntries(given.map(([name, inputs]) => [name, inputs.join(',')]))
}

function eegChannel(label: string, gain: number): Channel {
  const scale = microvoltsPerCount(finestGain)
  const converted = microvoltsPerCount(gain)
  const range = [-countLimit * converted, (countLimit - 1) * converted] as const
  return { label, type: 'EEG', unit: 'uV', scale, offset: 0, range }
}
