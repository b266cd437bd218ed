/** What the XML of a StreamHeader says, in our words; ours and that of any other program. */
import type {
  Channel,
  NumericFormat,
  Origin,
  SampleFormat,
  StreamInfo,
} from '../../signal/index.ts'
import { channelType, unit } from '../channel-words.ts'
import { limits, sampleFormats, valueBytes, type XdfFormat } from './xdf-format.ts'
import { find, numberAt, textAt, type XmlElement } from './xml-tree.ts'

/** What a stream of our own writer is for. */
export type OwnRole = 'signal' | 'clock' | 'markers' | 'marker-details' | 'gaps' | 'settings'

export interface XdfStreamHeader {
  /** The stream id of the chunks. */
  readonly number: number
  readonly info: StreamInfo
  readonly format: XdfFormat
  readonly channelCount: number
  /** Bytes of the values of a row; 0 for text. */
  readonly rowBytes: number
  readonly periodSeconds: number
  readonly role: OwnRole | undefined
  /** Of a companion: the id of the stream that it belongs to. */
  readonly clockOf: string | undefined
  /** The stamps are exact as they are, and not to be laid on a line. */
  readonly canDropSamples: boolean
}

const roles: readonly string[] = [
  'signal',
  'clock',
  'markers',
  'marker-details',
  'gaps',
  'settings',
]

/** Undefined, with the reason, where it cannot be a description of samples. */
export function readStreamHeader(
  number: number,
  root: XmlElement | undefined,
): XdfStreamHeader | { readonly fault: string } {
  const format = textAt(root, 'channel_format')?.trim() ?? ''
  const channelCount = numberAt(root, 'channel_count') ?? Number.NaN
  if (format !== 'string' && !(format in valueBytes)) {
    return { fault: `channel format ${JSON.stringify(format.slice(0, 40))} is unknown` }
  }
  if (!Number.isInteger(channelCount) || channelCount < 0 || channelCount > limits.channels) {
    const given = (textAt(root, 'channel_count') ?? '').slice(0, 40)
    return { fault: `a channel count of ${JSON.stringify(given)} is not possible` }
  }
  const rateHz = numberAt(root, 'nominal_srate') ?? Number.NaN
  if (!(rateHz >= 0)) return { fault: 'the nominal rate is not a rate' }
  const xdfFormat = format as XdfFormat
  const own = find(root, 'desc', 'synapsestream')
  const role = textAt(own, 'role')
  return {
    number,
    info: readInfo(number, root, xdfFormat, channelCount, rateHz),
    format: xdfFormat,
    channelCount,
    rowBytes: xdfFormat === 'string' ? 0 : channelCount * valueBytes[xdfFormat],
    periodSeconds: rateHz > 0 ? 1 / rateHz : 0,
    role: role !== undefined && roles.includes(role) ? (role as OwnRole) : undefined,
    clockOf: textAt(own, 'clock_of'),
    canDropSamples:
      textAt(root, 'desc', 'synchronization', 'can_drop_samples')?.trim().toLowerCase() === 'true',
  }
}

function readInfo(
  number: number,
  root: XmlElement | undefined,
  format: XdfFormat,
  channelCount: number,
  rateHz: number,
): StreamInfo {
  const type = textAt(root, 'type') ?? ''
  const sourceId = textAt(root, 'source_id')
  const own = find(root, 'desc', 'synapsestream')
  const sampleFormat: SampleFormat = format === 'string' ? 'json' : sampleFormats[format]
  return {
    // Source ids of other programs may be missing or the same twice; the number is unique.
    id: own && sourceId !== undefined ? sourceId : String(number),
    name: textAt(root, 'name') ?? '',
    type,
    sampleFormat,
    nominalRateHz: rateHz,
    channels: readChannels(root, channelCount, type, sampleFormat),
    origin: readOrigin(root, own),
  }
}

function readChannels(
  root: XmlElement | undefined,
  count: number,
  streamType: string,
  format: NumericFormat | 'json',
): Channel[] {
  const described =
    find(root, 'desc', 'channels')?.children.filter((child) => child.name === 'channel') ?? []
  const fallback = channelType(streamType) ?? 'MISC'
  return Array.from({ length: count }, (_, i) => {
    const channel = described[i]
    const unitWord = textAt(channel, 'unit')
    const physicalUnit = textAt(channel, 'physical_unit')
    const minimum = numberAt(channel, 'minimum')
    const maximum = numberAt(channel, 'maximum')
    const position = readPosition(channel)
    return {
      label: textAt(channel, 'label') ?? `${streamType || 'channel'} ${i + 1}`,
      type: channelType(textAt(channel, 'type') ?? '') ?? fallback,
      unit: physicalUnit ?? (format === 'json' ? '1' : unit(unitWord ?? '')),
      scale: physicalUnit === undefined ? 1 : (numberAt(channel, 'scale') ?? 1),
      offset: physicalUnit === undefined ? 0 : (numberAt(channel, 'offset') ?? 0),
      ...(physicalUnit !== undefined && minimum !== undefined && maximum !== undefined
        ? { range: [minimum, maximum] as const }
        : {}),
      ...(position ? { position } : {}),
    }
  })
}

function readPosition(channel: XmlElement | undefined): [number, number, number] | undefined {
  const location = find(channel, 'location')
  const [x, y, z] = ['X', 'Y', 'Z'].map((axis) => metres(textAt(location, axis)))
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z]
}

/** From millimetres, by moving the exponent: the digits are kept. */
function metres(text: string | undefined): number | undefined {
  const [digits, exponent = '0'] = (text ?? '').trim().toLowerCase().split('e')
  const value = digits ? Number(`${digits}e${Number(exponent) - 3}`) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

function readOrigin(root: XmlElement | undefined, own: XmlElement | undefined): Origin {
  const acquisition = find(root, 'desc', 'acquisition')
  const manufacturer = textAt(acquisition, 'manufacturer') ?? textAt(root, 'desc', 'manufacturer')
  const model = textAt(acquisition, 'model')
  const serialNumber = textAt(acquisition, 'serial_number')
  const firmware = textAt(acquisition, 'firmware')
  const sourceId = textAt(root, 'source_id')
  const settings = own ? readSettings(own) : sourceId ? { source_id: sourceId } : undefined
  return {
    source: textAt(own, 'source') ?? 'xdf',
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(settings ? { settings } : {}),
  }
}

function readSettings(own: XmlElement): Record<string, string | number | boolean> | undefined {
  const settings = find(own, 'settings')
  if (!settings) return undefined
  const entries = settings.children.map((setting): [string, string | number | boolean] => {
    const value = textAt(setting, 'value') ?? ''
    const type = textAt(setting, 'type')
    const name = textAt(setting, 'name') ?? ''
    if (type === 'number') return [name, Number(value)]
    return [name, type === 'boolean' ? value === 'true' : value]
  })
  return Object.fromEntries(entries)
}

/** Start of the recording as the file header has it; LabRecorder writes `+0100` without colon. */
export function readStartedAt(root: XmlElement | undefined): Date | null {
  const exact = textAt(root, 'synapsestream', 'started_at')
  const text = (exact ?? textAt(root, 'datetime') ?? '').trim()
  const date = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return text === '' || Number.isNaN(date.getTime()) ? null : date
}
