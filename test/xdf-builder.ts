/** XDF files byte by byte, as other programs write them, or as damage leaves them. */

export type XdfValues = readonly (number | bigint | string)[]

export interface XdfRow {
  /** Left out: to be deduced by the reader. */
  readonly stamp?: number
  readonly values: XdfValues
}

export class XdfBuilder {
  readonly #parts: Uint8Array[] = [new TextEncoder().encode('XDF:')]

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts))
  }

  /** Where the next chunk will stand. */
  get length(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0)
  }

  raw(bytes: Uint8Array | readonly number[]): this {
    this.#parts.push(Uint8Array.from(bytes))
    return this
  }

  chunk(tag: number, content: Uint8Array, lengthBytes: 1 | 4 | 8 = 4): this {
    const head = Buffer.alloc(1 + lengthBytes + 2)
    head[0] = lengthBytes
    const length = content.length + 2
    if (lengthBytes === 1) head[1] = length
    else if (lengthBytes === 4) head.writeUInt32LE(length, 1)
    else head.writeBigUInt64LE(BigInt(length), 1)
    head.writeUInt16LE(tag, 1 + lengthBytes)
    return this.raw(head).raw(content)
  }

  fileHeader(xml = '<?xml version="1.0"?><info><version>1.0</version></info>'): this {
    return this.chunk(1, new TextEncoder().encode(xml))
  }

  streamHeader(stream: number, xml: string): this {
    return this.chunk(2, Buffer.concat([uint32(stream), new TextEncoder().encode(xml)]))
  }

  /** A header with the fields that every stream has. */
  stream(stream: number, fields: StreamFields): this {
    const { name = 'S', type = 'EEG', channels = 1, rateHz = 0, format, desc = '' } = fields
    return this.streamHeader(
      stream,
      `<?xml version="1.0"?><info><name>${name}</name><type>${type}</type>` +
        `<channel_count>${channels}</channel_count><nominal_srate>${rateHz}</nominal_srate>` +
        `<channel_format>${format}</channel_format><desc>${desc}</desc></info>`,
    )
  }

  samples(stream: number, format: string, rows: readonly XdfRow[], count = rows.length): this {
    const parts: Uint8Array[] = [uint32(stream), Uint8Array.of(4), uint32(count)]
    for (const { stamp, values } of rows) {
      parts.push(
        stamp === undefined ? Uint8Array.of(0) : Buffer.concat([[8], float64(stamp)].map(bytesOf)),
      )
      for (const value of values) parts.push(valueBytes(format, value))
    }
    return this.chunk(3, Buffer.concat(parts))
  }

  clockOffset(stream: number, time: number, value: number): this {
    return this.chunk(4, Buffer.concat([uint32(stream), float64(time), float64(value)]), 1)
  }

  boundary(): this {
    return this.chunk(5, boundaryUuid, 1)
  }

  footer(stream: number, xml: string): this {
    return this.chunk(6, Buffer.concat([uint32(stream), new TextEncoder().encode(xml)]))
  }
}

export interface StreamFields {
  readonly name?: string
  readonly type?: string
  readonly channels?: number
  readonly rateHz?: number | string
  readonly format: string
  readonly desc?: string
}

export const boundaryUuid = Uint8Array.from(Buffer.from('43a546dccbf5410fb30ed5467383cbe4', 'hex'))

function bytesOf(part: Uint8Array | number[]): Uint8Array {
  return Uint8Array.from(part)
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function float64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

function valueBytes(format: string, value: number | bigint | string): Uint8Array {
  const bytes = Buffer.alloc(8)
  switch (format) {
    case 'int8':
      return bytes.subarray(0, bytes.writeInt8(Number(value)))
    case 'int16':
      return bytes.subarray(0, bytes.writeInt16LE(Number(value)))
    case 'int32':
      return bytes.subarray(0, bytes.writeInt32LE(Number(value)))
    case 'int64':
      return bytes.subarray(0, bytes.writeBigInt64LE(BigInt(value)))
    case 'float32':
      return bytes.subarray(0, bytes.writeFloatLE(Number(value)))
    case 'double64':
      return bytes.subarray(0, bytes.writeDoubleLE(Number(value)))
    default: {
      const text = Buffer.from(String(value))
      return Buffer.concat([Uint8Array.of(4), uint32(text.length), text])
    }
  }
}
