import { describe, expect, it } from 'vitest'
import * as look from './review-look.ts'

const extent = { from: 100, to: 3700 }
const at = (from: number, seconds: number) => ({ ...look.firstLook, from, seconds })

describe('the stretch that is shown', () => {
  it('never leaves the recording, and is never longer than it', () => {
    expect(look.within(extent, 50, 10)).toEqual({ from: 100, seconds: 10 })
    expect(look.within(extent, 3695, 10)).toEqual({ from: 3690, seconds: 10 })
    expect(look.within(extent, 200, 1e6)).toEqual({ from: 100, seconds: 3600 })
  })

  it('scrolls by a share of the screen', () => {
    expect(look.scrolled(extent, at(200, 10), 0.5).from).toBe(205)
    expect(look.scrolled(extent, at(200, 10), -20).from).toBe(100)
  })

  it('zooms around the pointer', () => {
    const { from, seconds } = look.zoomed(extent, at(1000, 100), 50, 0.8)
    expect(seconds).toBe(50)
    expect(from + 0.8 * seconds).toBeCloseTo(1080)
  })

  it('holds even an empty recording', () => {
    expect(look.within({ from: 0, to: 0 }, 5, 10).from).toBe(0)
  })
})

describe('a time', () => {
  it('is typed as people write it', () => {
    expect(['90', '1:30', '0:01:30.5', '1:00:00'].map(look.parseTime)).toEqual([90, 90, 90.5, 3600])
    expect(['', 'ten', '1:2:3:4', '-5'].map(look.parseTime)).toEqual([null, null, null, null])
  })

  it('is shown as finely as the screen is', () => {
    expect(look.formatTime(3723.456, 60)).toBe('01:02:03')
    expect(look.formatTime(3723.456, 10)).toBe('01:02:03.5')
    expect(look.formatTime(59.96, 10)).toBe('00:01:00.0')
    expect(look.formatTime(1.5, 0.1)).toBe('00:00:01.500')
  })
})

describe('the rows', () => {
  const channels = Array.from({ length: 70 }, (_, i) => ({
    label: `${i}`,
    type: 'EEG',
    unit: 'uV',
  }))
  const rows = look.rowsOfRecording({ streams: [{ id: 'eeg', channels }] } as never)

  it('come in pages, without those that are hidden', () => {
    const hidden = new Set(['eeg|0', 'eeg|1'])
    expect(look.shownRows(rows, { ...look.firstLook, hidden })).toHaveLength(64)
    expect(look.shownRows(rows, { ...look.firstLook, hidden, page: 1 })).toHaveLength(4)
  })

  it('are selected one after the other, over the end of a page', () => {
    const selected = look.movedSelection(rows, { ...look.firstLook, selected: 'eeg|63' }, 1)
    expect(selected).toEqual({ selected: 'eeg|64', page: 1 })
    expect(look.movedSelection(rows, look.firstLook, 1)).toEqual({ selected: 'eeg|0', page: 0 })
  })
})
