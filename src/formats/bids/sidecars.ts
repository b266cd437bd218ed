/** What stands beside the samples in BIDS: facts of the recording, channels, electrodes, events. */
import { type Channel, type StreamInfo, standardPosition } from '../../signal/index.ts'
import type { RecordedMarker } from '../recording.ts'
import { type Cell, tableText } from './table.ts'

export interface RecordingFacts {
  readonly task: string
  readonly info: StreamInfo
  /** Labels and units as they stand in the file of samples. */
  readonly written: readonly { readonly label: string; readonly unit: string }[]
  readonly durationSeconds: number
  readonly hasGaps: boolean
  /** 50 or 60; null where nobody said. */
  readonly powerLineHz: number | null
  readonly softwareVersion: string
}

/** Which types of ours the EEG part of BIDS knows; the others are MISC to it. */
const bidsTypes = ['EEG', 'EOG', 'ECG', 'EMG', 'PPG', 'TRIG', 'REF', 'TEMP', 'SYSCLOCK', 'MISC']
const counts = { EEG: 'EEG', EOG: 'EOG', ECG: 'ECG', EMG: 'EMG', TRIG: 'Trigger', MISC: 'MISC' }

function bidsType({ type }: Channel): string {
  return bidsTypes.includes(type) ? type : 'MISC'
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

export function eegJson(facts: RecordingFacts): string {
  const { info, task, durationSeconds, hasGaps, powerLineHz, softwareVersion } = facts
  const { origin, channels } = info
  const setting = (...names: string[]) => {
    const found = names.map((name) => origin.settings?.[name]).find((value) => value !== undefined)
    return found === undefined ? undefined : String(found)
  }
  const prefilter = setting('prefilter')
  const countOf = (type: string) => channels.filter((each) => bidsType(each) === type).length
  const onScalp = channels.filter((each) => each.type === 'EEG')
  const isTenFive = onScalp.length > 0 && onScalp.every(({ label }) => standardPosition(label))
  return json({
    TaskName: task,
    EEGReference: setting('reference', 'reference.label') ?? 'n/a',
    ...(setting('ground') === undefined ? {} : { EEGGround: setting('ground') }),
    ...(isTenFive ? { EEGPlacementScheme: '10-20 system, with its 10-10 and 10-05 places' } : {}),
    SamplingFrequency: info.nominalRateHz,
    PowerLineFrequency: powerLineHz ?? 'n/a',
    SoftwareFilters: 'n/a',
    HardwareFilters: prefilter ? { Prefilter: { Description: prefilter } } : 'n/a',
    ...Object.fromEntries(
      Object.entries(counts).map(([type, word]) => [`${word}ChannelCount`, countOf(type)]),
    ),
    RecordingDuration: durationSeconds,
    RecordingType: hasGaps ? 'discontinuous' : 'continuous',
    ...(origin.manufacturer ? { Manufacturer: origin.manufacturer } : {}),
    ...(origin.model ? { ManufacturersModelName: origin.model } : {}),
    ...(origin.serialNumber ? { DeviceSerialNumber: origin.serialNumber } : {}),
    SoftwareVersions: [
      `SynapseStream ${softwareVersion}`,
      ...(origin.firmware ? [`firmware ${origin.firmware}`] : []),
    ].join(', '),
  })
}

export function channelsTable({ info, written }: RecordingFacts): string {
  const reference = info.origin.settings?.reference
  const columns = ['name', 'type', 'units', 'sampling_frequency', 'reference', 'status']
  return tableText(
    columns,
    info.channels.map((channel, i) => {
      const { label, unit } = written[i]!
      const isEeg = channel.type === 'EEG'
      return [
        label,
        bidsType(channel),
        bidsUnit(unit),
        info.nominalRateHz,
        isEeg && reference !== undefined ? String(reference) : null,
        'good',
      ]
    }),
  )
}

function bidsUnit(unit: string): string {
  if (unit === '1' || unit === '') return 'n/a'
  return unit === 'degC' ? 'oC' : unit
}

/** Null where no electrode has a place, neither measured nor by its name. */
export function electrodesTable(
  { info, written }: RecordingFacts,
  impedances: ReadonlyMap<string, number | null>,
): string | null {
  const scalp = info.channels
    .map((channel, i) => ({ channel, name: written[i]!.label }))
    .filter(({ channel }) => channel.type === 'EEG')
  const isMeasured = scalp.some(({ channel }) => channel.position)
  const placeOf = ({ position, label }: Channel) =>
    isMeasured ? position : standardPosition(label)
  if (!scalp.some(({ channel }) => placeOf(channel)) && impedances.size === 0) return null
  const hasImpedances = scalp.some(({ channel }) => impedances.has(channel.label))
  const columns = ['name', 'x', 'y', 'z', ...(hasImpedances ? ['impedance'] : [])]
  const rows = scalp.map(({ channel, name }): readonly Cell[] => {
    const [x, y, z] = placeOf(channel) ?? []
    return [name, x, y, z, ...(hasImpedances ? [impedances.get(channel.label)] : [])]
  })
  return tableText(columns, rows)
}

/** The same for all runs of a task, which share one file. */
export const coordsystemJson = json({
  EEGCoordinateSystem: 'CapTrak',
  EEGCoordinateUnits: 'm',
  EEGCoordinateSystemDescription:
    'X to the right ear, Y to the nose, Z upwards, from between the ears. Where no place was ' +
    'recorded: those of the 10-05 system on a standard head by the names of the electrodes, ' +
    'not measured.',
})

export interface BidsEvent {
  readonly onset: number
  readonly durationSeconds: number
  readonly type: string
  readonly value: number | undefined
  readonly source: string | undefined
  readonly sample: number
}

export function bidsEvent(
  { label, durationSeconds, value, source }: RecordedMarker,
  onset: number,
  rateHz: number,
): BidsEvent {
  const sample = Math.round(onset * rateHz)
  return { onset, durationSeconds, type: label, value, source, sample }
}

export function eventsTable(events: readonly BidsEvent[]): string {
  const columns = ['onset', 'duration', 'trial_type', 'value', 'sample', 'source', 'HED']
  return tableText(
    columns,
    events
      .toSorted((a, b) => a.onset - b.onset)
      .map(({ onset, durationSeconds, type, value, sample, source }) => [
        Number(onset.toFixed(6)),
        durationSeconds,
        type,
        value,
        sample,
        source,
        hedTag(type),
      ]),
  )
}

/** The label as a tag: letters, digits, hyphens and underscores are what HED allows in a name. */
function hedTag(label: string): string {
  const word = label
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `Label/${word || 'marker'}`
}

export const eventsJson = json({
  onset: { Description: 'From the first sample', Units: 's' },
  duration: { Description: '0 for a moment', Units: 's' },
  trial_type: {
    LongName: 'Marker',
    Description: 'The label of the marker; BAD_gap where samples are missing and were filled',
  },
  value: { Description: 'The number that the marker carries' },
  sample: { Description: 'Number of the sample, from 0' },
  source: { Description: 'Who or what set the marker' },
})
