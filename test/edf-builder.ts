/** EDF and BDF files field by field, sound or with any field wrong. */

export interface EdfSignalFields {
  readonly label: string
  readonly dimension?: string
  readonly physical?: readonly [string | number, string | number]
  readonly digital?: readonly [string | number, string | number]
  readonly samples: number | string
}

export interface EdfFields {
  readonly kind?: 'edf' | 'bdf'
  readonly recording?: string
  readonly date?: string
  readonly time?: string
  readonly headerBytes?: number | string
  readonly reserved?: string
  readonly records: number | string
  readonly seconds: number | string
  readonly signals: readonly EdfSignalFields[]
}

export function edfHeader(fields: EdfFields): Uint8Array {
  const { kind = 'edf', recording = 'Startdate 02-JAN-2026 X X X', signals } = fields
  const field = (value: string | number, width: number) =>
    Buffer.from(String(value).padEnd(width).slice(0, width), 'latin1')
  const column = (width: number, value: (signal: EdfSignalFields) => string | number) =>
    signals.map((signal) => field(value(signal), width))
  const limit = kind === 'edf' ? 32_767 : 8_388_607
  return new Uint8Array(
    Buffer.concat([
      field(kind === 'edf' ? '0' : '\u00ffBIOSEMI', 8),
      field('X X X X', 80),
      field(recording, 80),
      field(fields.date ?? '02.01.26', 8),
      field(fields.time ?? '03.04.05', 8),
      field(fields.headerBytes ?? 256 * (signals.length + 1), 8),
      field(fields.reserved ?? '', 44),
      field(fields.records, 8),
      field(fields.seconds, 8),
      field(signals.length, 4),
      ...column(16, ({ label }) => label),
      ...column(80, () => ''),
      ...column(8, ({ dimension = 'uV' }) => dimension),
      ...column(8, ({ physical = [-limit - 1, limit] }) => physical[0]),
      ...column(8, ({ physical = [-limit - 1, limit] }) => physical[1]),
      ...column(8, ({ digital = [-limit - 1, limit] }) => digital[0]),
      ...column(8, ({ digital = [-limit - 1, limit] }) => digital[1]),
      ...column(80, () => ''),
      ...column(8, ({ samples }) => samples),
      ...column(32, () => ''),
    ]),
  )
}

export function int16Samples(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) bytes.writeInt16LE(value, 2 * i)
  return bytes
}

export function int24Samples(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(3 * values.length)
  for (const [i, value] of values.entries()) bytes.writeIntLE(value, 3 * i, 3)
  return bytes
}

/** Annotation lists, padded to the length of the signal. */
export function annotationBytes(lists: readonly string[], length: number): Uint8Array {
  const bytes = Buffer.alloc(length)
  Buffer.from(lists.map((list) => `${list}\0`).join('')).copy(bytes)
  return bytes
}
