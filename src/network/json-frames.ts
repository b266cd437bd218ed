/**
 * Streams as JSON, one message each, by UDP or WebSocket:
 *
 *     {"kind": "stream", "stream": "openbci-cyton/eeg", "name": "Cyton EEG", "type": "EEG",
 *      "rateHz": 250, "channels": [{"label": "Fp1", "type": "EEG", "unit": "uV"}, …]}
 *     {"kind": "frames", "stream": "openbci-cyton/eeg", "sample": 1250, "times": [52.1, …],
 *      "frames": [[1.5, −3.25, …], …]}
 *     {"kind": "marker", "label": "go", "value": 3, "durationSeconds": 0, "time": 52.1, "source": "cli"}
 *
 * Values are physical ones, times are seconds on the sender's monotonic clock. What others send is
 * read where it can be: `[1, 2, 3]`, `[[1, 2], [3, 4]]`, or an object with `data` or `values`.
 */
import type { Marker, StreamInfo } from '../signal/index.ts'

/** What a message says of a stream. */
export interface StreamMessage {
  /** Empty where it names none. */
  readonly stream: string
  readonly labels: readonly string[] | null
  readonly units: readonly string[] | null
  readonly type: string | null
  readonly rateHz: number | null
  /** Index of the first row; NaN where it tells none. */
  readonly sample: number
  readonly rows: readonly (readonly number[])[]
}

export function streamText({ id, name, type, nominalRateHz, channels }: StreamInfo): string {
  return JSON.stringify({
    kind: 'stream',
    stream: id,
    name,
    type,
    rateHz: nominalRateHz,
    channels: channels.map(({ label, type: kind, unit }) => ({ label, type: kind, unit })),
  })
}

/** @param digits of a value: nine tell 32-bit floats and counts exactly */
export function framesText(
  stream: string,
  sample: number,
  values: ArrayLike<number>,
  times: ArrayLike<number>,
  frames: number,
  channels: number,
  digits = 9,
): string {
  const rows: number[][] = []
  for (let f = 0; f < frames; f++) {
    const row: number[] = []
    for (let c = 0; c < channels; c++) {
      row.push(Number(values[f * channels + c]!.toPrecision(digits)))
    }
    rows.push(row)
  }
  const stamps = Array.from({ length: frames }, (_, f) => Math.round(times[f]! * 1e6) / 1e6)
  return JSON.stringify({ kind: 'frames', stream, sample, times: stamps, frames: rows })
}

export function markerText(marker: Marker): string {
  return JSON.stringify({ kind: 'marker', ...marker })
}

/** Null where it is none of these; never throws. */
export function readStreamMessage(text: string): StreamMessage | null {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return null
  }
  if (Array.isArray(said)) {
    const rows = rowsOf(said)
    return rows && { ...unsaid, rows }
  }
  if (typeof said !== 'object' || said === null) return null
  const object = said as Record<string, unknown>
  const { kind, stream, sample, sequence, labels, channels, rateHz, type } = object
  if (kind === 'marker') return unsaid
  const described = Array.isArray(channels) ? channels : []
  const rows = rowsOf(object.frames ?? object.data ?? object.values)
  const names = textsOf(labels ?? described.map((each) => each?.label))
  if (!rows && !names) return null
  return {
    stream: typeof stream === 'string' ? stream : '',
    labels: names,
    units: textsOf(described.map((each) => each?.unit)),
    type: kind === 'stream' && typeof type === 'string' ? type : null,
    rateHz: typeof rateHz === 'number' && rateHz >= 0 ? rateHz : null,
    sample: indexOf(sample ?? sequence),
    rows: rows ?? [],
  }
}

const unsaid: StreamMessage = {
  stream: '',
  labels: null,
  units: null,
  type: null,
  rateHz: null,
  sample: Number.NaN,
  rows: [],
}

function indexOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN
}

function textsOf(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  return value.every((each) => typeof each === 'string' && each !== '') ? value : null
}

/** One row, or several of one length. */
function rowsOf(value: unknown): number[][] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const rows = Array.isArray(value[0]) ? value : [value]
  const { length } = rows[0] as unknown[]
  const isSound = rows.every(
    (row) => Array.isArray(row) && row.length === length && row.every((v) => Number.isFinite(v)),
  )
  return isSound && length > 0 ? (rows as number[][]) : null
}
