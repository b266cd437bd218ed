/**
 * Variables of a MATLAB 5 file (MAT-File Format, MathWorks): numbers, texts, cells and structs. A
 * large matrix stays in the file, and its place is told instead.
 */
import type { MatStream } from './mat-stream.ts'

/** Numbers column by column. */
export interface MatMatrix {
  readonly kind: 'matrix'
  readonly dimensions: readonly number[]
  readonly values: readonly number[]
}

/** A matrix that was left where it is. */
export interface MatPlace {
  readonly kind: 'place'
  readonly dimensions: readonly number[]
  readonly type: StoredNumber
  /** Of its first value among the bytes of the variable. */
  readonly position: number
}

export type StoredNumber = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'float32' | 'float64'

export interface MatStructs {
  readonly kind: 'structs'
  readonly elements: readonly ReadonlyMap<string, MatValue>[]
}

export type MatValue =
  | MatMatrix
  | MatPlace
  | MatStructs
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cells'; readonly cells: readonly MatValue[] }
  | { readonly kind: 'other' }

export class MatDamage extends Error {}

const numberTypes: Readonly<Record<number, readonly [StoredNumber | '', number]>> = {
  1: ['int8', 1],
  2: ['uint8', 1],
  3: ['int16', 2],
  4: ['uint16', 2],
  5: ['int32', 4],
  6: ['', 4],
  7: ['float32', 4],
  9: ['float64', 8],
  12: ['', 8],
  13: ['', 8],
  16: ['uint8', 1],
  17: ['uint16', 2],
}
const matrixType = 14

/** A matrix of more bytes than this stays in the file. */
const mostMatrixBytes = 1 << 16
/** Of all that is kept, as memory; a file of nothing but small values must not fill it. */
const mostKeptBytes = 400_000_000
/** Of a value beside its content: an object, its place in a list. */
const valueBytes = 150
const mostDepth = 16

interface Tag {
  readonly type: number
  readonly length: number
  /** The value itself, where it stands within the tag. */
  readonly inline: Uint8Array | null
}

export class MatReader {
  readonly #stream: MatStream
  readonly #littleEndian: boolean
  #kept = 0

  constructor(stream: MatStream, littleEndian: boolean) {
    this.#stream = stream
    this.#littleEndian = littleEndian
  }

  /** @throws MatDamage */
  async variable(): Promise<{ readonly name: string; readonly value: MatValue }> {
    const tag = await this.#tag()
    if (tag.type !== matrixType) throw new MatDamage('a variable is no matrix')
    return this.#matrix(tag.length, 0)
  }

  #view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  async #tag(): Promise<Tag> {
    const bytes = await this.#stream.take(8)
    if (bytes.length < 8) throw new MatDamage('a variable ends too early')
    const view = this.#view(bytes)
    const first = view.getUint32(0, this.#littleEndian)
    if (first >>> 16 === 0) {
      return { type: first, length: view.getUint32(4, this.#littleEndian), inline: null }
    }
    const length = first >>> 16
    if (length > 4) throw new MatDamage('a small element is too long')
    return { type: first & 0xffff, length, inline: Uint8Array.from(bytes.subarray(4, 4 + length)) }
  }

  async #content({ length, inline }: Tag): Promise<Uint8Array> {
    if (inline) return inline
    if (length > mostMatrixBytes * 16) throw new MatDamage(`an element of ${length} bytes`)
    this.#count(length)
    const bytes = Uint8Array.from(await this.#stream.take(length))
    if (bytes.length < length) throw new MatDamage('an element ends too early')
    await this.#stream.skip(-length & 7)
    return bytes
  }

  #count(bytes: number): void {
    this.#kept += bytes
    if (this.#kept > mostKeptBytes) throw new MatDamage('more small values than can be kept')
  }

  async #numbers(tag: Tag): Promise<number[]> {
    const bytes = await this.#content(tag)
    const view = this.#view(bytes)
    const [, size] = numberTypes[tag.type] ?? ['', 0]
    if (size === 0) throw new MatDamage(`numbers of type ${tag.type}`)
    const count = Math.floor(bytes.length / size)
    this.#count(8 * count)
    return Array.from({ length: count }, (_, i) =>
      numberAt(view, tag.type, i * size, this.#littleEndian),
    )
  }

  async #text(tag: Tag): Promise<string> {
    const codes = await this.#numbers(tag)
    return codes.map((code) => (code > 0 ? String.fromCharCode(code) : '')).join('')
  }

  async #matrix(
    length: number,
    depth: number,
  ): Promise<{ readonly name: string; readonly value: MatValue }> {
    if (length === 0) return { name: '', value: { kind: 'matrix', dimensions: [0, 0], values: [] } }
    if (depth > mostDepth) throw new MatDamage('structs within structs without end')
    const end = this.#stream.position + length
    const [flags = 0] = await this.#numbers(await this.#tag())
    const dimensions = await this.#numbers(await this.#tag())
    const name = await this.#text(await this.#tag())
    const count = dimensions.reduce((product, each) => product * each, 1)
    if (!(count >= 0)) throw new MatDamage('a matrix of negative size')
    const value = await this.#value(flags & 0xff, dimensions, count, depth)
    if (this.#stream.position > end) throw new MatDamage('a matrix is longer than it says')
    await this.#stream.skip(end - this.#stream.position)
    return { name, value }
  }

  async #value(
    kind: number,
    dimensions: readonly number[],
    count: number,
    depth: number,
  ): Promise<MatValue> {
    if (kind === 1) return { kind: 'cells', cells: await this.#children(count, depth) }
    if (kind === 2) return this.#structs(count, depth)
    if (kind === 4) {
      const text = count === 0 ? '' : await this.#text(await this.#tag())
      return { kind: 'text', text }
    }
    if (kind < 6 || kind > 13) return { kind: 'other' }
    const tag = await this.#tag()
    const [type] = numberTypes[tag.type] ?? ['']
    if (tag.length > mostMatrixBytes && type) {
      return { kind: 'place', dimensions, type, position: this.#stream.position }
    }
    if (tag.length > mostMatrixBytes) return { kind: 'other' }
    return { kind: 'matrix', dimensions, values: await this.#numbers(tag) }
  }

  async #children(count: number, depth: number): Promise<MatValue[]> {
    const children: MatValue[] = []
    for (let i = 0; i < count; i++) {
      this.#count(valueBytes)
      const tag = await this.#tag()
      if (tag.type !== matrixType) throw new MatDamage('a cell is no matrix')
      children.push((await this.#matrix(tag.length, depth + 1)).value)
    }
    return children
  }

  async #structs(count: number, depth: number): Promise<MatStructs> {
    const [width = 32] = await this.#numbers(await this.#tag())
    const names = await this.#content(await this.#tag())
    if (!(width > 0)) throw new MatDamage('names of fields without length')
    const fields = Array.from({ length: Math.floor(names.length / width) }, (_, i) =>
      Buffer.from(names.subarray(i * width, (i + 1) * width))
        .toString('latin1')
        .replace(/\0.*$/s, ''),
    )
    const elements: ReadonlyMap<string, MatValue>[] = []
    for (let i = 0; i < count && fields.length > 0; i++) {
      const values = await this.#children(fields.length, depth)
      elements.push(new Map(fields.map((field, k) => [field, values[k]!])))
    }
    return { kind: 'structs', elements }
  }
}

function numberAt(view: DataView, type: number, at: number, littleEndian: boolean): number {
  switch (type) {
    case 1:
      return view.getInt8(at)
    case 2:
    case 16:
      return view.getUint8(at)
    case 3:
      return view.getInt16(at, littleEndian)
    case 4:
    case 17:
      return view.getUint16(at, littleEndian)
    case 5:
      return view.getInt32(at, littleEndian)
    case 6:
      return view.getUint32(at, littleEndian)
    case 7:
      return view.getFloat32(at, littleEndian)
    case 9:
      return view.getFloat64(at, littleEndian)
    case 12:
      return Number(view.getBigInt64(at, littleEndian))
    default:
      return Number(view.getBigUint64(at, littleEndian))
  }
}
