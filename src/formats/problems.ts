/**
 * Faults found in a file while reading it. They are values, not exceptions: what can be read is
 * read. The same fault again and again is one problem with a count.
 */

/** code → what it means for the reader of the file. */
const problemTable = {
  truncated: 'the file ends in the middle of something; all that is whole was read',
  'damaged-chunk': 'bytes are damaged; reading went on where the file makes sense again',
  'unknown-chunk': 'a part of unknown kind was skipped',
  'orphan-samples': 'samples of a stream without a description were skipped',
  'bad-header': 'a description is damaged',
  'foreign-characters': 'a text has characters that the format has none of, such as µ; it was read',
  'duplicate-stream': 'a stream is described twice; the first description holds',
  'bad-time': 'a time stamp is not a possible time',
  'time-reversed': 'time goes backwards',
  'bad-clock-offset': 'a clock measurement is not a number and was ignored',
  'inexact-integers': '64-bit integers beyond 2^53 lose their last digits',
  'unpaired-clock': 'samples without their row of raw times',
  'gap-mismatch': 'a noted gap contradicts the sample indices',
  'unexplained-gap': 'samples are missing, and the recorder did not miss them',
  'account-mismatch': 'there is not what the account at the end says',
  'too-many': 'more than a reader can keep; the rest was left out',
  'unknown-record-count': 'the number of records is not in the header and was computed',
  'trailing-bytes': 'bytes after the last record were ignored',
  'duplicate-label': 'channels of the same name were numbered',
  'bad-scaling': 'physical values cannot be computed for a channel; raw values are given',
  'bad-annotation': 'an annotation is damaged',
  'overlapping-records': 'a record begins before the previous one ends',
  'bad-row': 'a row is not a sample and was skipped',
  'bad-sample-index': 'a sample index is none that the board can send',
  'unknown-layout': 'the meaning of the columns is not known',
  'missing-part': 'a file that belongs to the recording is not beside it',
  'unknown-gap': 'the recording stopped and went on; for how long is not known',
  'checksum-mismatch': 'bytes are not those that were written; what stands there may be wrong',
  'damaged-checksums': 'the file of checksums is damaged; what it vouched for is in doubt',
  'not-closed': 'the recording was not closed; what came last has no checksum',
  'rate-inferred': 'the file does not say its sampling rate; it was measured',
} as const

export type ProblemCode = keyof typeof problemTable

/** Oddities that cost no data. */
const harmlessCodes: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'duplicate-label',
  'duplicate-stream',
  'foreign-characters',
  'inexact-integers',
  'not-closed',
  'rate-inferred',
  'unknown-layout',
])

export function isHarmless({ code }: Problem): boolean {
  return harmlessCodes.has(code)
}

export interface Problem {
  readonly code: ProblemCode
  readonly message: string
}

export class ProblemLog {
  readonly #found = new Map<string, { code: ProblemCode; first: string; count: number }>()

  /**
   * @param detail where and what; of several with the same code and subject the first is kept
   * @param subject the stream or part concerned
   */
  note(code: ProblemCode, detail: string, subject = ''): void {
    const key = `${code}\n${subject}`
    const known = this.#found.get(key)
    if (known) known.count += 1
    else if (this.#found.size < maxKinds) this.#found.set(key, { code, first: detail, count: 1 })
  }

  get any(): boolean {
    return this.#found.size > 0
  }

  list(): Problem[] {
    return [...this.#found.values()].map(({ code, first, count }) => ({
      code,
      message: count === 1 ? first : `${first}, and ${count - 1} more`,
    }))
  }
}

/** A file of nothing but faults must not fill the memory with their descriptions. */
const maxKinds = 200
