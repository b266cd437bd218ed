/** The words that files use for channel types and units, in ours. */
import type { ChannelType } from '../signal/index.ts'

const types: Readonly<Record<string, ChannelType>> = {
  EEG: 'EEG',
  EXG: 'EEG',
  EOG: 'EOG',
  HEOG: 'EOG',
  VEOG: 'EOG',
  ECG: 'ECG',
  EKG: 'ECG',
  EMG: 'EMG',
  PPG: 'PPG',
  BVP: 'PPG',
  ACC: 'ACCEL',
  ACCEL: 'ACCEL',
  ACCELEROMETER: 'ACCEL',
  GYR: 'GYRO',
  GYRO: 'GYRO',
  GYROSCOPE: 'GYRO',
  TRIG: 'TRIG',
  TRIGGER: 'TRIG',
  STIM: 'TRIG',
  STATUS: 'TRIG',
  MARKER: 'TRIG',
  MARKERS: 'TRIG',
  REF: 'REF',
  TEMP: 'TEMP',
  TEMPERATURE: 'TEMP',
  SYSCLOCK: 'SYSCLOCK',
  MISC: 'MISC',
}

export function channelType(word: string): ChannelType | undefined {
  return types[word.trim().toUpperCase()]
}

const electrode =
  /^(Fp|AFF?|FFC|FFT|FT|FC|FCC|F|TTP|TP|TPP|T|CCP|CPP|CP|C|PPO|PO|POO|P|O|OI|I|N|M|A)(z|\d{1,2}h?)$/i

/**
 * What a label alone says: the EDF standard texts begin with the type (`EEG Fpz-Cz`), and a
 * 10-20, 10-10 or 10-5 name, with or without a reference, is a scalp electrode.
 */
export function channelTypeOfLabel(label: string): ChannelType | undefined {
  const [first = '', ...rest] = label.trim().split(/\s+/)
  const named = rest.length > 0 || first.length > 2 ? channelType(first) : undefined
  if (named) return named
  return electrode.test(first.replace(/\.+$/, '').split('-')[0] ?? '') ? 'EEG' : undefined
}

/** The content type of a stream: that of most of its channels, in the LSL manner. */
export function contentType(channels: readonly { readonly type: ChannelType }[]): string {
  const has = (type: ChannelType) => channels.some((channel) => channel.type === type)
  if (has('EEG')) return 'EEG'
  const first = channels.find((channel) => channel.type !== 'MISC')?.type
  if (!first) return 'Misc'
  return first === 'ACCEL' ? 'ACC' : first
}

const units: Readonly<Record<string, string>> = {
  microvolts: 'uV',
  microvolt: 'uV',
  uv: 'uV',
  muv: 'uV',
  µv: 'uV', // micro sign
  μv: 'uV', // Greek mu
  millivolts: 'mV',
  millivolt: 'mV',
  mv: 'mV',
  nanovolts: 'nV',
  nanovolt: 'nV',
  nv: 'nV',
  volts: 'V',
  volt: 'V',
  v: 'V',
  degc: 'degC',
  '': '1',
}

export function unit(word: string): string {
  const plain = word.trim()
  return units[plain.toLowerCase()] ?? plain
}
