/**
 * What a recording of ours says about itself, as XML: the LSL conventions, so that every program
 * finds labels, types, units and positions, and our own facts under `desc/synapsestream`.
 */
import type {
  Channel,
  ClockColumns,
  Ledger,
  NumericFormat,
  Origin,
  StreamInfo,
  TextStream,
} from '../../signal/index.ts'
import { mergeDescription } from './merge-description.ts'
import { ownNames, type XdfFormat, xdfFormats } from './xdf-format.ts'
import { element } from './xml-text.ts'

const encoder = new TextEncoder()
const prolog = '<?xml version="1.0" encoding="UTF-8"?>'

export function fileHeaderXml(startedAt: Date): Uint8Array {
  const exact = startedAt.toISOString()
  // To the second, as LabRecorder writes it: readers parse exactly this form.
  const datetime = `${exact.slice(0, 19)}+0000`
  return encoder.encode(
    `${prolog}<info><version>1.0</version><datetime>${datetime}</datetime>` +
      `<synapsestream><started_at>${exact}</started_at></synapsestream></info>`,
  )
}

export function streamHeaderXml(info: StreamInfo, startedAt: Date): Uint8Array {
  const { origin } = info
  return headerXml(startedAt, {
    // A stream without a name stops pyxdf.
    name: info.name || info.id,
    type: info.type,
    sourceId: info.id,
    rateHz: info.nominalRateHz,
    format: xdfFormats[info.sampleFormat as NumericFormat],
    channels: info.channels.map(channelXml),
    facts: `<role>signal</role>${originXml(origin)}`,
    more: acquisitionXml(origin),
    description: origin.description,
  })
}

function acquisitionXml(origin: Origin): string {
  const acquisition =
    optional('manufacturer', origin.manufacturer) +
    optional('model', origin.model) +
    optional('serial_number', origin.serialNumber) +
    optional('firmware', origin.firmware)
  return acquisition && `<acquisition>${acquisition}</acquisition>`
}

/**
 * The element `desc` by which an LSL outlet describes a stream of physical values: what a receiver
 * shows and records of it.
 */
export function outletDescriptionXml({ channels, origin }: StreamInfo): string {
  const physical = channels.map((channel) => channelXml({ ...channel, scale: 1, offset: 0 }))
  const own = `<synapsestream><version>1</version>${originXml(origin)}</synapsestream>`
  const said = `<desc><channels>${physical.join('')}</channels>${acquisitionXml(origin)}${own}</desc>`
  return mergeDescription(said, origin.description)
}

/** The companion: per row, what device and host said of that sample, untouched. */
export function clockHeaderXml(
  info: StreamInfo,
  columns: ClockColumns,
  startedAt: Date,
): Uint8Array {
  const channels = [clockChannelXml('sample_index', '1'), clockChannelXml('host_time', 'seconds')]
  if (columns.deviceTime) channels.push(clockChannelXml('device_time', 'seconds'))
  if (columns.sequence) channels.push(clockChannelXml('sequence', '1'))
  return headerXml(startedAt, {
    name: `${info.name} clock`,
    type: ownNames.clockType,
    sourceId: `${info.id} clock`,
    rateHz: info.nominalRateHz,
    format: 'double64',
    channels,
    facts: `<role>clock</role>${element('clock_of', info.id)}`,
  })
}

export function textHeaderXml(name: string, role: string, startedAt: Date): Uint8Array {
  return headerXml(startedAt, {
    name,
    type: name,
    sourceId: `synapsestream ${role}`,
    rateHz: 0,
    format: 'string',
    channels: [`<channel>${element('label', name)}<type>MISC</type></channel>`],
    facts: `<role>${role}</role>`,
  })
}

/** A stream of somebody's texts, which has no role in our own files: any reader takes it as it is. */
export function textStreamXml(stream: TextStream, startedAt: Date): Uint8Array {
  const { name, type, sourceId, channels, role } = stream
  return headerXml(startedAt, {
    name,
    type,
    sourceId,
    rateHz: 0,
    format: 'string',
    channels: channels.map(
      (label) => `<channel>${element('label', label)}<type>MISC</type></channel>`,
    ),
    facts: role ? element('role', role) : '',
  })
}

interface Header {
  readonly name: string
  readonly type: string
  readonly sourceId: string
  readonly rateHz: number
  readonly format: XdfFormat
  readonly channels: readonly string[]
  readonly facts: string
  readonly more?: string
  /** A description of another program's, to be merged into ours. */
  readonly description?: string | undefined
}

/**
 * `can_drop_samples` tells pyxdf (1.17.4 and later) to take the stamps as they are: laying a
 * straight line through them would shift every sample of a stream with losses.
 */
function headerXml(startedAt: Date, header: Header): Uint8Array {
  return encoder.encode(
    `${prolog}<info>${element('name', header.name)}${element('type', header.type)}` +
      `<channel_count>${header.channels.length || 1}</channel_count>` +
      `<nominal_srate>${header.rateHz}</nominal_srate>` +
      `<channel_format>${header.format}</channel_format>` +
      `${element('source_id', header.sourceId)}` +
      `<created_at>${startedAt.getTime() / 1000}</created_at>` +
      `${mergeDescription(descriptionXml(header), header.description)}</info>`,
  )
}

function descriptionXml({ channels, more = '', facts }: Header): string {
  return (
    `<desc><channels>${channels.join('')}</channels>${more}` +
    `<synchronization><can_drop_samples>true</can_drop_samples></synchronization>` +
    `<synapsestream><version>1</version>${facts}</synapsestream></desc>`
  )
}

function originXml(origin: Origin): string {
  const settings = Object.entries(origin.settings ?? {})
    .map(
      ([name, value]) =>
        `<setting>${element('name', name)}<type>${typeof value}</type>` +
        `${element('value', String(value))}</setting>`,
    )
    .join('')
  const given = origin.settings ? `<settings>${settings}</settings>` : ''
  return `${element('source', origin.source)}${given}`
}

/**
 * A program that does not scale must not take counts for microvolts: the unit of what is stored
 * is `counts` then, with all that is needed to compute the physical value beside it.
 */
function channelXml(channel: Channel): string {
  const physical = channel.scale === 1 && channel.offset === 0
  const range = channel.range
    ? `<minimum>${channel.range[0]}</minimum><maximum>${channel.range[1]}</maximum>`
    : ''
  return (
    `<channel>${element('label', channel.label)}${element('type', channel.type)}` +
    `${element('unit', physical ? lslUnit(channel.unit) : 'counts')}` +
    `<scale>${channel.scale}</scale><offset>${channel.offset}</offset>` +
    `${element('physical_unit', channel.unit)}${range}${locationXml(channel)}</channel>`
  )
}

function locationXml({ position }: Channel): string {
  if (!position) return ''
  const [x, y, z] = position.map(millimetres)
  return `<location><X>${x}</X><Y>${y}</Y><Z>${z}</Z></location>`
}

/** LSL has positions in millimetres. The digits are kept, only the exponent moves. */
function millimetres(metres: number): string {
  const [digits, exponent] = metres.toExponential().split('e')
  const exact = `${digits}e${Number(exponent) + 3}`
  const plain = Number(exact)
  return Number(`${plain}e-3`) === metres ? `${plain}` : exact
}

function clockChannelXml(label: string, unit: string): string {
  return `<channel><label>${label}</label><type>SYSCLOCK</type><unit>${unit}</unit></channel>`
}

function lslUnit(unit: string): string {
  return (
    ({ uV: 'microvolts', mV: 'millivolts', V: 'volts' } as Record<string, string>)[unit] ?? unit
  )
}

export function footerXml(
  first: number,
  last: number,
  sampleCount: number,
  ledger: Ledger | null,
): Uint8Array {
  const account = ledger
    ? `<synapsestream><expected>${ledger.expected}</expected>` +
      `<received>${ledger.received}</received><lost>${ledger.lost}</lost></synapsestream>`
    : ''
  return encoder.encode(
    `${prolog}<info><first_timestamp>${first}</first_timestamp>` +
      `<last_timestamp>${last}</last_timestamp>` +
      `<sample_count>${sampleCount}</sample_count>${account}</info>`,
  )
}

function optional(name: string, text: string | undefined): string {
  return text === undefined ? '' : element(name, text)
}
