/** The two texts of a BrainVision recording: header (.vhdr) and markers (.vmrk), in UTF-8. */
import type { Channel } from '../../signal/index.ts'
import type { StoredValues } from './stored-values.ts'

export interface BrainVisionMarker {
  readonly type: string
  readonly text: string
  /** From 0. */
  readonly position: number
  readonly samples: number
  /** When a segment begins: 20 digits. */
  readonly date?: string
}

const preamble = (kind: string) => `BrainVision Data Exchange ${kind} File Version 1.0\r\n`
const common = '\r\n[Common Infos]\r\nCodepage=UTF-8\r\n'

export function headerText(
  names: { readonly data: string; readonly markers: string },
  channels: readonly Channel[],
  values: StoredValues,
  rateHz: number,
): string {
  const labels = channelNames(channels)
  const lines = channels.map(({ unit }, i) => {
    const { resolution } = values.channels[i]!
    return `Ch${i + 1}=${labels[i]},,${resolution},${unitWord(unit)}`
  })
  return (
    `${preamble('Header')}; Written by SynapseStream\r\n${common}` +
    `DataFile=${names.data}\r\nMarkerFile=${names.markers}\r\n` +
    'DataFormat=BINARY\r\nDataOrientation=MULTIPLEXED\r\n' +
    `NumberOfChannels=${channels.length}\r\n` +
    `; In microseconds\r\nSamplingInterval=${1e6 / rateHz}\r\n\r\n` +
    `[Binary Infos]\r\nBinaryFormat=${values.format}\r\n\r\n` +
    '[Channel Infos]\r\n; name, reference, resolution, unit; a comma in a name is \\1\r\n' +
    `${lines.join('\r\n')}\r\n`
  )
}

export function markersText(dataFile: string, markers: readonly BrainVisionMarker[]): string {
  const lines = markers.map(({ type, text, position, samples, date }, i) => {
    const fields = [type, brainVisionWord(text), position + 1, samples, 0]
    return `Mk${i + 1}=${fields.join(',')}${date === undefined ? '' : `,${date}`}`
  })
  return (
    `${preamble('Marker')}${common}DataFile=${dataFile}\r\n\r\n[Marker Infos]\r\n` +
    '; type, description, position from 1, samples, channel (0: all), date of a new segment\r\n' +
    `${lines.join('\r\n')}\r\n`
  )
}

/** No two alike: MNE refuses a file with two channels of one name. */
export function channelNames(channels: readonly Channel[]): string[] {
  const taken = new Set<string>()
  return channels.map(({ label }, i) => {
    const plain = brainVisionWord(label) || `channel ${i + 1}`
    let own = plain
    for (let k = 2; taken.has(own); k++) own = `${plain} ${k}`
    taken.add(own)
    return own
  })
}

/** One line; commas part the fields, and stand as \1 within them. */
export function brainVisionWord(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: one line of text is wanted
      .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
      .trim()
      .replaceAll(',', '\\1')
  )
}

const unitWords: Readonly<Record<string, string>> = { uV: 'µV', degC: 'C', '1': 'n/a', '': 'n/a' }

function unitWord(unit: string): string {
  return brainVisionWord(unitWords[unit] ?? unit)
}

/** `2026-05-04T03:02:01.123Z` as 20260504030201123000 */
export function segmentDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace(/\D/g, '')}000`
}
