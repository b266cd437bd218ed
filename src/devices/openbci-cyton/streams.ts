/** The streams of a Cyton, with and without a Daisy. */
import type { Channel, Origin, StreamInfo } from '../../signal/index.ts'
import { auxiliaryStream } from '../_cyton/auxiliary-stream.ts'
import { gainOf } from '../_cyton/configuration.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { channelCount, microvoltsPerCount, rateHz } from '../_cyton/packet.ts'

const countLimit = 2 ** 23

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

function eegChannel(label: string, gain: number): Channel {
  const scale = microvoltsPerCount(gain)
  const range = [-countLimit * scale, (countLimit - 1) * scale] as const
  return { label, type: 'EEG', unit: 'uV', scale, offset: 0, range }
}
