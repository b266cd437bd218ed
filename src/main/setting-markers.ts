/** What a change of a device's options is in a recording: a marker for each of them, at its sample. */
import type { Marker } from '../signal/index.ts'

export type Options = Readonly<Record<string, unknown>>

/** Names of those that differ. */
export function changedOptions(before: Options, after: Options): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => textOf(before[name]) !== textOf(after[name]))
}

/** As they stand in a recording: `setting gains 24 → 12`. */
export function settingMarkers(
  before: Options,
  after: Options,
  time: number,
  source: string,
): Marker[] {
  return changedOptions(before, after).map((name) => {
    const value = after[name]
    return {
      time,
      label: `setting ${name} ${textOf(before[name])} → ${textOf(value)}`,
      durationSeconds: 0,
      source,
      ...(typeof value === 'number' ? { value } : {}),
    }
  })
}

/** A list as its items, one that is empty as `none`. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(' ')
  return value === null || value === undefined ? 'none' : String(value)
}
