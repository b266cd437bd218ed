/**
 * What an EDF header says and a recording of ours has no place for. Whose recording it is stays in
 * the file on purpose: what is made of it is pseudonymous, and an export says so.
 */
import type { UnreadFact } from '../recording.ts'
import type { EdfHeader } from './header.ts'

const transducerBytes = 80

/** @param bytes of the whole header */
export function unreadFacts(bytes: Uint8Array, { signals }: EdfHeader): UnreadFact[] {
  const text = (from: number, length: number) =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString('latin1')
      .trim()
  const said = (words: readonly string[]) => words.filter((word) => !/^X?$/.test(word)).length
  const recording = text(88, 80).split(/ +/)
  const isPlus = recording[0] === 'Startdate'
  const transducers = signals.filter(({ isAnnotations }, i) => {
    return !isAnnotations && text(256 + 16 * signals.length + transducerBytes * i, 80) !== ''
  })
  const own = signals.filter(({ isAnnotations }) => !isAnnotations)
  const filters = own.filter(({ prefilter }) => prefilter !== '')
  const isShared = new Set(own.map(({ prefilter }) => prefilter)).size < 2
  const facts: readonly UnreadFact[] = [
    {
      count: said(text(8, 80).split(/ +/)),
      detail: 'what the header says of the subject: code, sex, birthdate, name',
    },
    {
      // The date is read, and so is the equipment, which stands after two other words.
      count: said(isPlus ? recording.filter((_, i) => i > 1 && i !== 4) : recording),
      detail: 'what the header says of the recording: its code, who made it, remarks',
    },
    { count: transducers.length, detail: 'types of transducers' },
    { count: isShared ? 0 : filters.length, detail: 'filters of channels, which differ' },
  ]
  return facts.filter(({ count }) => count > 0)
}
