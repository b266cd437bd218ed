/** The calls a client may make and the events it hears: one table, from which both ends are typed. */
import { z } from 'zod'
import { sessionFieldsSchema } from '../signal/index.ts'
import { deviceOptionsSchema, endpointSchema, networkKinds } from './devices.ts'
import { graphMethods } from './graph-methods.ts'
import { sessionsEventSchema, workSchema } from './jobs.ts'
import { recordingSettingsSchema } from './recording-settings.ts'
import {
  reviewedSchema,
  reviewPageQuerySchema,
  reviewPageSchema,
  reviewProgressSchema,
} from './review.ts'
import {
  cataloguedSchema,
  copiesSchema,
  entryChangeSchema,
  ownFileSchema,
  recordingDetailsSchema,
} from './sessions.ts'
import {
  driverSchema,
  foundDeviceSchema,
  lslSendings,
  setupSchema,
  viewChangeSchema,
} from './setup.ts'
import { ledgerSchema, markerSchema, statusSchema } from './status.ts'

const nothing = z.strictObject({})
const done = z.object({})

export const methods = {
  /** Looks for devices; takes up to a few seconds. */
  'devices.discover': {
    params: nothing,
    result: z.object({ found: z.array(foundDeviceSchema), drivers: z.array(driverSchema) }),
  },
  /** Opens and starts a device. It stands in the setup as `opening` at once. */
  'devices.open': {
    params: z.strictObject({
      driver: z.string(),
      address: z.string(),
      options: z.record(z.string(), z.unknown()).optional(),
    }),
    result: z.object({ device: z.string() }),
  },
  /**
   * What is not named stays. While a recording runs, only options that are `live`; without one the
   * others open the device anew. Answers with the id under which it is open then.
   */
  'devices.configure': {
    params: z.strictObject({ device: z.string(), options: deviceOptionsSchema }),
    result: z.object({ device: z.string() }),
  },
  'devices.close': { params: z.strictObject({ device: z.string() }), result: done },
  /** Measures the electrodes one after the other; all of them where none is named. */
  'impedance.start': {
    params: z.strictObject({
      device: z.string(),
      inputs: z.array(z.string()).max(1024).optional(),
    }),
    result: done,
  },
  /** After the one that is being measured. */
  'impedance.stop': { params: z.strictObject({ device: z.string() }), result: done },
  'view.set': { params: viewChangeSchema, result: done },
  'markers.add': {
    params: z.strictObject({ label: z.string().trim().min(1).max(200) }),
    result: markerSchema,
  },
  /** A path that is free, in the folder where recordings go. */
  'recording.propose': { params: nothing, result: z.object({ path: z.string() }) },
  /** Of the recordings to come; what is left out stays. Answers with the name that follows. */
  'sessions.set': {
    params: sessionFieldsSchema.partial(),
    result: z.object({ path: z.string() }),
  },
  /** Recordings in which every word stands somewhere; all of them without a word. */
  'sessions.find': {
    params: z.strictObject({ words: z.array(z.string().max(200)).max(20) }),
    result: z.object({ recordings: z.array(cataloguedSchema) }),
  },
  /** What the files of a recording say; reads their descriptions, not every sample. */
  'sessions.look': {
    params: z.strictObject({ recording: z.int() }),
    result: recordingDetailsSchema,
  },
  /** Files follow what their name is made of, all or none. */
  'sessions.change': {
    params: z.strictObject({ recording: z.int(), change: entryChangeSchema }),
    result: z.object({ recording: cataloguedSchema }),
  },
  /** Exactly what `sessions.erase` would remove. */
  'sessions.files': {
    params: z.union([
      z.strictObject({ recording: z.int() }),
      z.strictObject({ subject: z.string().min(1) }),
    ]),
    result: z.object({
      recordings: z.array(cataloguedSchema),
      files: z.array(ownFileSchema),
      ...copiesSchema.shape,
      /** What has to be typed for it. */
      word: z.string(),
    }),
  },
  /** For good. `word` is what `sessions.files` has asked for, typed by the user. */
  'sessions.erase': {
    params: z.strictObject({
      recording: z.int().optional(),
      subject: z.string().optional(),
      word: z.string(),
    }),
    result: copiesSchema.extend({ recordings: z.int(), files: z.array(ownFileSchema) }),
  },
  /** Long work over recordings, one after the other; the event `sessions` tells how far it is. */
  'jobs.start': { params: workSchema, result: z.object({ job: z.int() }) },
  'jobs.cancel': { params: z.strictObject({ job: z.int() }), result: done },
  /** It is over, and need not be shown any more. */
  'jobs.dismiss': { params: z.strictObject({ job: z.int() }), result: done },
  /** The page that a job has written. */
  'jobs.report': {
    params: z.strictObject({ job: z.int() }),
    result: z.object({ html: z.string() }),
  },
  /** In the file manager of this machine: a file of a recording, or that a job has written. */
  'files.show': { params: z.strictObject({ path: z.string().max(4096) }), result: done },
  /** Of the recordings to come; what is left out stays. */
  'recording.configure': {
    params: recordingSettingsSchema.partial(),
    result: z.object({ path: z.string() }),
  },
  /** Records every stream of every open device. */
  'recording.start': {
    params: z.strictObject({
      path: z.string().trim().min(1).max(4096).optional(),
      /** Also without a stream that is expected. */
      anyway: z.boolean().optional(),
    }),
    result: z.object({ path: z.string() }),
  },
  'recording.stop': {
    params: nothing,
    result: z.object({
      /** Of the first file. */
      path: z.string(),
      /** Of every file. */
      paths: z.array(z.string()).readonly(),
      bytes: z.number(),
      seconds: z.number(),
      ledger: ledgerSchema,
    }),
  },
  /** A recording to look at. Answers at once; it is opened and its overview built meanwhile. */
  'review.open': {
    params: z.strictObject({ path: z.string().trim().min(1).max(4096) }),
    result: z.object({ review: z.string() }),
  },
  'review.progress': {
    params: z.strictObject({ review: z.string() }),
    result: reviewProgressSchema,
  },
  /** Answers when the recording is open. */
  'review.describe': { params: z.strictObject({ review: z.string() }), result: reviewedSchema },
  'review.page': { params: reviewPageQuerySchema, result: reviewPageSchema },
  'review.close': { params: z.strictObject({ review: z.string() }), result: done },
  /** A device that plays a recording: stands still, or goes on. */
  'replay.pause': {
    params: z.strictObject({ device: z.string(), paused: z.boolean() }),
    result: done,
  },
  /** Goes on from there: seconds since the beginning of the recording. */
  'replay.seek': {
    params: z.strictObject({ device: z.string(), seconds: z.number() }),
    result: done,
  },
  /** Times real time, and whether it begins again at the end. What is left out stays. */
  'replay.speed': {
    params: z.strictObject({
      device: z.string(),
      speed: z.number().min(0.1).max(100).optional(),
      loop: z.boolean().optional(),
    }),
    result: done,
  },
  /** Who runs when in every thread, over the next seconds, into a file beside the recordings. */
  'trace.save': {
    params: z.strictObject({ seconds: z.number().min(0.1).max(60) }),
    result: z.object({ path: z.string(), spans: z.number(), lost: z.number() }),
  },
  /** To other programs, from now on. */
  'lsl.send': { params: z.strictObject({ what: z.enum(lslSendings) }), result: done },
  /** Opens a target; answers with where it is, which matters where the port was 0. */
  'network.open': {
    params: z.strictObject({ kind: z.enum(networkKinds), at: endpointSchema }),
    result: z.object({ at: endpointSchema }),
  },
  'network.close': { params: z.strictObject({ key: z.string() }), result: done },
  /** For all targets alike, from now on. */
  'network.send': {
    params: z.strictObject({ what: z.enum(['devices', 'everything']) }),
    result: done,
  },
  /** Markers that other programs send as datagrams; null: none any more. */
  'markers.listen': {
    params: z.strictObject({ at: endpointSchema.nullable() }),
    result: z.object({ at: endpointSchema.nullable() }),
  },
  ...graphMethods,
  'notices.dismiss': { params: z.strictObject({ number: z.int() }), result: done },
} as const

export type Methods = typeof methods
export type Method = keyof Methods
export type Params<M extends Method> = z.input<Methods[M]['params']>
export type Result<M extends Method> = z.output<Methods[M]['result']>

export const events = {
  setup: setupSchema,
  status: statusSchema,
  marker: markerSchema,
  sessions: sessionsEventSchema,
} as const

export type Events = typeof events
export type EventName = keyof Events
export type EventData<E extends EventName> = z.output<Events[E]>
