/** Impedances as the host notes them in a recording: markers such as `impedance Fp1 5.02 kΩ`. */
import type { RecordedMarker } from '../recording.ts'

export interface Impedance {
  /** Infinite where the electrode was off. */
  readonly kohm: number | 'off'
  /** Since the first sample of the recording; what was measured before stands at its beginning. */
  readonly second: number
}

export interface ImpedancePair {
  readonly electrode: string
  readonly first: Impedance
  /** Null where it was measured once only. */
  readonly last: Impedance | null
}

const pattern = /^impedance (.+) (?:(off)|([\d.]+(?:e[+-]?\d+)?) kΩ)$/

export function impedancesOf(
  markers: readonly RecordedMarker[],
  begin: number,
): readonly ImpedancePair[] {
  const found = new Map<string, Impedance[]>()
  for (const { label, time, value } of markers) {
    const [, electrode, off, text] = pattern.exec(label) ?? []
    if (electrode === undefined) continue
    const measured = { kohm: off ? off : (value ?? Number(text)), second: time - begin }
    found.set(electrode, [...(found.get(electrode) ?? []), measured as Impedance])
  }
  return [...found].map(([electrode, measured]) => ({
    electrode,
    first: measured[0]!,
    last: measured.length > 1 ? measured.at(-1)! : null,
  }))
}
