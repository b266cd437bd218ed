/** What a datagram says: JSON, or lines of numbers between commas, semicolons, blanks or tabs. */
import { readStreamMessage } from '../../network/index.ts'
import type { ValueMessage } from '../_network/value-session.ts'
import type { UdpOptions } from './options.ts'

const columns = { none: -1, first: 0, second: 1 } as const

/** @returns null where it is neither; a line that begins with # says nothing */
export function readDatagram(
  bytes: Uint8Array,
  counter: UdpOptions['counter'],
): ValueMessage | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').trim()
  if (text.startsWith('{') || text.startsWith('[')) return readStreamMessage(text)
  const at = columns[counter]
  const rows: number[][] = []
  let sample = Number.NaN
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#') || line.trim() === '') continue
    const row = line
      .trim()
      .split(/\s*[,;]\s*|\s+/)
      .map(Number)
    const width = row.length - (at < 0 ? 0 : 1)
    const isSound = width > 0 && row.every(Number.isFinite)
    if (!isSound || (rows[0] && width !== rows[0].length)) return null
    const [count = Number.NaN] = at < 0 ? [] : row.splice(at, 1)
    if (rows.length === 0 && Number.isSafeInteger(count) && count >= 0) sample = count
    rows.push(row)
  }
  return { stream: '', labels: null, units: null, type: null, rateHz: null, sample, rows }
}
