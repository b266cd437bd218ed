/** What stands: devices, streams to look at, the view. Sent whole whenever it changes. */
import { z } from 'zod'
import { sessionFieldsSchema } from '../signal/index.ts'
import { deviceSettingsSchema, networkSchema } from './devices.ts'
import { errorNoteSchema } from './messages.ts'
import { playbackSchema } from './playback.ts'

export const channelSchema = z.object({
  label: z.string(),
  /** BIDS channel type. */
  type: z.string(),
  unit: z.string(),
})

/** A device that can be opened now, or what stands in the way. */
export const foundDeviceSchema = z.object({
  driver: z.string(),
  address: z.string(),
  name: z.string(),
  detail: z.string().optional(),
  problem: errorNoteSchema.optional(),
})
export type FoundDeviceEntry = z.infer<typeof foundDeviceSchema>

export const driverSchema = z.object({
  id: z.string(),
  title: z.string(),
  help: z.string(),
  /** What a user names to open one; null where there is nothing to name. */
  address: z
    .object({
      kind: z.enum(['port', 'file', 'bluetooth', 'stream']),
      label: z.string(),
      example: z.string(),
    })
    .nullable(),
  /** JSON schema of its options, each with `help`, `unit` and `default`. */
  options: z.record(z.string(), z.unknown()),
})
export type DriverEntry = z.infer<typeof driverSchema>

export const deviceStreamSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  /** 0: irregular. */
  nominalRateHz: z.number(),
  channels: z.array(channelSchema),
})

/** The electrodes of a device that can measure them, one after the other. */
export const impedanceSchema = z.object({
  /** What is done to the electrodes, for people to read. */
  method: z.string(),
  /** The input that is being measured. */
  current: z.string().nullable(),
  waiting: z.array(z.string()),
  inputs: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      /** Null before the first. */
      reading: z
        .object({
          /** Null: the electrode is off. */
          kohm: z.number().nullable(),
          uncertaintyKohm: z.number().nullable(),
          /** Seconds on the host's clock. */
          time: z.number(),
        })
        .nullable(),
    }),
  ),
})
export type ImpedanceEntry = z.infer<typeof impedanceSchema>

export const deviceSchema = z.object({
  id: z.string(),
  driver: z.string(),
  address: z.string(),
  name: z.string(),
  /** `opening` until the device has answered; then what its link does. */
  link: z.enum(['opening', 'streaming', 'paused', 'stalled', 'reconnecting', 'ended', 'closed']),
  problem: errorNoteSchema.optional(),
  /** What it said of itself: firmware, battery … */
  facts: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.string(), z.number(), z.boolean()]),
      unit: z.string().optional(),
    }),
  ),
  settings: deviceSettingsSchema,
  impedance: impedanceSchema.optional(),
  playback: playbackSchema.optional(),
  streams: z.array(deviceStreamSchema),
})
export type DeviceEntry = z.infer<typeof deviceSchema>

/**
 * A stream whose frames arrive on this channel. Roles:
 * `display`: two channels for each of the source, lowest and highest value per bin, or as many as
 * the source, whose values they then are;
 * `quality`: per source channel score (0–1), RMS, mains share, reason (see
 * `qualityReasons`), noise floor and likeness to its neighbours;
 * `bands`: per source channel and band one power; `decoder`: one channel per label of a model.
 */
export const viewStreamSchema = z.object({
  /** Number of the stream in the frames; never used again for another stream. */
  number: z.int(),
  role: z.enum(['display', 'quality', 'bands', 'decoder']),
  device: z.string(),
  /** The device stream that it shows. */
  source: z.string(),
  sourceRateHz: z.number(),
  sourceChannels: z.array(channelSchema),
  /** Frames per second; 0: irregular. */
  rateHz: z.number(),
  channels: z.array(channelSchema),
  /**
   * How a `display` stream is drawn, where not as a line: `steps`: a value holds until the next one;
   * `events`: a flag at its time. Both have the values themselves, a channel each.
   */
  drawn: z.enum(['steps', 'events']).optional(),
  /** Above this a decoder's first value counts as an event. */
  threshold: z.number().optional(),
})
export type ViewStream = z.infer<typeof viewStreamSchema>

/** What users' graphs give: streams beside those of the devices. */
export const graphOutputSchema = z.object({
  /** Stays the same when the graph is changed, or run again. */
  key: z.string(),
  /** Id of the graph. */
  graph: z.string(),
  output: z.string(),
  name: z.string(),
  type: z.string(),
  /** 0: irregular. */
  nominalRateHz: z.number(),
  channels: z.array(channelSchema),
  /** In the live view. */
  isShown: z.boolean(),
  isRecorded: z.boolean(),
})
export type GraphOutput = z.infer<typeof graphOutputSchema>

/** What a `quality` stream says of each channel, in this order. */
export const qualityFields = ['score', 'rms', 'mains', 'reason', 'floor', 'neighbours'] as const

/** The `reason` of a channel in a `quality` stream is an index into this. */
export const qualityReasons = ['good', 'railed', 'flat', 'mains', 'noisy', 'alone'] as const

/** What each EEG trace is measured against; `recorded`: as the device has it. */
export const montages = ['recorded', 'average', 'linked-ears', 'laplacian', 'rest'] as const

/** How the traces are referenced and filtered; never what is recorded. */
export const viewSettingsSchema = z.strictObject({
  montage: z.enum(montages),
  lowCutHz: z.number().min(0.05).max(1000).nullable(),
  highCutHz: z.number().min(1).max(15_000).nullable(),
  notchHz: z.union([z.literal(50), z.literal(60)]).nullable(),
  removeBlinks: z.boolean(),
  /** Bins per second that the traces are sent with; at most the stream's own rate. */
  binRateHz: z.number().min(10).max(4000),
})
export type ViewSettings = z.infer<typeof viewSettingsSchema>

/** What is to change; the rest stays. */
export const viewChangeSchema = viewSettingsSchema.partial()
export type ViewChange = z.infer<typeof viewChangeSchema>

export const noticeSchema = z.object({
  number: z.int(),
  level: z.enum(['info', 'warning', 'fault']),
  /** Seconds on the host's clock. */
  time: z.number(),
  /** The device, file or worker that it is about. */
  about: z.string(),
  note: errorNoteSchema.extend({ code: z.string() }),
})
export type Notice = z.infer<typeof noticeSchema>

/** `devices`: their streams and markers; `everything`: what graphs make of them, too. */
export const lslSendings = ['nothing', 'devices', 'everything'] as const

export type LslSending = (typeof lslSendings)[number]

/** What is sent to other programs by LSL. */
export const lslOutputSchema = z.object({
  sending: z.enum(lslSendings),
  /** Streams that stand on the network. */
  streams: z.int(),
})

export const setupSchema = z.object({
  version: z.string(),
  drivers: z.array(driverSchema),
  devices: z.array(deviceSchema),
  streams: z.array(viewStreamSchema),
  outputs: z.array(graphOutputSchema),
  view: viewSettingsSchema,
  lsl: lslOutputSchema,
  network: networkSchema,
  /** Of the recordings to come. */
  session: sessionFieldsSchema,
  /** The newest last; at most 50 are kept. */
  notices: z.array(noticeSchema),
})
export type Setup = z.infer<typeof setupSchema>
