/** The streams of a Muse. */
import type { Channel, ChannelType, Origin, StreamInfo } from '../../signal/index.ts'
import {
  degreesPerSecondPerCount,
  eegRateHz,
  gPerCount,
  microvoltsPerCount,
  midCount,
  motionRateHz,
  ppgRateHz,
} from './packet.ts'

const electrodes = ['TP9', 'AF7', 'AF8', 'TP10']
const wavelengths = ['ambient', 'infrared', 'red']

const electrode = (label: string, type: ChannelType): Channel => ({
  label,
  type,
  unit: 'uV',
  scale: microvoltsPerCount,
  offset: -midCount * microvoltsPerCount,
  range: [-midCount * microvoltsPerCount, (midCount - 1) * microvoltsPerCount],
})

const axes = (type: ChannelType, unit: string, scale: number): Channel[] =>
  ['X', 'Y', 'Z'].map((label) => ({ label, type, unit, scale, offset: 0 }))

export function museStreams(origin: Origin) {
  const stream = (
    name: string,
    title: string,
    type: string,
    nominalRateHz: number,
    channels: readonly Channel[],
    sampleFormat: 'int16' | 'int32' = 'int16',
  ): StreamInfo => ({
    id: `muse/${name}`,
    name: `Muse ${title}`,
    type,
    sampleFormat,
    nominalRateHz,
    channels,
    origin,
  })
  const light = wavelengths.map(
    (label): Channel => ({
      label,
      type: 'PPG',
      unit: '1',
      scale: 1,
      offset: 0,
      range: [0, 2 ** 24 - 1],
    }),
  )
  return {
    eeg: stream(
      'eeg',
      'EEG',
      'EEG',
      eegRateHz,
      electrodes.map((each) => electrode(each, 'EEG')),
    ),
    aux: stream('aux', 'auxiliary', 'EEG', eegRateHz, [electrode('AUX', 'MISC')]),
    accel: stream('accel', 'accelerometer', 'ACC', motionRateHz, axes('ACCEL', 'g', gPerCount)),
    gyro: stream(
      'gyro',
      'gyroscope',
      'GYRO',
      motionRateHz,
      axes('GYRO', 'deg/s', degreesPerSecondPerCount),
    ),
    ppg: stream('ppg', 'optical sensor', 'PPG', ppgRateHz, light, 'int32'),
  }
}
