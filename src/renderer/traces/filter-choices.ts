/** The cuts that can be chosen, and never one that the signal is too slow for. */
import { montages, type ViewSettings } from '../../contract/index.ts'
import type { ChoiceOption } from '../ui/choice.tsx'

const off = { value: null, text: 'off' } as const
const lowCuts = [0.1, 0.3, 0.5, 1, 2, 5]
const highCuts = [15, 30, 40, 45, 70, 100, 150, 200, 300, 500, 1000]
/** The host leaves out a cut that comes closer to half the sampling rate. */
const nyquistShare = 0.9

const montageWords: Readonly<Record<ViewSettings['montage'], string>> = {
  recorded: 'recorded',
  average: 'average',
  'linked-ears': 'linked ears',
  laplacian: 'Laplacian',
  rest: 'REST',
}

export const montageChoices: readonly ChoiceOption<ViewSettings['montage']>[] = montages.map(
  (value) => ({ value, text: montageWords[value] }),
)

export const notchChoices: readonly ChoiceOption<ViewSettings['notchHz']>[] = [
  off,
  { value: 50, text: '50 Hz' },
  { value: 60, text: '60 Hz' },
]

/** @param current stands in the list even if another window has chosen a value of its own */
export function lowCutChoices(current: number | null): ChoiceOption<number | null>[] {
  return choices(lowCuts, current)
}

/** @param ratesHz of the streams that are filtered: no cut is higher than the fastest of them can have */
export function highCutChoices(
  current: number | null,
  ratesHz: readonly number[],
): ChoiceOption<number | null>[] {
  const limit = ratesHz.length
    ? (Math.max(...ratesHz) / 2) * nyquistShare
    : Number.POSITIVE_INFINITY
  return choices(
    highCuts.filter((hertz) => hertz < limit),
    current,
  )
}

function choices(values: readonly number[], current: number | null): ChoiceOption<number | null>[] {
  const all = current === null ? values : [...new Set([...values, current])]
  const ordered = [...all].sort((a, b) => a - b)
  return [off, ...ordered.map((value) => ({ value, text: `${value} Hz` }))]
}
