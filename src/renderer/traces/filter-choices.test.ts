import { describe, expect, it } from 'vitest'
import { highCutChoices, lowCutChoices } from './filter-choices.ts'

describe('filter choices', () => {
  it('can always be switched off', () => {
    expect(lowCutChoices(0.5)[0]).toEqual({ value: null, text: 'off' })
  })

  it('offer no high cut that the signal is too slow for', () => {
    const values = highCutChoices(45, [250]).map(({ value }) => value)
    expect(values).toEqual([null, 15, 30, 40, 45, 70, 100])
    expect(highCutChoices(45, [250, 1000]).at(-1)?.value).toBe(300)
  })

  it('show a value that another window has chosen', () => {
    expect(lowCutChoices(0.7).map(({ text }) => text)).toContain('0.7 Hz')
    expect(lowCutChoices(null)).toHaveLength(7)
  })
})
