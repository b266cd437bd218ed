/** The streams of a Muse S Athena, of which kind and how wide is learnt from what it sends. */
import type { Channel, Origin, StreamInfo } from '../../signal/index.ts'
import {
  degreesPerSecondPerCount,
  gPerCount,
  lightPerCount,
  microvoltsPerCount,
  midCount,
  rateOf,
  type Sensor,
} from './packet.ts'

const electrodes = ['TP9', 'AF7', 'AF8', 'TP10', 'AUX1', 'AUX2', 'AUX3', 'AUX4']
/** Left and right, outer and inner sensor; 730 nm, 850 nm, red, none. */
const lights =
  'LO_NIR RO_NIR LO_IR RO_IR LI_NIR RI_NIR LI_IR RI_IR LO_RED RO_RED LO_AMB RO_AMB LI_RED RI_RED LI_AMB RI_AMB'.split(
    ' ',
  )

/** Undefined for a sensor that makes no stream. */
export function athenaStream({ kind, channels }: Sensor, origin: Origin): StreamInfo | undefined {
  const stream = (
    name: string,
    title: string,
    type: string,
    nominalRateHz: number,
    all: readonly Channel[],
    sampleFormat: 'int16' | 'int32' = 'int16',
  ): StreamInfo => ({
    id: `muse-athena/${name}`,
    name: `Athena ${title}`,
    type,
    sampleFormat,
    nominalRateHz,
    channels: all,
    origin,
  })
  if (kind === 'eeg') {
    return stream('eeg', 'EEG', 'EEG', rateOf.eeg, electrodes.slice(0, channels).map(electrode))
  }
  if (kind === 'motion') return stream('motion', 'motion', 'IMU', rateOf.motion, motion())
  if (kind !== 'light') return undefined
  const labels = channels === 4 ? lights.slice(4, 8) : lights.slice(0, channels)
  return stream('light', 'optical sensors', 'PPG', rateOf.light, labels.map(light), 'int32')
}

const electrode = (label: string, i: number): Channel => ({
  label,
  type: i < 4 ? 'EEG' : 'MISC',
  unit: 'uV',
  scale: microvoltsPerCount,
  offset: -midCount * microvoltsPerCount,
  range: [-midCount * microvoltsPerCount, (midCount - 1) * microvoltsPerCount],
})

const light = (label: string): Channel => ({
  label,
  type: 'PPG',
  unit: '1',
  scale: lightPerCount,
  offset: 0,
  range: [0, (2 ** 20 - 1) * lightPerCount],
})

function motion(): Channel[] {
  const axes = (type: 'ACCEL' | 'GYRO', unit: string, scale: number) =>
    ['X', 'Y', 'Z'].map(
      (axis): Channel => ({ label: `${type} ${axis}`, type, unit, scale, offset: 0 }),
    )
  return [...axes('ACCEL', 'g', gPerCount), ...axes('GYRO', 'deg/s', degreesPerSecondPerCount)]
}
