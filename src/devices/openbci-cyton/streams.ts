/** The streams of a Cyton, with and without a Daisy. */
import { type Channel, type Origin, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { gainOf } from '../_cyton/configuration.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { channelCount, gPerCount, microvoltsPerCount, rateHz } from '../_cyton/packet.ts'

const countLimit = 2 ** 23
export const pinLabels = ['D11', 'D12', 'D13', 'D17', 'D18'] as const
const analogLabels = ['A5', 'A6', 'A7']
/** The board's analogue inputs have 10 bits over 3.3 V. */
const voltsPerAnalogCount = 3.3 / 1023

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
  return { eeg, auxiliary: { ...auxiliaryStream(options.pins), origin } }
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

function auxiliaryStream(pins: CytonOptions['pins']): Omit<StreamInfo, 'origin'> {
  if (pins === 'accelerometer') {
    return {
      id: 'openbci-cyton/accel',
      name: 'Cyton accelerometer',
      type: 'ACC',
      sampleFormat: 'int16',
      // The board sends a value when it has a new one, about 25 times a second.
      nominalRateHz: 0,
      channels: ['X', 'Y', 'Z'].map(
        (label): Channel => ({ label, type: 'ACCEL', unit: 'g', scale: gPerCount, offset: 0 }),
      ),
    }
  }
  const isDigital = pins === 'digital'
  return {
    id: 'openbci-cyton/pins',
    name: isDigital ? 'Cyton digital pins' : 'Cyton analog pins',
    type: isDigital ? 'TRIG' : 'AUX',
    sampleFormat: 'int16',
    nominalRateHz: rateHz,
    channels: isDigital
      ? pinLabels.map((label) => physicalChannel(label, 'TRIG', 'n/a'))
      : analogLabels.map((label) => ({
          ...physicalChannel(label, 'MISC', 'V'),
          scale: voltsPerAnalogCount,
        })),
  }
}
