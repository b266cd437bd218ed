/** What the painter needs to know of a screenful: where each row stands and how it is scaled. */
import { type Row, scaleKey } from '../frames/rows.ts'
import { unitsPerDivision } from '../frames/steps.ts'

/** A division is a row, but never higher than this: few channels do not make giant waves. */
export const maxDivisionPixels = 96
/** The pen stops so many rows away from its own, and where rows are high after so many pixels. */
const penRows = 4
const penPixels = 72

export interface SceneRow extends Row {
  readonly centreY: number
  readonly pixelsPerUnit: number
  readonly top: number
  readonly bottom: number
}

/** The rows of one device stream: they share a pen. */
export interface Track {
  readonly key: string
  readonly rows: readonly SceneRow[]
  readonly top: number
  readonly bottom: number
}

export interface Scene {
  readonly width: number
  readonly height: number
  /** Device pixels per pixel. */
  readonly ratio: number
  readonly seconds: number
  readonly rowHeight: number
  readonly divisionHeight: number
  readonly tracks: readonly Track[]
  readonly selected: string | null
}

export interface SceneSettings {
  readonly width: number
  readonly height: number
  readonly ratio: number
  readonly secondsPerScreen: number
  readonly microvoltsPerDivision: number
  readonly negativeUp: boolean
  readonly selected: string | null
  /** Units in a division, by `scaleKey`. */
  readonly fits?: Readonly<Record<string, number>>
}

export function sceneOf(rows: readonly Row[], settings: SceneSettings): Scene {
  const { width, height, ratio, negativeUp, microvoltsPerDivision } = settings
  const rowHeight = height / Math.max(1, rows.length)
  const divisionHeight = Math.min(maxDivisionPixels, rowHeight)
  const reach = Math.min(penRows * rowHeight, Math.max(rowHeight, penPixels))
  const groups = new Map<string, { row: Row; at: number }[]>()
  rows.forEach((row, at) => {
    const key = `${row.device}|${row.source}`
    groups.set(key, [...(groups.get(key) ?? []), { row, at }])
  })
  const tracks = [...groups].map(([key, members]): Track => {
    const top = members[0]!.at * rowHeight
    const bottom = (members.at(-1)!.at + 1) * rowHeight
    const sceneRows = members.map(({ row, at }): SceneRow => {
      const centreY = (at + 0.5) * rowHeight
      const fitted = settings.fits?.[scaleKey(row)]
      const perDivision = unitsPerDivision(row.unit, microvoltsPerDivision, fitted)
      return {
        ...row,
        centreY,
        pixelsPerUnit: ((negativeUp ? 1 : -1) * divisionHeight) / perDivision,
        top: Math.max(top, centreY - reach),
        bottom: Math.min(bottom, centreY + reach),
      }
    })
    return { key, rows: sceneRows, top, bottom }
  })
  const { secondsPerScreen: seconds, selected } = settings
  return { width, height, ratio, seconds, rowHeight, divisionHeight, tracks, selected }
}
