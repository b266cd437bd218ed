/**
 * Which column of a row is what, in the text files of the OpenBCI GUI (versions 4 to 6) and in the
 * CSV files of BrainFlow. Values are kept as printed, in physical units.
 */
import { type Channel, type Origin, physicalChannel } from '../../signal/index.ts'
import type { ProblemLog } from '../problems.ts'
import { brainflowBoard } from './brainflow-boards.ts'

export interface TextLayout {
  readonly format: 'openbci-text' | 'brainflow-csv'
  readonly separator: ',' | '\t'
  /** Rows of the file before the samples. */
  readonly headerLines: number
  /** Columns that a row must have. */
  readonly columns: number
  readonly groups: readonly ColumnGroup[]
  /** −1 for a column that the file does not have. */
  readonly sampleIndex: number
  /** Unix time, in seconds or milliseconds. */
  readonly timestamp: number
  /** Time of day, for people. */
  readonly timeOfDay: number
  readonly marker: number
  /** 0 where the file does not say. */
  readonly nominalRateHz: number
  readonly origin: Origin
}

/** Columns that make one stream. */
export interface ColumnGroup {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly columns: readonly number[]
  readonly channels: readonly Channel[]
}

/**
 * One count of the converter, for those who want the counts back: `round(value / this)`. It holds
 * for the gain that the board starts with; the file does not say whether it was changed.
 */
const microvoltsPerCount = {
  cyton: 4.5e6 / 24 / (2 ** 23 - 1),
  ganglion: 1.2e6 / (8_388_607 * 1.5 * 51),
} as const

export function looksLikeOpenBci(lines: readonly string[]): boolean {
  return withoutMark(lines[0] ?? '').startsWith('%OpenBCI')
}

export function looksLikeBrainflow(lines: readonly string[]): boolean {
  const first = withoutMark(lines[0] ?? '')
  const values = splitRow(first, separatorOf(first)).map(Number)
  if (values.length < 4 || values.some(Number.isNaN)) return false
  // Unix seconds, of this millennium, in the last column but one.
  const stamp = values.at(-2)!
  return stamp > 9.4e8 && stamp < 4e9
}

export function openBciLayout(lines: readonly string[], problems: ProblemLog): TextLayout {
  const header = lines.slice(
    0,
    lines.findIndex((line) => !withoutMark(line).startsWith('%')),
  )
  const field = (name: string) =>
    header
      .find((line) => line.includes(name))
      ?.split('=')[1]
      ?.trim() ?? ''
  const rate = Number.parseFloat(field('Sample Rate'))
  const board = field('%Board').replace('OpenBCI_GUI$', '')
  const next = lines[header.length] ?? ''
  const common = {
    format: 'openbci-text',
    separator: ',',
    nominalRateHz: rate > 0 ? rate : 0,
    origin: originOf(board),
  } as const
  if (/^\s*sample index/i.test(next)) {
    const names = splitRow(next, ',').map((name) => name.trim())
    return { ...common, headerLines: header.length + 1, ...namedColumns(names) }
  }
  const channels = Number.parseInt(field('Number of channels'), 10)
  return {
    ...common,
    headerLines: header.length,
    ...unnamedColumns(splitRow(next, ','), channels, problems),
  }
}

type Columns = Omit<TextLayout, 'format' | 'separator' | 'headerLines' | 'nominalRateHz' | 'origin'>

/** Versions 5 and 6 name their columns. */
function namedColumns(names: readonly string[]): Columns {
  const all = (pattern: RegExp) => names.flatMap((name, i) => (pattern.test(name) ? [i] : []))
  const [sampleIndex = -1] = all(/^sample index$/i)
  const [timestamp = -1] = all(/^timestamp$/i)
  const [timeOfDay = -1] = all(/^timestamp \(formatted\)$/i)
  // Version 5 had no name for the marker yet, but the column.
  const [marker = names[timestamp + 1] === 'Other' ? timestamp + 1 : -1] = all(/^marker/i)
  const exg = all(/^(exg|eeg) channel/i)
  const accel = all(/^accel channel/i)
  const known = new Set([sampleIndex, timestamp, timeOfDay, marker, ...exg, ...accel])
  const rest = names.flatMap((name, i) => (known.has(i) || /^not used$/i.test(name) ? [] : [i]))
  return {
    columns: names.length,
    sampleIndex,
    timestamp,
    timeOfDay,
    marker,
    groups: groupsOf(exg, accel, rest, (column) => names[column]!),
  }
}

/** Version 4 has neither names nor, in its first releases, the number of channels. */
function unnamedColumns(
  row: readonly string[],
  channelsGiven: number,
  problems: ProblemLog,
): Columns {
  const found = row.findIndex((field) => field.includes(':'))
  const timeOfDay = found < 0 ? -1 : found
  const numbers = timeOfDay < 0 ? row.length : timeOfDay
  const guessed = Math.max(0, numbers - 1 - 3)
  const count = channelsGiven > 0 ? Math.min(channelsGiven, numbers - 1) : guessed
  if (!(channelsGiven > 0)) {
    const detail = `the number of channels is not given; ${count} follows from the columns`
    problems.note('unknown-layout', detail)
  }
  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  const exg = range(1, 1 + count)
  const accel = range(1 + count, Math.min(numbers, 4 + count))
  const rest = range(4 + count, numbers)
  const name = (column: number) => {
    if (column <= count) return `EXG Channel ${column - 1}`
    return column < 4 + count ? `Accel Channel ${column - 1 - count}` : `Column ${column}`
  }
  return {
    columns: row.length,
    sampleIndex: 0,
    timestamp: timeOfDay >= 0 && row.length > timeOfDay + 1 ? timeOfDay + 1 : -1,
    timeOfDay,
    marker: -1,
    groups: groupsOf(exg, accel, rest, name),
  }
}

/** BrainFlow writes numbers only; how many tells most boards apart. */
export function brainflowLayout(lines: readonly string[], problems: ProblemLog): TextLayout {
  const first = withoutMark(lines[0] ?? '')
  const separator = separatorOf(first)
  const columns = splitRow(first, separator).length
  const board = brainflowBoard(columns)
  if (!board) {
    problems.note('unknown-layout', `no board that we know sends ${columns} columns`)
  }
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
  const exg = range(1, board?.exg ?? 0)
  const accel = range(1 + exg.length, board?.accel ?? 0)
  const rest = range(1 + exg.length + accel.length, columns - 3 - exg.length - accel.length)
  const name = (column: number) => {
    if (exg.includes(column)) return `EXG Channel ${column - 1}`
    return accel.includes(column) ? `Accel Channel ${accel.indexOf(column)}` : `Column ${column}`
  }
  return {
    format: 'brainflow-csv',
    separator,
    headerLines: 0,
    columns,
    sampleIndex: 0,
    timestamp: columns - 2,
    timeOfDay: -1,
    marker: columns - 1,
    nominalRateHz: 0,
    groups: groupsOf(exg, accel, rest, name),
    origin: { source: 'brainflow', ...(board ? { model: board.name } : {}) },
  }
}

function groupsOf(
  exg: readonly number[],
  accel: readonly number[],
  rest: readonly number[],
  name: (column: number) => string,
): ColumnGroup[] {
  const group = (
    id: string,
    type: string,
    columns: readonly number[],
    channel: (label: string) => Channel,
  ): ColumnGroup => ({
    id,
    name: id,
    type,
    columns,
    channels: numbered(columns.map(name)).map(channel),
  })
  const groups = [
    group('exg', 'EEG', exg, (label) => physicalChannel(label, 'EEG', 'uV')),
    group('accel', 'ACC', accel, (label) => physicalChannel(label, 'ACCEL', 'g')),
    group('aux', 'Misc', rest, (label) => physicalChannel(label, 'MISC', '1')),
  ]
  return groups.filter(({ columns }) => columns.length > 0)
}

/** Several columns are called `Other`. */
function numbered(names: readonly string[]): string[] {
  return names.map((name, i) => {
    if (names.indexOf(name) === i && names.lastIndexOf(name) === i) return name
    return `${name} ${names.slice(0, i).filter((other) => other === name).length}`
  })
}

function originOf(board: string): Origin {
  const kind = /cyton/i.test(board) ? 'cyton' : /ganglion/i.test(board) ? 'ganglion' : null
  return {
    source: 'openbci-gui',
    manufacturer: 'OpenBCI',
    ...(board ? { model: board } : {}),
    ...(kind ? { settings: { microvoltsPerCount: microvoltsPerCount[kind] } } : {}),
  }
}

function separatorOf(line: string): ',' | '\t' {
  return line.includes('\t') ? '\t' : ','
}

/** Without the byte order mark that some editors put in front. */
function withoutMark(line: string): string {
  return line.replace(/^\u00ef\u00bb\u00bf/, '')
}

/**
 * The GUI's version 4 prints decimals with the comma of the country, `0, -187500,02, 0,50`: there
 * only a comma with a space behind separates.
 */
export function splitRow(line: string, separator: ',' | '\t'): string[] {
  const fields = line.split(separator)
  if (separator === '\t' || !/^\s*\d+, -?\d+,\d+, /.test(line)) return fields
  const spaced = line.split(', ')
  return spaced.slice(1, 5).every((field) => /^-?\d+,\d+$/.test(field))
    ? spaced.map((field) => field.replace(',', '.'))
    : fields
}
