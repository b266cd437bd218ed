import { expect, test } from 'vitest'
import { commandBytes, commandText } from '../_muse/control.ts'
import {
  degreesPerSecondPerCount,
  eegCount,
  encodeEeg,
  gPerCount,
  int16,
  microvoltsPerCount,
  midCount,
  ppgCount,
  telemetryOf,
  uint16,
} from './packet.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const twelve = Array.from({ length: 12 }, (_, i) => i)
const printed = bytesOf('04 d2 80 08 01 7f f0 00 ff f4 00 c0 08 00 80 08 02 7f e8 00')

test('twelve values of 12 bits are read as they were printed', () => {
  expect(uint16(printed, 0)).toBe(1234)
  const microvolts = twelve.map((i) => microvoltsPerCount * (eegCount(printed, 0, i) - midCount))
  expect(microvolts).toEqual([
    0, 0.48828125, -0.48828125, -1000, 999.51171875, -500, 500, 0, 0, 0.9765625, -0.9765625, 0,
  ])
})

test('what the emulator sends is read back, byte for byte', () => {
  expect(
    encodeEeg(
      1234,
      twelve.map((i) => eegCount(printed, 0, i)),
    ),
  ).toEqual(printed)
})

test('commands bear their length with the line feed', () => {
  expect(Buffer.from(commandBytes('v1')).toString('hex')).toBe('0376310a')
  expect(Buffer.from(commandBytes('p21')).toString('hex')).toBe('047032310a')
  expect(commandText(commandBytes('p21'))).toBe('p21')
})

test('light is 24 bits, motion 16 with a sign, big endian', () => {
  const light = bytesOf('00 01 00 00 01 01 00 00 ff ff ff 00 00 00 80 00 00 00 00 02')
  expect([0, 1, 2, 3, 4, 5].map((i) => ppgCount(light, 0, i))).toEqual([
    1, 65536, 16777215, 0, 8388608, 2,
  ])
  expect(int16(bytesOf('c0 00'), 0) * gPerCount).toBe(-1)
  expect(int16(bytesOf('00 64'), 0) * degreesPerSecondPerCount).toBeCloseTo(0.74768, 9)
})

test('telemetry: battery in 512ths of a percent, fuel gauge in steps of 2.2 mV', () => {
  const bytes = bytesOf('00 07 9d 00 07 03 0f a0 00 1d 00 00 00 00 00 00 00 00 00 00')
  expect(telemetryOf(bytes)).toMatchObject({ batteryPercent: 78.5, temperatureCelsius: 29 })
  expect(telemetryOf(bytes).fuelGaugeMillivolts).toBeCloseTo(3949, 9)
})
