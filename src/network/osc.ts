/**
 * Open Sound Control 1.0 (opensoundcontrol.org, "spec-1_0"): messages and bundles with time tags.
 * Everything is big-endian and stands at multiples of four bytes.
 */

/** Seconds from 1900, where time tags begin, to 1970. */
const ntpEpochSeconds = 2_208_988_800
const fraction = 2 ** 32
const bundleName = '#bundle'
const deepestBundle = 8
const mostArguments = 4096

/** Builds one bundle after the other in the same bytes; allocates nothing for numbers. */
export class OscBundle {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #length = 0
  /** Of an address or text, as it was written before. */
  readonly #texts = new Map<string, Uint8Array>()

  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Lent until the next `begin`. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  get hasRoomFor(): number {
    return this.#bytes.length - this.#length
  }

  /** @param unixSeconds when what follows was so, seconds since 1970 */
  begin(unixSeconds: number): void {
    this.#length = 0
    this.#text(bundleName)
    const seconds = unixSeconds + ntpEpochSeconds
    this.#view.setUint32(8, Math.floor(seconds) >>> 0)
    this.#view.setUint32(12, Math.floor((seconds % 1) * fraction) >>> 0)
    this.#length = 16
  }

  /** A message of 32-bit floats. */
  floats(address: string, values: ArrayLike<number>, from: number, count: number): void {
    const start = this.#beginMessage(address, `,${'f'.repeat(count)}`)
    for (let i = 0; i < count; i++) {
      this.#view.setFloat32(this.#length, values[from + i]!)
      this.#length += 4
    }
    this.#endMessage(start)
  }

  /** Numbers that are whole and fit are integers of 32 bits, others floats. */
  message(address: string, values: readonly (number | string)[]): void {
    const start = this.#beginMessage(address, `,${values.map(typeOf).join('')}`)
    for (const value of values) {
      if (typeof value === 'string') this.#text(value)
      else {
        if (typeOf(value) === 'i') this.#view.setInt32(this.#length, value)
        else this.#view.setFloat32(this.#length, value)
        this.#length += 4
      }
    }
    this.#endMessage(start)
  }

  #beginMessage(address: string, types: string): number {
    const start = this.#length
    this.#length += 4
    this.#text(address)
    this.#text(types)
    return start
  }

  #endMessage(start: number): void {
    this.#view.setUint32(start, this.#length - start - 4)
  }

  #text(text: string): void {
    let bytes = this.#texts.get(text)
    if (!bytes) {
      const said = Buffer.from(text, 'utf8')
      bytes = new Uint8Array((said.length + 4) & ~3)
      bytes.set(said)
      // Labels are few; texts of markers are many.
      if (this.#texts.size < 256) this.#texts.set(text, bytes)
    }
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }
}

function typeOf(value: number | string): 's' | 'i' | 'f' {
  if (typeof value === 'string') return 's'
  return (value | 0) === value ? 'i' : 'f'
}

/** An address may not have these, nor blanks. */
export function oscAddress(text: string): string {
  return `/${text.replace(/[\s#*,?[\]{}]+/g, '_').replace(/^\/+/, '')}`
}

export interface OscListener {
  /**
   * @param values lent; true and false are 1 and 0, what is no number or text is null
   * @param unixSeconds of the bundle's time tag; NaN outside of bundles and for "immediately"
   */
  message(address: string, values: readonly OscValue[], unixSeconds: number): void
}
export type OscValue = number | string | null

/** @returns false where the bytes are no OSC, or end too early; what came before has been told */
export function readOsc(bytes: Uint8Array, listener: OscListener): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return readElement(view, 0, bytes.length, Number.NaN, listener, 0)
}

function readElement(
  view: DataView,
  from: number,
  end: number,
  unixSeconds: number,
  listener: OscListener,
  depth: number,
): boolean {
  if (end - from < 4 || (end - from) % 4 !== 0) return false
  if (view.getUint8(from) !== bundleName.charCodeAt(0)) {
    return readMessage(view, from, end, unixSeconds, listener)
  }
  if (end - from < 16 || depth === deepestBundle) return false
  if (textAt(view, from, end) !== bundleName) return false
  const time = timeTag(view, from + 8)
  for (let at = from + 16; at < end; ) {
    if (end - at < 4) return false
    const length = view.getUint32(at)
    at += 4
    if (length > end - at) return false
    if (!readElement(view, at, at + length, time, listener, depth + 1)) return false
    at += length
  }
  return true
}

function timeTag(view: DataView, at: number): number {
  const [seconds, part] = [view.getUint32(at), view.getUint32(at + 4)]
  if (seconds === 0 && part === 1) return Number.NaN
  return seconds - ntpEpochSeconds + part / fraction
}

function readMessage(
  view: DataView,
  from: number,
  end: number,
  unixSeconds: number,
  listener: OscListener,
): boolean {
  const address = textAt(view, from, end)
  if (!address?.startsWith('/')) return false
  let at = from + paddedLength(address)
  // Old senders leave the types away; then nobody knows what follows.
  const types = at < end ? textAt(view, at, end) : ','
  if (!types?.startsWith(',') || types.length > mostArguments) return false
  at += at < end ? paddedLength(types) : 0
  const values: OscValue[] = []
  for (let i = 1; i < types.length; i++) {
    const step = readValue(view, at, end, types[i]!, values)
    if (step < 0) return false
    at += step
  }
  listener.message(address, values, unixSeconds)
  return true
}

/** Of the arguments that OSC 1.0 knows. */
const sizes: Readonly<Record<string, number>> = {
  ...{ i: 4, f: 4, c: 4, r: 4, m: 4, h: 8, d: 8, t: 8 },
  ...{ T: 0, F: 0, N: 0, I: 0, '[': 0, ']': 0 },
}

/** @returns its bytes; −1 where it does not fit or is of no known type */
function readValue(
  view: DataView,
  at: number,
  end: number,
  type: string,
  into: OscValue[],
): number {
  if (type === 's' || type === 'S') {
    const text = at < end ? textAt(view, at, end) : null
    into.push(text)
    return text === null ? -1 : paddedLength(text)
  }
  if (type === 'b') {
    if (end - at < 4) return -1
    const length = 4 + ((view.getUint32(at) + 3) & ~3)
    into.push(null)
    return length >= 4 && length <= end - at ? length : -1
  }
  const size = sizes[type]
  if (size === undefined || size > end - at) return -1
  if (type === 'i' || type === 'c') into.push(view.getInt32(at))
  else if (type === 'f') into.push(view.getFloat32(at))
  else if (type === 'd') into.push(view.getFloat64(at))
  else if (type === 'h') into.push(Number(view.getBigInt64(at)))
  else if (type === 'T' || type === 'F') into.push(type === 'T' ? 1 : 0)
  else if (type !== '[' && type !== ']') into.push(null)
  return size
}

/** Up to its zero byte; null where there is none. */
function textAt(view: DataView, from: number, end: number): string | null {
  let to = from
  while (to < end && view.getUint8(to) !== 0) to++
  if (to === end) return null
  return Buffer.from(view.buffer, view.byteOffset + from, to - from).toString('utf8')
}

function paddedLength(text: string): number {
  return (Buffer.byteLength(text, 'utf8') + 4) & ~3
}
