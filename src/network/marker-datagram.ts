/**
 * One datagram, one marker: a plain text, or a JSON object
 * `{"label": "go", "value": 3, "durationSeconds": 0.5, "time": 812.25, "source": "task"}`
 * of which only `label` or `value` must be there.
 */
import { z } from 'zod'
import type { Marker } from '../signal/index.ts'

const longestText = 200
/** A sender that knows our clock may tell of what was a moment ago, but not of what is to come. */
const oldestSeconds = 60
const earlySeconds = 0.01

const text = z.string().trim().min(1).max(longestText)
const markerSchema = z
  .strictObject({
    label: text.optional(),
    value: z.number().optional(),
    durationSeconds: z.number().min(0).max(86_400).default(0),
    /** Seconds on this machine's monotonic clock. */
    time: z.number().optional(),
    source: text.optional(),
  })
  .refine(({ label, value }) => label !== undefined || value !== undefined, 'no label, no value')

/**
 * @param source of the way it came
 * @returns the marker, or why it is none
 */
export function readMarker(bytes: Uint8Array, hostTime: number, source: string): Marker | string {
  const said = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').trim()
  if (!said.startsWith('{')) {
    const label = text.safeParse(said)
    if (!label.success) return said ? `its text is longer than ${longestText}` : 'it is empty'
    return { time: hostTime, label: label.data, durationSeconds: 0, source }
  }
  const parsed = markerSchema.safeParse(json(said))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') || 'its JSON'}: ${issue?.message}`
  }
  const { label, value, durationSeconds, time = hostTime, source: by } = parsed.data
  if (time > hostTime + earlySeconds || time < hostTime - oldestSeconds) {
    return `its time ${time} is not on this machine's clock, which stands at ${hostTime.toFixed(3)}`
  }
  return {
    time,
    label: label ?? String(value),
    durationSeconds,
    source: by ? `${source}/${by}` : source,
    ...(value === undefined ? {} : { value }),
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
