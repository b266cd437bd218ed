/** The rows of the live view: every channel of every display stream, in pages. */
import type { ViewStream } from '../../contract/index.ts'

export const rowsPerPage = 64

export interface Row {
  /** Stays the same when the host builds the stream anew. */
  readonly key: string
  readonly device: string
  readonly source: string
  readonly channel: number
  readonly label: string
  readonly type: string
  readonly unit: string
}

/** The streams that show the same device stream in different roles share this. */
export function sourceKey(stream: { device: string; source: string }): string {
  return `${stream.device}|${stream.source}`
}

export function rowsOf(streams: readonly ViewStream[]): Row[] {
  const displayed = streams.filter(({ role }) => role === 'display')
  return displayed.flatMap((stream) =>
    stream.sourceChannels.map(({ label, type, unit }, channel) => ({
      key: `${sourceKey(stream)}|${channel}`,
      device: stream.device,
      source: stream.source,
      channel,
      label,
      type,
      unit,
    })),
  )
}

export function pageCount(rows: number): number {
  return Math.max(1, Math.ceil(rows / rowsPerPage))
}

export function pageOf(rows: readonly Row[], page: number): readonly Row[] {
  return rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage)
}

/** "Channels 65–128 of 384" */
export function pageText(rows: number, page: number): string {
  const last = Math.min(rows, (page + 1) * rowsPerPage)
  return `Channels ${page * rowsPerPage + 1}–${last} of ${rows}`
}
