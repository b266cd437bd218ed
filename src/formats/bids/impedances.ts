/** What a recording says of its electrodes' contact: its markers `impedance Fp1 5.02 kΩ`. */
import type { RecordedMarker } from '../recording.ts'

/** Of every electrode the last one, in kΩ; null where the electrode was off. */
export function recordedImpedances(
  markers: readonly RecordedMarker[],
): ReadonlyMap<string, number | null> {
  const found = new Map<string, number | null>()
  for (const { label, value } of markers) {
    const [, electrode, text] = /^impedance (.+) (off|[\d.]+(?:e[+-]?\d+)? kΩ)$/.exec(label) ?? []
    if (electrode === undefined || text === undefined) continue
    found.set(electrode, text === 'off' ? null : (value ?? Number.parseFloat(text)))
  }
  return found
}
