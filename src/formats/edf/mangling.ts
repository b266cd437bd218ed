/**
 * EDF files that went through a program for text: every line feed made two bytes, or every byte
 * beyond ASCII re-encoded. The header survives that and all samples are wrong, even where the
 * length happens to be right, so such a file must not be read as if it were sound.
 */
import { SynapseError } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import { bytesAt } from './bytes-at.ts'
import type { EdfHeader } from './header.ts'

/** So much of the samples is looked at, unless they are known to be sound before. */
const sampleBytes = 1 << 20
/** Looked at in pieces of this: a sound file shows it within a few hundred bytes. */
const pieceBytes = 1 << 12
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** @throws SynapseError file-damaged */
export async function refuseMangled(
  source: ByteSource,
  header: EdfHeader,
  name: string,
): Promise<void> {
  const marks = new ManglingMarks()
  let looked = 0
  const [from, to] = signalRange(header)
  if (to <= from) return
  const end = Math.min(source.size, header.headerBytes + 16 * sampleBytes)
  for (let start = header.headerBytes; start < end && looked < sampleBytes; ) {
    const length = Math.min(to - from, sampleBytes - looked)
    const found = await lookAt(source, start + from, length, marks)
    if (found === 0 || marks.areSound) break
    looked += found
    start += header.recordBytes
  }
  const how = marks.verdict
  if (!how) return
  throw new SynapseError(
    'file-damaged',
    `reading ${name}: ${how}; its samples are not what they were`,
    {
      remedy: 'Get the file again, transferred as binary and not as text.',
    },
  )
}

/** @returns bytes that are there; as soon as they are known to be sound no more are read */
async function lookAt(
  source: ByteSource,
  offset: number,
  length: number,
  marks: ManglingMarks,
): Promise<number> {
  let found = 0
  marks.begin()
  // Longer pieces later: what says nothing for long, as a flat channel does, is read at once.
  for (let piece = pieceBytes; found < length && !marks.areSound; piece = 1 << 16) {
    const bytes = await bytesAt(source, offset + found, Math.min(piece, length - found))
    marks.add(bytes)
    found += bytes.length
    if (bytes.length === 0) break
  }
  return found
}

/** The longest run of a record that holds samples; annotations are text by right. */
function signalRange(header: EdfHeader): [number, number] {
  let best: [number, number] = [0, 0]
  let from = 0
  for (const signal of header.signals) {
    const end = signal.offset + signal.samplesPerRecord * header.sampleBytes
    if (signal.isAnnotations) from = end
    else if (end - from > best[1] - best[0]) best = [from, end]
  }
  return best
}

class ManglingMarks {
  #lineFeeds = 0
  #preceded = 0
  /** Pairs at even and at odd offsets: a stuck channel may send the pair, but at one parity. */
  #even = 0
  #odd = 0
  #isUtf8 = true
  #beyondAscii = 0
  readonly #distinct = new Set<string>()
  #replacements = 0
  /** Of the run that is looked at: bytes before the piece, and the last of them. */
  #before = 0
  #last = 0
  /** Of the run: undefined until a sequence may begin. */
  #decoder: TextDecoder | undefined

  /** Another run of bytes comes, of the midst of which nothing is known. */
  begin(): void {
    this.#before = 0
    this.#decoder = undefined
  }

  /** The next piece of the run. */
  add(bytes: Uint8Array): void {
    for (let i = bytes.indexOf(lineFeed); i >= 0; i = bytes.indexOf(lineFeed, i + 1)) {
      const place = this.#before + i
      if (place === 0) continue
      this.#lineFeeds += 1
      if ((i === 0 ? this.#last : bytes[i - 1]) !== carriageReturn) continue
      this.#preceded += 1
      if (place % 2) this.#odd += 1
      else this.#even += 1
    }
    if (this.#isUtf8) this.#addText(bytes)
    this.#before += bytes.length
    this.#last = bytes.at(-1) ?? this.#last
  }

  #addText(bytes: Uint8Array): void {
    let from = 0
    if (!this.#decoder) {
      while (from < 3 && (bytes[from] ?? 0) >> 6 === 0b10) from += 1
      this.#decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    }
    try {
      // A sequence cut at the end is no fault: hence the stream.
      const text = this.#decoder.decode(bytes.subarray(from), { stream: true })
      for (const character of text) {
        if (character.codePointAt(0)! < 0x80) continue
        this.#beyondAscii += 1
        if (character === '\ufffd') this.#replacements += 1
        if (this.#distinct.size < 64) this.#distinct.add(character)
      }
    } catch {
      this.#isUtf8 = false
    }
  }

  /** Whatever comes, there will be no verdict. */
  get areSound(): boolean {
    return !this.#isUtf8 && this.#preceded < this.#lineFeeds
  }

  get verdict(): string | undefined {
    if (
      this.#lineFeeds >= 16 &&
      this.#preceded === this.#lineFeeds &&
      Math.min(this.#even, this.#odd) >= 4
    ) {
      return 'every line feed byte was made a carriage return and a line feed'
    }
    const varied = this.#distinct.size >= 8 && this.#beyondAscii >= 64
    if (this.#isUtf8 && (varied || this.#replacements >= 64)) {
      return 'its bytes were re-encoded as UTF-8 text'
    }
    return undefined
  }
}
