/** What a BrainVision header (.vhdr) says: where the samples are, how they are stored, channels. */
import { type Channel, SynapseError } from '../../signal/index.ts'
import { channelType, channelTypeOfLabel, unit } from '../channel-words.ts'
import type { ProblemLog } from '../problems.ts'
import type { StoredType } from '../raw-frames.ts'

export interface BrainVisionHeader {
  readonly dataFile: string
  /** Empty where there is none. */
  readonly markerFile: string
  readonly type: StoredType
  readonly littleEndian: boolean
  readonly order: 'frames' | 'channels'
  readonly rateHz: number
  readonly channels: readonly Channel[]
  /** Name of the reference, where all channels have the same. */
  readonly reference: string
}

const mostChannels = 10_000

const types: Readonly<Record<string, StoredType>> = {
  INT_16: 'int16',
  UINT_16: 'uint16',
  INT_32: 'int32',
  IEEE_FLOAT_32: 'float32',
  IEEE_FLOAT_64: 'float64',
}

/**
 * @param bytes the whole header
 * @throws SynapseError file-damaged naming what it lacks, file-unreadable for samples as text
 */
export function readBrainVisionHeader(
  bytes: Uint8Array,
  name: string,
  problems: ProblemLog,
): BrainVisionHeader {
  const sections = readSections(headerLines(bytes))
  const common = sections.get('common infos') ?? new Map<string, string>()
  const binary = sections.get('binary infos') ?? new Map<string, string>()
  const damaged = (what: string) => new SynapseError('file-damaged', `reading ${name}: ${what}`)
  const need = (key: string) => {
    const value = common.get(key.toLowerCase())
    if (value) return value
    throw damaged(`the header has no ${key}`)
  }
  if ((common.get('dataformat') ?? 'BINARY').toUpperCase() !== 'BINARY') {
    throw new SynapseError('file-unreadable', `reading ${name}: its samples are text (ASCII)`, {
      remedy: 'Export it again with DataFormat=BINARY.',
    })
  }
  const stored = binary.get('binaryformat') ?? 'INT_16'
  const type = types[stored.toUpperCase()]
  if (!type) throw damaged(`BinaryFormat=${stored.slice(0, 40)} is none that we know`)
  const count = Number(need('NumberOfChannels'))
  if (!Number.isInteger(count) || count < 1 || count > mostChannels) {
    throw damaged(`${need('NumberOfChannels').slice(0, 40)} channels`)
  }
  const interval = Number(need('SamplingInterval'))
  if (!(interval > 0 && Number.isFinite(1e6 / interval))) {
    throw damaged(`a SamplingInterval of ${need('SamplingInterval').slice(0, 40)} µs`)
  }
  const infos = sections.get('channel infos') ?? new Map<string, string>()
  const parsed = Array.from({ length: count }, (_, i) =>
    readChannel(infos.get(`ch${i + 1}`), i, problems),
  )
  const references = new Set(parsed.map(({ reference }) => reference))
  return {
    dataFile: need('DataFile'),
    markerFile: common.get('markerfile') ?? '',
    type,
    littleEndian: !/^y/i.test(binary.get('usebigendianorder') ?? 'NO'),
    order: /^vector/i.test(common.get('dataorientation') ?? '') ? 'channels' : 'frames',
    rateHz: 1e6 / interval,
    channels: numbered(
      parsed.map(({ channel }) => channel),
      problems,
    ),
    reference: references.size === 1 ? parsed[0]!.reference : '',
  }
}

/** Older recorders wrote in the code page of Western Europe and did not say so. */
function headerLines(bytes: Uint8Array): string[] {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const isUtf8 = /^Codepage\s*=\s*UTF-?8/im.test(start)
  return new TextDecoder(isUtf8 ? 'utf-8' : 'windows-1252').decode(bytes).split(/\r\n|\n|\r/)
}

type Section = Map<string, string>

function readSections(lines: readonly string[]): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>()
  let section: Section = new Map()
  for (const line of lines) {
    const [, title] = /^\[(.*)\]\s*$/.exec(line) ?? []
    if (title !== undefined) {
      section = sections.get(title.toLowerCase()) ?? new Map()
      sections.set(title.toLowerCase(), section)
    } else if (!line.startsWith(';')) {
      const at = line.indexOf('=')
      if (at > 0) section.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim())
    }
  }
  return sections
}

const otherUnits: Readonly<Record<string, string>> = { 'n/a': '1', C: 'degC' }

/** `Fp1,,0.5,µV`: name, reference, resolution, unit; all but the name may be missing. */
function readChannel(
  line: string | undefined,
  index: number,
  problems: ProblemLog,
): { readonly channel: Channel; readonly reference: string } {
  if (line === undefined) problems.note('bad-header', `channel ${index + 1} is not described`)
  const fields = (line ?? '').split(',').map((field) => field.replaceAll('\\1', ',').trim())
  const [name = '', reference = '', resolution = '', word = ''] = fields
  const label = name || `channel ${index + 1}`
  let scale = resolution === '' ? 1 : Number(resolution)
  if (!Number.isFinite(scale) || scale === 0) {
    problems.note('bad-scaling', `${label}: a resolution of ${resolution.slice(0, 40)}`, label)
    scale = 1
  }
  // Without a word the unit is the microvolt, by the definition of the format.
  const own = word === '' ? 'uV' : (otherUnits[word] ?? unit(word))
  const volts = /^[munp]?V$/.test(own)
  const type = channelTypeOfLabel(label) ?? channelType(label) ?? (volts ? 'EEG' : 'MISC')
  const known = { label, type: volts || type !== 'EEG' ? type : 'MISC', unit: own } as const
  return { channel: { ...known, scale, offset: 0 }, reference }
}

export function numbered(channels: readonly Channel[], problems: ProblemLog): Channel[] {
  const taken = new Set<string>()
  return channels.map((channel) => {
    let { label } = channel
    for (let k = 2; taken.has(label); k++) label = `${channel.label} ${k}`
    if (label !== channel.label) problems.note('duplicate-label', `${channel.label} stands twice`)
    taken.add(label)
    return { ...channel, label }
  })
}
