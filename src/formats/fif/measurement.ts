/** What the tags of a raw FIF file say: channels, rate, start, annotations, and where samples are. */
import type { Channel, ChannelType } from '../../signal/index.ts'
import type { ProblemLog } from '../problems.ts'
import type { StoredType } from '../raw-frames.ts'
import type { FifTags, Tag } from './tags.ts'

export interface DataBuffer {
  readonly type: StoredType
  readonly offset: number
  readonly bytes: number
  /** Missing before it: so many buffers of its length, and so many samples. */
  readonly skippedBuffers: number
  readonly skippedSamples: number
}

export interface Annotations {
  readonly onsets: readonly number[]
  readonly ends: readonly number[]
  readonly texts: readonly string[]
  /** Onsets count from the start of the measurement, not from the first sample. */
  readonly fromStart: boolean
}

export interface Measurement {
  channelCount: number
  rateHz: number
  startedAt: Date | null
  firstSample: number
  readonly channels: Channel[]
  readonly longNames: string[]
  readonly buffers: DataBuffer[]
  readonly annotations: { -readonly [K in keyof Annotations]: Annotations[K] }
  goesOn: boolean
}

const inInfo = 101
const inRaw: ReadonlySet<number> = new Set([102, 112, 119])
const inChannel = 113
const inAnnotations = 3810
const inReference = 118

const bufferTypes: Readonly<Record<number, StoredType>> = {
  2: 'int16',
  3: 'int32',
  4: 'float32',
  5: 'float64',
  16: 'int16',
}

const mostBuffers = 2_000_000
const mostChannels = 10_000

/** @throws SynapseError file-damaged, io-failed */
export async function readMeasurement(tags: FifTags, problems: ProblemLog): Promise<Measurement> {
  const found: Measurement = {
    channelCount: 0,
    rateHz: 0,
    startedAt: null,
    firstSample: 0,
    channels: [],
    longNames: [],
    buffers: [],
    annotations: { onsets: [], ends: [], texts: [], fromStart: false },
    goesOn: false,
  }
  const skipped = { buffers: 0, samples: 0 }
  for await (const tag of tags.walk()) {
    const { blocks } = tag
    if (blocks.some((block) => inRaw.has(block))) await takeRaw(tags, tag, found, skipped)
    else if (blocks.includes(inAnnotations)) await takeAnnotations(tags, tag, found)
    else if (blocks.includes(inInfo)) await takeInfo(tags, tag, found, problems)
    else if (blocks.includes(inReference) && tag.kind === 115) {
      found.goesOn ||= (await tags.integer(tag)) === 2
    }
  }
  return found
}

async function takeRaw(
  tags: FifTags,
  tag: Tag,
  found: Measurement,
  skipped: { buffers: number; samples: number },
): Promise<void> {
  if (tag.kind === 208) found.firstSample = await tags.integer(tag)
  else if (tag.kind === 301) skipped.buffers += Math.max(0, await tags.integer(tag))
  else if (tag.kind === 303) skipped.samples += Math.max(0, await tags.integer(tag))
  else if (tag.kind === 300) {
    const type = bufferTypes[tag.type & 0xffff]
    if (!type) throw tags.damaged(`samples of type ${tag.type}, which only MNE reads`)
    if (found.buffers.length >= mostBuffers) throw tags.damaged('too many pieces of samples')
    const { offset, size } = tag
    const missing = { skippedBuffers: skipped.buffers, skippedSamples: skipped.samples }
    found.buffers.push({ type, offset, bytes: size, ...missing })
    skipped.buffers = 0
    skipped.samples = 0
  }
}

async function takeInfo(
  tags: FifTags,
  tag: Tag,
  found: Measurement,
  problems: ProblemLog,
): Promise<void> {
  if (tag.blocks.includes(inChannel)) {
    if (tag.kind === 258) found.longNames.push((await tags.text(tag)).replace(/\0.*$/s, ''))
    return
  }
  // Deeper blocks have other rates and channels.
  if (tag.blocks.at(-1) !== inInfo) return
  if (tag.kind === 200) found.channelCount = await tags.integer(tag)
  else if (tag.kind === 201) found.rateHz = (await tags.floats(tag))[0] ?? 0
  else if (tag.kind === 204) found.startedAt = await dateOf(tags, tag)
  else if (tag.kind === 203) {
    if (found.channels.length >= mostChannels) throw tags.damaged('too many channels')
    found.channels.push(channelOf(await tags.data(tag), found.channels.length, problems))
  }
}

/** Seconds and microseconds since 1970. */
async function dateOf(tags: FifTags, tag: Tag): Promise<Date | null> {
  const view = await tags.data(tag)
  if (view.byteLength < 8) return null
  return new Date(view.getInt32(0) * 1000 + view.getInt32(4) / 1000)
}

async function takeAnnotations(tags: FifTags, tag: Tag, { annotations }: Measurement) {
  if (tag.kind === 3568) annotations.onsets = await tags.floats(tag)
  else if (tag.kind === 3569) annotations.ends = await tags.floats(tag)
  else if (tag.kind === 206) annotations.texts = (await tags.text(tag)).split(':')
  else if (tag.kind === 204) annotations.fromStart = true
}

const types: Readonly<Record<number, ChannelType>> = {
  2: 'EEG',
  3: 'TRIG',
  202: 'EOG',
  302: 'EMG',
  402: 'ECG',
}
const units: Readonly<Record<number, string>> = { 107: 'V', 112: 'T', 201: 'T/m' }

/** 96 bytes: kind, range, calibration, place, unit, name. */
function channelOf(view: DataView, index: number, problems: ProblemLog): Channel {
  if (view.byteLength < 96) {
    problems.note('bad-header', `channel ${index + 1} is not described`)
    const label = `channel ${index + 1}`
    return { label, type: 'MISC', unit: '1', scale: 1, offset: 0 }
  }
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  const label = bytes.toString('latin1', 80, 96).replace(/\0.*$/s, '') || `channel ${index + 1}`
  let scale = view.getFloat32(12) * view.getFloat32(16)
  if (!Number.isFinite(scale) || scale === 0) {
    problems.note('bad-scaling', `${label}: a calibration of ${scale}`, label)
    scale = 1
  }
  const type = types[view.getInt32(8)] ?? 'MISC'
  const [x = 0, y = 0, z = 0] = [24, 28, 32].map((at) => view.getFloat32(at))
  const isPlace = type === 'EEG' && [x, y, z].every((part) => Math.abs(part) < 1)
  return {
    label,
    type,
    unit: units[view.getInt32(72)] ?? '1',
    scale,
    offset: 0,
    ...(isPlace && (x !== 0 || y !== 0 || z !== 0) ? { position: [x, y, z] as const } : {}),
  }
}
