/** The rows of the live view: every channel of every display stream, in pages. */
import type { GraphOutput, ViewStream } from '../../contract/index.ts'

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
  /** Of an output of a graph: its name there. */
  readonly output?: string
  /** It is no line. */
  readonly drawn?: NonNullable<ViewStream['drawn']>
}

/** The streams that show the same device stream in different roles share this. */
export function sourceKey(stream: { device: string; source: string }): string {
  return `${stream.device}|${stream.source}`
}

/** @param outputs of graphs, among what the streams show */
export function rowsOf(
  streams: readonly ViewStream[],
  outputs: readonly Pick<GraphOutput, 'key' | 'output'>[] = [],
): Row[] {
  const displayed = streams.filter(({ role }) => role === 'display')
  return displayed.flatMap((stream) => {
    const { device, source, drawn, sourceChannels } = stream
    const output = outputs.find(({ key }) => key === source)?.output
    const same = { device, source, ...(output ? { output } : {}), ...(drawn ? { drawn } : {}) }
    // What an event is worth stands beside it: it needs no row for each value.
    const channels =
      drawn === 'events' ? [{ label: output ?? '', type: '', unit: '1' }] : sourceChannels
    return channels.map(({ label, type, unit }, channel) => ({
      ...same,
      key: `${sourceKey(stream)}|${channel}`,
      channel,
      label,
      type,
      unit,
    }))
  })
}

/** Rows that share a scale: those of a stream in the same unit. */
export function scaleKey({
  device,
  source,
  unit,
}: Pick<Row, 'device' | 'source' | 'unit'>): string {
  return `${device}|${source}|${unit}`
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
