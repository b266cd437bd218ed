/**
 * What a Muse (2014 to 2016, 2, S) says. Every notification but the control's is 20 bytes, big
 * endian, and begins with a counter of 16 bits that is shared by what was sampled together.
 *
 * | characteristic     | bytes 2 to 19                    | rate                        |
 * |--------------------|----------------------------------|-----------------------------|
 * | 0003 … 0007 EEG    | 12 × 12 bits, MSB first          | 256 Hz, one per electrode   |
 * | 0009 gyroscope     | 3 × (x, y, z) int16              | 52 Hz                       |
 * | 000a accelerometer | 3 × (x, y, z) int16              | 52 Hz                       |
 * | 000f … 0011 PPG    | 6 × uint24                       | 64 Hz, one per wavelength   |
 * | 000b telemetry     | battery, fuel gauge, ADC, °C     | every 10 s or so            |
 */
import { museCharacteristic } from '../_muse/control.ts'

export const packetBytes = 20
export const eegRateHz = 256
export const motionRateHz = 52
export const ppgRateHz = 64
export const eegPerPacket = 12
export const motionPerPacket = 3
export const ppgPerPacket = 6
/** µV = scale × count + offset */
export const microvoltsPerCount = 0.48828125
export const midCount = 2048
export const gPerCount = 1 / 16384
export const degreesPerSecondPerCount = 0.0074768

const characteristic = museCharacteristic
export const uuids = {
  /** TP9, AF7, AF8, TP10 */
  eeg: ['03', '04', '05', '06'].map(characteristic),
  aux: characteristic('07'),
  gyroscope: characteristic('09'),
  accelerometer: characteristic('0a'),
  telemetry: characteristic('0b'),
  /** Ambient, infrared, red */
  ppg: ['0f', '10', '11'].map(characteristic),
} as const

export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

export function int16(bytes: Uint8Array, at: number): number {
  return (uint16(bytes, at) << 16) >> 16
}

/** Value `i` of 12, 0 to 4095. `at` is where the notification begins. */
export function eegCount(bytes: Uint8Array, at: number, i: number): number {
  const from = at + 2 + ((i * 3) >> 1)
  return i & 1
    ? ((bytes[from]! & 15) << 8) | bytes[from + 1]!
    : (bytes[from]! << 4) | (bytes[from + 1]! >> 4)
}

export function encodeEeg(sequence: number, counts: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(packetBytes)
  new DataView(bytes.buffer).setUint16(0, sequence)
  for (let i = 0; i < eegPerPacket; i += 2) {
    const [a, b] = [counts[i]!, counts[i + 1]!]
    const at = 2 + (i * 3) / 2
    bytes[at] = a >> 4
    bytes[at + 1] = ((a & 15) << 4) | (b >> 8)
    bytes[at + 2] = b & 255
  }
  return bytes
}

/** Value `i` of 6. */
export function ppgCount(bytes: Uint8Array, at: number, i: number): number {
  const from = at + 2 + i * 3
  return (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!
}

export interface Telemetry {
  readonly batteryPercent: number
  readonly fuelGaugeMillivolts: number
  readonly temperatureCelsius: number
}

export function telemetryOf(bytes: Uint8Array): Telemetry {
  return {
    batteryPercent: uint16(bytes, 2) / 512,
    fuelGaugeMillivolts: uint16(bytes, 4) * 2.2,
    temperatureCelsius: uint16(bytes, 8),
  }
}
