import { describe, expect, it } from 'vitest'
import { clampWidth, readPreferences } from './preferences.ts'

describe('preferences', () => {
  it('begin with ten seconds per screen when nothing was kept', () => {
    const preferences = readPreferences(null)
    expect(preferences.secondsPerScreen).toBe(10)
    expect(preferences.filters).toBeNull()
  })

  it('survive a restart', () => {
    const chosen = {
      ...readPreferences(null),
      theme: 'light',
      secondsPerScreen: 30,
      microvoltsPerDivision: 50,
      filters: { lowCutHz: 1, highCutHz: null, notchHz: 60, removeBlinks: true },
    }
    expect(readPreferences(JSON.stringify(chosen))).toEqual(chosen)
  })

  it('fall back value by value where what was kept is damaged', () => {
    const kept = {
      theme: 'pink',
      secondsPerScreen: 20,
      devicesWidth: '9',
      filters: { notchHz: 55 },
    }
    const preferences = readPreferences(JSON.stringify(kept))
    expect(preferences.theme).toBe('system')
    expect(preferences.secondsPerScreen).toBe(20)
    expect(preferences.devicesWidth).toBe(264)
    expect(preferences.filters).toBeNull()
    expect(readPreferences('{not json')).toEqual(readPreferences(null))
    expect(readPreferences('null')).toEqual(readPreferences(null))
  })

  it('keep the side panels within reach', () => {
    expect(clampWidth(10)).toBe(220)
    expect(clampWidth(9999)).toBe(480)
  })
})
