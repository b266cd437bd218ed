/** Flows, lags and policies in words. */
import type { EdgeMeter, GraphEdge, GraphFlow } from '../../../contract/index.ts'
import { formatBytes, formatCount, formatMilliseconds, formatShort } from '../../ui/format.ts'

/** "EEG, 8 channels at 250 Hz" */
export function flowWords({ type, rateHz, channels }: GraphFlow): string {
  const many = channels.length === 1 ? '1 channel' : `${channels.length} channels`
  return `${type}, ${many}, ${rateHz > 0 ? `${formatShort(rateHz)} Hz` : 'irregular'}`
}

/** "EEG 8 × 250 Hz": as much as has room in a box. */
export function shortFlow({ type, rateHz, channels }: GraphFlow): string {
  return `${type} ${channels.length} × ${rateHz > 0 ? `${formatShort(rateHz)} Hz` : 'now and then'}`
}

/** Seconds, or milliseconds where it is less than one. */
export function formatLag(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  return seconds < 120 ? `${formatShort(seconds)} s` : `${formatCount(seconds / 60)} min`
}

/** Of a watermark. */
export function behindWords(seconds: number | null): string {
  return seconds === null ? '–' : `${formatLag(seconds)} behind now`
}

/** 0.004 → "4 µs", 0.48 → "0.48 ms" */
export function formatTook(milliseconds: number): string {
  if (milliseconds < 0.0995) return `${Math.round(milliseconds * 1000)} µs`
  return `${formatMilliseconds(milliseconds)} ms`
}

/** Per second; "–" where nothing is known yet. */
export function formatPerSecond(value: number): string {
  return Number.isNaN(value) ? '–' : formatShort(value)
}

const policyWords = { block: 'block', 'drop-oldest': 'drop oldest', spill: 'spill' } as const

/** "12 of 1,000 · block" */
export function queueWords(
  { policy, holdsFrames }: NonNullable<GraphEdge['queue']>,
  meter: EdgeMeter['queue'] | undefined,
): string {
  const waiting = formatCount(meter?.waitingFrames ?? 0)
  const words = [`${waiting} of ${formatCount(holdsFrames)} wait`, policyWords[policy]]
  if (meter && meter.droppedFrames > 0) words.push(`${formatCount(meter.droppedFrames)} dropped`)
  if (meter && meter.spilledFrames > 0) {
    words.push(`${formatCount(meter.spilledFrames)} spilled`)
    if (meter.spilledBytes > 0) words.push(`${formatBytes(meter.spilledBytes)} on the disk`)
  }
  return words.join(' · ')
}
