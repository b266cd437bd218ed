import { describe, expect, it } from 'vitest'
import type { ViewStream } from '../../contract/index.ts'
import { pageCount, pageOf, pageText, rowsOf, scaleKey } from './rows.ts'

function stream(role: ViewStream['role'], source: string, labels: string[]): ViewStream {
  const sourceChannels = labels.map((label) => ({ label, type: 'EEG', unit: 'uV' }))
  return {
    number: 1,
    role,
    device: 'd',
    source,
    sourceRateHz: 250,
    sourceChannels,
    rateHz: 100,
    channels: [],
  }
}

describe('rows', () => {
  it('are the channels of the display streams, in their order', () => {
    const rows = rowsOf([
      stream('display', 'eeg', ['Fp1', 'Fp2']),
      stream('quality', 'eeg', ['Fp1', 'Fp2']),
      stream('display', 'aux', ['X']),
    ])
    expect(rows.map(({ label }) => label)).toEqual(['Fp1', 'Fp2', 'X'])
    expect(rows.map(({ key }) => key)).toEqual(['d|eeg|0', 'd|eeg|1', 'd|aux|0'])
  })

  it('of a graph say which output they are; its events share one', () => {
    const outputs = [
      { key: 'graph g/bands', output: 'bands' },
      { key: 'graph g/peaks', output: 'peaks' },
    ]
    const steps = {
      ...stream('display', 'graph g/bands', ['alpha', 'beta']),
      drawn: 'steps' as const,
    }
    const events = {
      ...stream('display', 'graph g/peaks', ['at', 'peak']),
      drawn: 'events' as const,
    }
    const rows = rowsOf([steps, events], outputs)
    expect(rows.map(({ label, output, drawn }) => [label, output, drawn])).toEqual([
      ['alpha', 'bands', 'steps'],
      ['beta', 'bands', 'steps'],
      ['peaks', 'peaks', 'events'],
    ])
    expect(scaleKey(rows[0]!)).toBe(scaleKey(rows[1]!))
  })

  it('come in pages of 64', () => {
    const rows = rowsOf([
      stream(
        'display',
        'eeg',
        Array.from({ length: 130 }, (_, i) => `${i}`),
      ),
    ])
    expect(pageCount(rows.length)).toBe(3)
    expect(pageOf(rows, 2).map(({ label }) => label)).toEqual(['128', '129'])
    expect(pageText(130, 1)).toBe('Channels 65–128 of 130')
    expect(pageText(130, 2)).toBe('Channels 129–130 of 130')
    expect(pageCount(0)).toBe(1)
  })
})
