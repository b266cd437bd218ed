/** Rows of a text stream: `[flag][stamp?]` and, per channel, `[bytes of length][length][UTF-8]`. */
import { readLength } from './chunk-walk.ts'
import { stampBytes } from './encode-rows.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** What `walkTextRows` found; texts are kept only when asked for. */
export interface TextWalk {
  rows: number
  end: number
  lastStamp: number
  badStamps: number
}

export type TextVisitor = (time: number, text: string) => void

/** Finds whole rows in `bytes` from `from` on: at most `maxRows` of them. */
export function walkTextRows(
  walk: TextWalk,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  maxRows: number,
  channels: number,
  periodSeconds: number,
  visit: TextVisitor | null,
): void {
  let position = from
  let row = 0
  for (; row < maxRows && position < bytes.length; row++) {
    const stamped = bytes[position] !== 0
    const values = position + (stamped ? stampBytes : 1)
    if (values > bytes.length) break
    const end = endOfTexts(bytes, values, channels)
    if (end === undefined) break
    const deduced = walk.lastStamp + periodSeconds
    const stamp = stamped ? view.getFloat64(position + 1, true) : deduced
    if (!Number.isFinite(stamp)) walk.badStamps += 1
    walk.lastStamp = Number.isFinite(stamp) ? stamp : deduced
    if (visit) visit(walk.lastStamp, textsOf(bytes, values, channels))
    position = end
  }
  walk.rows = row
  walk.end = position
}

function endOfTexts(bytes: Uint8Array, from: number, channels: number): number | undefined {
  let position = from
  for (let channel = 0; channel < channels; channel++) {
    const length = readLength(bytes, position)
    if (!length) return undefined
    position += length.bytes + length.value
    if (position > bytes.length) return undefined
  }
  return position
}

/** The texts of a row as one, with a comma between channels. */
function textsOf(bytes: Uint8Array, from: number, channels: number): string {
  const texts: string[] = []
  let position = from
  for (let channel = 0; channel < channels; channel++) {
    const length = readLength(bytes, position)!
    position += length.bytes
    texts.push(decoder.decode(bytes.subarray(position, position + length.value)))
    position += length.value
  }
  return texts.join(', ')
}
