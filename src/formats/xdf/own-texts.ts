/** The JSON rows of our own text streams, read with nothing taken for granted. */
import { type GapReason, gapReasons } from '../../signal/index.ts'
import type { GapNote } from './numbered-timeline.ts'

export interface MarkerDetails {
  readonly durationSeconds: number
  readonly source?: string
  readonly value?: number
}

export function readMarkerDetails(text: string): MarkerDetails | undefined {
  const fields = parse(text)
  if (!fields) return undefined
  const { durationSeconds, source, value } = fields
  return {
    durationSeconds: isNumber(durationSeconds) ? durationSeconds : 0,
    ...(typeof source === 'string' ? { source } : {}),
    ...(isNumber(value) ? { value } : {}),
  }
}

export function readGapNote(
  time: number,
  text: string,
): { readonly stream: string; readonly note: GapNote } | undefined {
  const fields = parse(text)
  if (!fields) return undefined
  const { stream, atSample, lostSamples, exact, reason } = fields
  if (typeof stream !== 'string' || !isCount(atSample) || !isCount(lostSamples)) return undefined
  if (lostSamples === 0 || !Number.isSafeInteger(atSample + lostSamples)) return undefined
  const known = (gapReasons as readonly unknown[]).includes(reason)
  return {
    stream,
    note: {
      time,
      atSample,
      lostSamples,
      exact: exact === true,
      reason: known ? (reason as GapReason) : 'lost',
    },
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
