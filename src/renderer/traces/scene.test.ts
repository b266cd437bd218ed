import { describe, expect, it } from 'vitest'
import type { Row } from '../frames/rows.ts'
import { sceneOf } from './scene.ts'

function row(source: string, channel: number, unit = 'uV'): Row {
  const key = `d|${source}|${channel}`
  return { key, device: 'd', source, channel, label: `${channel}`, type: 'EEG', unit }
}

const settings = {
  width: 800,
  height: 640,
  ratio: 1,
  secondsPerScreen: 10,
  microvoltsPerDivision: 100,
  negativeUp: false,
  selected: null,
}

describe('a scene', () => {
  it('shares the height among the rows, and makes a row one division', () => {
    const rows = Array.from({ length: 64 }, (_, i) => row('eeg', i))
    const scene = sceneOf(rows, settings)
    expect(scene.rowHeight).toBe(10)
    expect(scene.tracks[0]!.rows[63]!.centreY).toBe(635)
    expect(scene.tracks[0]!.rows[0]!.pixelsPerUnit).toBeCloseTo(-0.1)
  })

  it('does not blow up a single channel to the whole height', () => {
    const scene = sceneOf([row('eeg', 0)], settings)
    expect(scene.divisionHeight).toBe(96)
    expect(scene.tracks[0]!.rows[0]!.centreY).toBe(320)
  })

  it('keeps a wild channel near its own row', () => {
    const reach = (count: number, at: number) => {
      const rows = Array.from({ length: count }, (_, i) => row('eeg', i))
      const { centreY, top, bottom } = sceneOf(rows, settings).tracks[0]!.rows[at]!
      return [centreY - top, bottom - centreY]
    }
    expect(reach(64, 32)).toEqual([40, 40])
    expect(reach(16, 8)).toEqual([72, 72])
    expect(reach(4, 2)).toEqual([160, 160])
  })

  it('draws negative up where that is asked for', () => {
    const scene = sceneOf([row('eeg', 0)], { ...settings, negativeUp: true })
    expect(scene.tracks[0]!.rows[0]!.pixelsPerUnit).toBeGreaterThan(0)
  })

  it('gives every device stream a pen and a band of its own', () => {
    const { tracks } = sceneOf([row('eeg', 0), row('eeg', 1), row('aux', 0, 'g')], settings)
    expect(tracks.map(({ key }) => key)).toEqual(['d|eeg', 'd|aux'])
    expect(tracks[1]!.top).toBeCloseTo(tracks[0]!.bottom)
    expect(tracks[1]!.rows[0]!.pixelsPerUnit).toBe(-96)
  })
})
