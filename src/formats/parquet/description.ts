/** What the key-value metadata of our Parquet files says: everything that is not in the columns. */
import { z } from 'zod'
import { type NumericFormat, type StreamInfo, SynapseError } from '../../signal/index.ts'

export const metadataKey = 'synapsestream'

/** What an electrode or a sensor can be; a file may name no other. */
const channelTypes = [
  'EEG',
  'EOG',
  'ECG',
  'EMG',
  'PPG',
  'ACCEL',
  'GYRO',
  'TRIG',
  'REF',
  'TEMP',
  'SYSCLOCK',
  'MISC',
] as const

const number = z.number()
const channel = z.object({
  label: z.string(),
  type: z.enum(channelTypes),
  unit: z.string(),
  scale: number,
  offset: number,
  range: z.tuple([number, number]).readonly().optional(),
  position: z.tuple([number, number, number]).readonly().optional(),
})

/** As pairs: a record of zod's would drop the name `__proto__`, which a device may well give. */
const settings = z.preprocess(
  (given) => (typeof given === 'object' && given !== null ? Object.entries(given) : given),
  z
    .array(z.tuple([z.string(), z.union([z.string(), number, z.boolean()])]))
    .transform((pairs) => Object.fromEntries(pairs)),
)

const info = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  sampleFormat: z.enum(['int16', 'int32', 'float32', 'float64']),
  nominalRateHz: number.nonnegative(),
  channels: z.array(channel).max(100_000),
  origin: z.object({
    source: z.string(),
    manufacturer: z.string().optional(),
    model: z.string().optional(),
    serialNumber: z.string().optional(),
    firmware: z.string().optional(),
    description: z.string().optional(),
    settings: settings.optional(),
  }),
})

const description = z.object({
  version: z.literal(1),
  /** Wall clock of the earliest sample. */
  startedAt: z.iso.datetime().nullable(),
  effectiveRateHz: number,
  info,
  columns: z.array(z.string()).max(100_000),
  streams: z.array(z.string()).max(1000),
  events: z.string().nullable(),
  /** What was in force from when on, as JSON; seconds as in the columns of times. */
  settings: z
    .array(z.object({ time: number, text: z.string() }))
    .max(100_000)
    .optional(),
})

export interface FileDescription extends Omit<z.infer<typeof description>, 'info'> {
  readonly info: StreamInfo & { readonly sampleFormat: NumericFormat }
}

export function descriptionText(of: FileDescription): string {
  return JSON.stringify(of)
}

/** @throws SynapseError file-damaged */
export function readDescription(text: string, name: string): FileDescription {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (cause) {
    throw new SynapseError('file-damaged', `reading ${name}: its description is no JSON`, { cause })
  }
  const result = description.safeParse(found)
  if (result.success && result.data.columns.length === result.data.info.channels.length) {
    return result.data as FileDescription
  }
  const reason = result.error
    ? z.prettifyError(result.error).split('\n')[0]!
    : 'columns and channels'
  throw new SynapseError('file-damaged', `reading ${name}: its description is damaged: ${reason}`)
}
