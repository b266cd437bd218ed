import { describe, expect, it } from 'vitest'
import * as format from './format.ts'

describe('numbers in the interface', () => {
  it('groups the digits of counts', () => {
    expect(format.formatCount(188010)).toBe('188,010')
    expect(format.formatCount(0)).toBe('0')
  })

  it('writes durations as hours, minutes and seconds', () => {
    expect(format.formatClock(751.9)).toBe('00:12:31')
    expect(format.formatClock(36_000 * 11)).toBe('110:00:00')
    expect(format.formatClock(-1)).toBe('00:00:00')
  })

  it('keeps measured values to three digits', () => {
    expect([0.423, 4.23, 42.3, 423, 42_300].map(format.formatShort)).toEqual([
      '0.42',
      '4.2',
      '42',
      '423',
      '42,300',
    ])
    expect([0.999, 9.97].map(format.formatShort)).toEqual(['1.0', '10'])
    expect(format.formatShort(-4.2)).toBe('\u22124.2')
    expect(format.formatShort(-0.001)).toBe('0.00')
    expect(format.formatShort(Number.NaN)).toBe('–')
  })

  it('writes sizes in decimal units', () => {
    expect(format.formatBytes(999)).toBe('999 B')
    expect(format.formatBytes(1000)).toBe('1.00 kB')
    expect(format.formatBytes(12_345_678)).toBe('12.3 MB')
    expect(format.formatBytes(5e15)).toBe('5000 TB')
  })

  it('says how long the disk lasts, in minutes when it is short', () => {
    expect(format.formatHoursLeft(41.9)).toBe('41 h')
    expect(format.formatHoursLeft(0.6)).toBe('36 min')
    expect(format.formatHoursLeft(1e9)).toBe('> 999 h')
  })

  it('finds the name of a file behind either slash', () => {
    expect(format.fileName('/data/sub-07/run.xdf')).toBe('run.xdf')
    expect(format.fileName('C:\\data\\run.xdf')).toBe('run.xdf')
    expect(format.fileName('run.xdf')).toBe('run.xdf')
  })

  it('writes units as people do', () => {
    expect(['uV', 'uV^2', 'kOhm', 'g', '1'].map(format.formatUnit)).toEqual([
      'µV',
      'µV²',
      'kΩ',
      'g',
      '',
    ])
  })
})
