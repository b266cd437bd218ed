/**
 * A board described by data: how its bytes are framed and what stands where, on a serial port or in
 * datagrams. A person writes it as JSON with comments, so that a board needs no code.
 */
import { readFileSync } from 'node:fs'
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { z } from 'zod'
import { SynapseError } from '../../signal/index.ts'

const numberType = z.enum([
  'uint8',
  'int8',
  'uint16le',
  'uint16be',
  'int16le',
  'int16be',
  'uint24le',
  'uint24be',
  'int24le',
  'int24be',
  'uint32le',
  'uint32be',
  'int32le',
  'int32be',
  'float32le',
  'float32be',
])
export type NumberType = z.infer<typeof numberType>

const pairs = 'bytes are written as pairs of hexadecimal digits'
const hex = z.string().regex(/^([0-9a-fA-F]{2})+$/, pairs)
const timeUnit = z.enum(['s', 'ms', 'us'])
const turn = z
  .int()
  .min(2)
  .max(2 ** 32)
const measure = {
  /** BIDS channel type. */
  type: z
    .enum(['EEG', 'EOG', 'ECG', 'EMG', 'PPG', 'ACCEL', 'GYRO', 'TRIG', 'TEMP', 'MISC'])
    .default('EEG'),
  unit: z.string().default('1'),
  /** physical = raw × scale + offset */
  scale: z.number().default(1),
  offset: z.number().default(0),
}

const fieldSchema = z.discriminatedUnion('field', [
  /** One value for each label. */
  z.strictObject({
    field: z.literal('channels'),
    labels: z.array(z.string().min(1)).min(1),
    as: numberType,
    ...measure,
  }),
  z.strictObject({ field: z.literal('counter'), as: numberType, turn: turn.optional() }),
  z.strictObject({ field: z.literal('time'), as: numberType, unit: timeUnit }),
  z.strictObject({ field: z.literal('skip'), bytes: z.int().min(1).max(1024) }),
])
export type Field = z.infer<typeof fieldSchema>

const binarySchema = z.strictObject({
  kind: z.literal('binary'),
  /** The bytes that every frame begins with; a datagram may do without. */
  sync: z
    .string()
    .regex(/^([0-9a-fA-F]{2})*$/, pairs)
    .default(''),
  fields: z.array(fieldSchema).min(1),
  /** One byte after the fields: the sum of the bytes after `sync`, inverted or not, or their XOR. */
  checksum: z.enum(['none', 'sum', 'inverted-sum', 'xor']).default('none'),
  /** The sum begins so many bytes after `sync`. */
  checksumFrom: z.int().min(0).default(0),
  /** The bytes that every frame ends with. */
  end: hex.optional(),
  /** Frames of other kinds, which are passed over. */
  pass: z.array(z.strictObject({ sync: hex, bytes: z.int().min(1).max(4096) })).default([]),
})
export type BinaryFormat = z.infer<typeof binarySchema>

const columnSchema = z.discriminatedUnion('column', [
  z.strictObject({ column: z.literal('channel'), label: z.string().min(1), ...measure }),
  z.strictObject({ column: z.literal('counter'), turn }),
  z.strictObject({ column: z.literal('time'), unit: timeUnit }),
  z.strictObject({ column: z.literal('skip') }),
])
export type Column = z.infer<typeof columnSchema>

const textSchema = z.strictObject({
  kind: z.literal('text'),
  /** One character between two numbers; blanks around it do not matter. */
  separator: z.string().length(1).default(','),
  /** A line that begins so is none of samples. */
  comment: z.string().length(1).default('#'),
  columns: z.array(columnSchema).min(1),
})
export type TextFormat = z.infer<typeof textSchema>

const descriptionSchema = z.strictObject({
  name: z.string().min(1),
  manufacturer: z.string().optional(),
  help: z.string().optional(),
  /** Of a serial port. */
  baudRate: z.int().min(300).max(12_000_000).default(115_200),
  /** Samples a second. */
  rateHz: z.number().positive().max(100_000),
  /** Content type of the stream. */
  type: z.string().default('EEG'),
  /** What is sent to make it stream, and to make it stop. */
  start: z.string().default(''),
  stop: z.string().default(''),
  /** A board that starts anew when its port is opened needs so long. */
  bootSeconds: z.number().min(0).max(30).default(0),
  format: z.discriminatedUnion('kind', [binarySchema, textSchema]),
})
export type BoardDescription = z.infer<typeof descriptionSchema>

/** @throws SynapseError file-…, bad-option naming file and place */
export function readDescription(path: string): BoardDescription {
  const text = readText(path)
  const errors: ParseError[] = []
  const json: unknown = parse(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length
    const what = printParseErrorCode(first.error)
    throw new SynapseError('bad-option', `reading the description ${path}: line ${line}: ${what}`)
  }
  const result = descriptionSchema.safeParse(json)
  if (!result.success) {
    const [issue] = result.error.issues
    const where = issue?.path.join('.') || 'the whole'
    const what = `reading the description ${path}: ${where}: ${issue?.message}`
    throw new SynapseError('bad-option', what, { remedy: 'Correct the description there.' })
  }
  checkCounts(result.data, path)
  return result.data
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const isDenied = code === 'EACCES' || code === 'EPERM'
    const what = `reading the description ${path || '""'}`
    throw isDenied
      ? new SynapseError('file-denied', `${what}: permission denied`, { cause })
      : new SynapseError('file-missing', `${what}: no such file`, {
          cause,
          remedy: 'Name a file that describes the board; examples/boards has some.',
        })
  }
}

/** What a schema cannot say. */
function checkCounts({ format }: BoardDescription, path: string): void {
  const parts =
    format.kind === 'binary'
      ? format.fields.map(({ field }) => field)
      : format.columns.map(({ column }) => column)
  const refuse = (why: string): never => {
    throw new SynapseError('bad-option', `reading the description ${path}: format: ${why}`)
  }
  if (!parts.some((part) => part === 'channels' || part === 'channel')) refuse('it has no channel')
  for (const single of ['counter', 'time'] as const) {
    if (parts.filter((part) => part === single).length > 1) refuse(`it has more than one ${single}`)
  }
}
