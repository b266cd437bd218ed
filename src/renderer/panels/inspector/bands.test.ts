import { describe, expect, it } from 'vitest'
import type { ViewStream } from '../../../contract/index.ts'
import { bandsOf } from './bands.ts'

const sourceChannels = ['Fp1', 'Fp2'].map((label) => ({ label, type: 'EEG', unit: 'uV' }))
const stream = {
  role: 'bands',
  sourceChannels,
  channels: ['Fp1 alpha', 'Fp1 beta', 'Fp2 alpha', 'Fp2 beta'].map((label) => ({
    label,
    type: 'MISC',
    unit: 'uV^2',
  })),
} as unknown as ViewStream

describe('band powers', () => {
  it('are those of the channel asked for, with their share of all bands', () => {
    expect(bandsOf(stream, Float32Array.of(1, 2, 6, 2), 1)).toEqual([
      { name: 'alpha', power: 6, share: 0.75, unit: 'uV^2' },
      { name: 'beta', power: 2, share: 0.25, unit: 'uV^2' },
    ])
  })

  it('are none before the first values, and none of a channel that is not there', () => {
    expect(bandsOf(stream, new Float32Array(0), 0)).toEqual([])
    expect(bandsOf(stream, new Float32Array(4), 2)).toEqual([])
  })

  it('have no share of nothing', () => {
    expect(bandsOf(stream, new Float32Array(4), 0)[0]?.share).toBe(0)
  })
})
