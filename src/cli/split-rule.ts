/** `--split 500MB` or `--split 1h`: when the next file of a recording begins. */
import type { SplitRule } from '../sinks/index.ts'
import { badOption } from './command.ts'

const unitBytes: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9 }
const unitSeconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }

/** Smaller files than these are a mistake in the unit. */
const least = { bytes: 100_000, seconds: 1 }

/** @throws SynapseError bad-option */
export function splitRule(command: string, text: string | undefined): SplitRule | null {
  if (text === undefined) return null
  const [, number, word = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text.trim().toLowerCase()) ?? []
  const bytes = Number(number) * (unitBytes[word] ?? Number.NaN)
  const seconds = Number(number) * (unitSeconds[word] ?? Number.NaN)
  if (bytes >= least.bytes) return { bytes }
  if (seconds >= least.seconds) return { seconds }
  throw badOption(command, `--split ${text}: not a size (500MB, 2GB) or a time (90s, 30min, 1h)`)
}
