/** Lines of numbers, as a description has them. */
import type { FrameShape } from '../_session/framed-stream.ts'
import type { Column, TextFormat } from './description.ts'
import { textNumber } from './numbers.ts'

const newline = 10
const longestLine = 4096
const secondsPer = { s: 1, ms: 1e-3, us: 1e-6 } as const

export function textShape({ columns, separator, comment }: TextFormat): FrameShape {
  const values = new Float64Array(columns.length)
  const [between, remark] = [separator.charCodeAt(0), comment.charCodeAt(0)]
  const counterAt = columns.findIndex(({ column }) => column === 'counter')
  const timeAt = columns.findIndex(({ column }) => column === 'time')
  const [counter, time] = [columns[counterAt], columns[timeAt]]
  const channels = columns.flatMap(({ column }, i) => (column === 'channel' ? [i] : []))
  return {
    // A guess, to reckon how many lines were lost by what was skipped.
    frameBytes: 6 * columns.length,
    turn: counter?.column === 'counter' ? counter.turn : 0,
    isUnchecked: true,
    measure(bytes, at, end) {
      for (let i = at; i < end; i++) if (bytes[i] === newline) return i + 1 - at
      return end - at < longestLine ? -1 : 0
    },
    kindOf(bytes, at, length) {
      if (bytes[at] === remark || isEmpty(bytes, at, length)) return 'other'
      return readLine(bytes, at, at + length - 1, between, columns, values) ? 'samples' : 'damaged'
    },
    counter: () => (counterAt >= 0 ? values[counterAt]! : Number.NaN),
    decode(_bytes, _at, into, to) {
      for (let c = 0; c < channels.length; c++) into[to + c] = values[channels[c]!]!
    },
    ...(time?.column === 'time'
      ? { deviceTime: () => values[timeAt]! * secondsPer[time.unit] }
      : {}),
  }
}

function isEmpty(bytes: Uint8Array, at: number, length: number): boolean {
  return length === 1 || (length === 2 && bytes[at] === 13)
}

/** Fills `values`; false where the line has not as many numbers as there are columns. */
function readLine(
  bytes: Uint8Array,
  at: number,
  end: number,
  between: number,
  columns: readonly Column[],
  values: Float64Array,
): boolean {
  let from = at
  for (let c = 0; c < columns.length; c++) {
    let to = from
    while (to < end && bytes[to] !== between) to++
    if (to === end && c < columns.length - 1) return false
    const value = textNumber(bytes, from, to)
    if (Number.isNaN(value) && columns[c]!.column !== 'skip') return false
    values[c] = value
    from = to + 1
  }
  return from >= end
}
