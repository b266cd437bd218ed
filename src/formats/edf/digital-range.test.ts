import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { physicalChannel } from '../../signal/index.ts'
import { digitalRange, eightCharacters } from './digital-range.ts'

const whole = (lowest: number, highest: number) => ({
  lowest,
  highest,
  notFinite: 0,
  isWhole: true,
})

describe('the limits of a 24-bit board in BDF+', () => {
  // ±4.5 V at a gain of 24, in microvolts.
  const cyton = 4.5e6 / 24 / (2 ** 23 - 1)

  it('say its scale exactly, and keep its counts', () => {
    const channel = { ...physicalChannel('Fp1', 'EEG', 'uV'), scale: cyton }
    const range = digitalRange(channel, whole(-8_000_000, 8_000_000), 24)
    expect(range.isWhole).toBe(true)
    const { physicalMinimum, physicalMaximum, digitalMinimum, digitalMaximum } = range
    const step =
      (Number(physicalMaximum) - Number(physicalMinimum)) / (digitalMaximum - digitalMinimum)
    expect(Math.abs(step / cyton - 1)).toBeLessThan(1e-10)
  })

  it('stay within a hundredth of a step for any scale, or raw values are not kept as they are', () => {
    const wanted = fc.property(
      fc.double({ min: 1e-6, max: 100, noNaN: true }),
      fc.constantFrom(16 as const, 24 as const),
      (scale, bits) => {
        const channel = { ...physicalChannel('Fp1', 'EEG', 'uV'), scale }
        const most = 2 ** (bits - 2)
        const range = digitalRange(channel, whole(-most, most), bits)
        if (!range.isWhole) return
        for (const [text, digital] of [
          [range.physicalMinimum, range.digitalMinimum],
          [range.physicalMaximum, range.digitalMaximum],
        ] as const) {
          expect(text.length).toBeLessThanOrEqual(8)
          const off = Number(text) / (scale * range.factor) - digital
          expect(Math.abs(off)).toBeLessThanOrEqual(0.0101)
        }
      },
    )
    fc.assert(wanted, { numRuns: 300 })
  })

  it('volts become microvolts: 8 characters would not hold them', () => {
    const channel = { ...physicalChannel('Fp1', 'EEG', 'V'), scale: cyton / 1e6 }
    const range = digitalRange(channel, whole(-8_000_000, 8_000_000), 24)
    expect(range).toMatchObject({ unit: 'uV', factor: 1e6, isWhole: true })
  })
})

it('16 bits of a 24-bit board are laid over the values that there are', () => {
  const channel = { ...physicalChannel('Fp1', 'EEG', 'uV'), scale: 0.02 }
  const range = digitalRange(channel, whole(-100_000, 300_000), 16)
  expect(range).toMatchObject({
    physicalMinimum: '-2000',
    physicalMaximum: '6000',
    digitalMinimum: -32_768,
    digitalMaximum: 32_767,
    isWhole: false,
  })
})

it('limits that were read from a header are written again', () => {
  const channel = {
    ...physicalChannel('Fp1', 'EEG', 'uV', [-8711, 8711]),
    scale: 17_422 / 65_535,
    offset: -8711 + 32_768 * (17_422 / 65_535),
  }
  const range = digitalRange(channel, whole(-500, 500), 16)
  expect(range).toMatchObject({ physicalMinimum: '-8711', physicalMaximum: '8711' })
  expect([range.digitalMinimum, range.digitalMaximum]).toEqual([-32_768, 32_767])
})

it('a constant, nothing at all, and only NaN have a range, too', () => {
  const channel = physicalChannel('x', 'MISC', 'g')
  for (const values of [
    { lowest: 0.1, highest: 0.1, notFinite: 0, isWhole: false },
    {
      lowest: Number.POSITIVE_INFINITY,
      highest: Number.NEGATIVE_INFINITY,
      notFinite: 5,
      isWhole: true,
    },
    { lowest: 1e300, highest: 1e300, notFinite: 0, isWhole: false },
  ]) {
    const { physicalMinimum, physicalMaximum } = digitalRange(channel, values, 16)
    expect(Number(physicalMaximum)).toBeGreaterThan(Number(physicalMinimum))
  }
})

it('eight characters, rounded as asked', () => {
  expect(eightCharacters(-187_500.0223, -1)).toBe('-187501')
  expect(eightCharacters(187_500.0223, 1)).toBe('187500.1')
  expect(eightCharacters(0.1, 0)).toBe('0.1')
  expect(eightCharacters(-0.000_000_1, 0)).toBe('0')
  const wanted = fc.property(
    fc.double({ min: -9_999_998, max: 9_999_998, noNaN: true }),
    (value) => {
      for (const direction of [-1, 0, 1] as const) {
        const text = eightCharacters(value, direction)
        expect(text.length).toBeLessThanOrEqual(8)
        const off = Number(text) - value
        expect(Math.abs(off)).toBeLessThanOrEqual(Math.max(1e-5, Math.abs(value) * 1e-5) * 1.01)
        expect(direction * off).toBeGreaterThanOrEqual(0)
      }
    },
  )
  fc.assert(wanted, { numRuns: 500 })
})
