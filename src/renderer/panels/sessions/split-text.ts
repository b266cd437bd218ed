/** When the next file of a recording begins, as people write it: "500 MB", "1 h". */
import type { RecordingSettings } from '../../../contract/index.ts'
import { SynapseError } from '../../../signal/index.ts'

const unitBytes: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9 }
const unitSeconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }

export function splitText(split: RecordingSettings['split']): string {
  if (split === null) return ''
  const isSize = 'bytes' in split
  const value = isSize ? split.bytes : split.seconds
  const units = Object.entries(isSize ? unitBytes : unitSeconds).reverse()
  const [unit, factor] =
    units.find(([, each]) => value >= each && value % each === 0) ?? units.at(-1)!
  const named = isSize ? unit.toUpperCase().replace('KB', 'kB') : unit
  return `${value / factor} ${named}`
}

/** Null for nothing. @throws SynapseError bad-option */
export function splitOf(text: string): RecordingSettings['split'] {
  if (text.trim() === '') return null
  const [, number, word = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text.trim().toLowerCase()) ?? []
  const bytes = Number(number) * (unitBytes[word] ?? Number.NaN)
  const seconds = Number(number) * (unitSeconds[word] ?? Number.NaN)
  if (bytes > 0) return { bytes }
  if (seconds > 0) return { seconds }
  throw new SynapseError('bad-option', `the next file after "${text}": no size and no time`, {
    remedy: 'Say 500 MB, 2 GB, 90 s, 30 min or 1 h; or nothing for one file.',
  })
}
