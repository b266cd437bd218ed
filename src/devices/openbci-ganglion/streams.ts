/** The streams of a Ganglion. */
import type { Origin, StreamInfo } from '../../signal/index.ts'
import { microvoltsPerCount } from '../_ganglion/converter.ts'
import { gPerCount, rateHz } from './packet.ts'

const countLimit = 2 ** 23

export function ganglionStreams(origin: Origin, labels: readonly string[]) {
  const eeg: StreamInfo = {
    id: 'openbci-ganglion/eeg',
    name: 'Ganglion EEG',
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: labels.map((label) => ({
      label,
      type: 'EEG',
      unit: 'uV',
      scale: microvoltsPerCount,
      offset: 0,
      range: [-countLimit * microvoltsPerCount, (countLimit - 1) * microvoltsPerCount],
    })),
    origin,
  }
  const accel: StreamInfo = {
    id: 'openbci-ganglion/accel',
    name: 'Ganglion accelerometer',
    type: 'ACC',
    sampleFormat: 'int16',
    // An axis with a packet each, now and then: about 10 readings a second.
    nominalRateHz: 0,
    channels: ['X', 'Y', 'Z'].map((label) => ({
      label,
      type: 'ACCEL',
      unit: 'g',
      scale: gPerCount,
      offset: 0,
    })),
    origin,
  }
  return { eeg, accel }
}
