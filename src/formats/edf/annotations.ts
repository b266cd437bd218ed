/**
 * Time-stamped annotation lists (TAL) of EDF+: `onset[\x15 duration]\x14 text \x14 … \0`. The first
 * list of a record has an empty text: it says when the record begins.
 */
import { decodeText } from './header.ts'

export interface Annotation {
  /** Seconds since the start in the header. */
  readonly onset: number
  readonly durationSeconds: number
  readonly texts: readonly string[]
}

export interface AnnotationList {
  readonly annotations: readonly Annotation[]
  /** Lists that are no lists. */
  readonly damaged: number
}

const textEnd = 0x14
const durationMark = 0x15

export function readAnnotations(bytes: Uint8Array): AnnotationList {
  const annotations: Annotation[] = []
  let damaged = 0
  for (let from = 0; from < bytes.length; from++) {
    // Most of it, behind the last list.
    if (bytes[from] === 0) continue
    const end = bytes.indexOf(0, from)
    const to = end < 0 ? bytes.length : end
    const annotation = readOne(bytes.subarray(from, to))
    if (annotation) annotations.push(annotation)
    else damaged += 1
    from = to
  }
  return { annotations, damaged }
}

function readOne(bytes: Uint8Array): Annotation | undefined {
  const headEnd = bytes.indexOf(textEnd)
  if (headEnd < 0) return undefined
  const head = bytes.subarray(0, headEnd)
  const mark = head.indexOf(durationMark)
  const onset = readNumber(mark < 0 ? head : head.subarray(0, mark))
  const duration = mark < 0 ? 0 : readNumber(head.subarray(mark + 1))
  if (onset === undefined || duration === undefined) return undefined
  const texts: string[] = []
  for (let from = headEnd + 1; from < bytes.length; ) {
    const to = bytes.indexOf(textEnd, from)
    texts.push(decodeText(bytes.subarray(from, to < 0 ? bytes.length : to)))
    from = to < 0 ? bytes.length : to + 1
  }
  return { onset, durationSeconds: duration, texts }
}

function readNumber(bytes: Uint8Array): number | undefined {
  const text = decodeText(bytes)
  return /^[+-]?\d+(\.\d*)?$/.test(text) ? Number(text) : undefined
}
