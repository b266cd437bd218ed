/** The stream of what the auxiliary bytes of a Cyton's packet bear. */
import { type Channel, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import type { CytonOptions } from './options.ts'
import { gPerCount } from './packet.ts'

export const pinLabels = ['D11', 'D12', 'D13', 'D17', 'D18'] as const
const analogLabels = ['A5', 'A6', 'A7']
/** The board's analogue inputs have 10 bits over 3.3 V. */
const voltsPerAnalogCount = 3.3 / 1023

/** @param rateHz of the packets */
export function auxiliaryStream(
  driver: string,
  pins: CytonOptions['pins'],
  rateHz: number,
): Omit<StreamInfo, 'origin'> {
  if (pins === 'accelerometer') {
    return {
      id: `${driver}/accel`,
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
    id: `${driver}/pins`,
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
