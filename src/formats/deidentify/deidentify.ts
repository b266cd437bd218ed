/**
 * A recording without what could tell whose it is: the same samples, indices, gaps and times, read
 * through. What was taken out is told as a table, and stands nowhere else.
 */
import type { Origin, StreamInfo } from '../../signal/index.ts'
import type { RecordedMarker, RecordedStream, Recording, RecordingItem } from '../recording.ts'
import { PlainClock } from './plain-clock.ts'

export interface DeidentifyOptions {
  /** Moves the date by so many days; without it the day becomes 2000-01-01, at the same hour. */
  readonly shiftDays?: number
  /** Labels of markers stay as they are. */
  readonly keepAnnotations?: boolean
}

/** One kind of fact that is gone. */
export interface Removal {
  readonly what: string
  readonly count: number
  readonly detail: string
}

export interface Deidentified {
  readonly recording: Recording
  readonly removed: readonly Removal[]
}

export function deidentify(recording: Recording, options: DeidentifyOptions = {}): Deidentified {
  const numeric = recording.streams.filter(({ info }) => info.sampleFormat !== 'json')
  const clock = new PlainClock(
    [...recording.streams.map(({ firstTime }) => firstTime ?? 0), recording.markers[0]?.time ?? 0],
    options.shiftDays,
  )
  const infos = numeric.map(({ info }, i) => plainInfo(info, i))
  const idOf = new Map(numeric.map(({ info }, i) => [info.id, infos[i]!.info.id]))
  const streams = numeric.map((stream, i) => ({
    ...clock.stream(stream),
    info: infos[i]!.info,
  }))
  const names = new LabelNames(options.keepAnnotations ?? false)
  const markers = recording.markers.map((marker) => plainMarker(marker, names, clock))
  const startedAt = shifted(recording.startedAt, options.shiftDays)
  return {
    recording: {
      ...recording,
      startedAt,
      streams,
      markers,
      settings: [],
      problems: recording.problems.map(({ code }) => ({ code, message: 'found in the original' })),
      read: () => renamed(recording.read(), idOf, clock),
    },
    removed: [
      dateRemoval(recording.startedAt, options.shiftDays),
      ...originRemovals(numeric, infos),
      removal(
        'texts of markers',
        names.replaced,
        `free texts, each replaced by "event" and a number of its own`,
      ),
      removal(
        'sources of markers',
        recording.markers.filter(({ source }) => source !== undefined).length,
        'who or what set them',
      ),
      removal(
        'settings in force',
        recording.settings?.length ?? 0,
        'names, addresses and serial numbers of devices',
      ),
      removal(
        'streams of texts',
        recording.streams.length - numeric.length,
        'left out; their texts are markers',
      ),
    ].filter(({ count }) => count > 0),
  }
}

function removal(what: string, count: number, detail: string): Removal {
  return { what, count, detail }
}

const dayMilliseconds = 86_400_000
const plainDay = Date.UTC(2000, 0, 1)

function shifted(date: Date | null, days: number | undefined): Date | null {
  if (!date) return null
  const time = date.getTime()
  if (days !== undefined) return new Date(time + days * dayMilliseconds)
  return new Date(plainDay + (((time % dayMilliseconds) + dayMilliseconds) % dayMilliseconds))
}

function dateRemoval(date: Date | null, days: number | undefined): Removal {
  const how = days === undefined ? 'the day is 2000-01-01' : 'moved by the days that were asked for'
  return removal('date', date ? 1 : 0, `${how}; the time of day is kept`)
}

/** Settings of measuring, which are worth keeping and say nothing about anybody. */
const harmlessSettings =
  /^(gain|reference|ground|filter|prefilter|highpass|lowpass|notch|montage|cap|range|resolution|rate|sampling|bias|srb|channels?|preset|mode|current|frequency|units?)/i

interface PlainInfo {
  readonly info: StreamInfo
  readonly settings: number
}

/** The id of a stream is made of the serial number of its device, and so may be its name. */
function plainInfo(info: StreamInfo, index: number): PlainInfo {
  const { source, manufacturer, model, firmware, settings, serialNumber } = info.origin
  const all = Object.entries(settings ?? {})
  const kept = all.filter(([name, value]) => isHarmless(name, value))
  const isModel = model !== undefined && !/^[eb]df$/.test(source) && !/\d{5}/.test(model)
  const origin: Origin = {
    source,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(isModel ? { model } : {}),
    ...(firmware === undefined ? {} : { firmware }),
    ...(kept.length > 0 ? { settings: Object.fromEntries(kept) } : {}),
  }
  const ownsName = serialNumber !== undefined && info.name.includes(serialNumber)
  const isKept = !ownsName && isPlainName(info, origin) && info.name !== info.id
  const name = isKept ? info.name : info.type
  const plain = { ...info, id: `stream-${index + 1}`, name, origin }
  return { info: plain, settings: all.length - kept.length }
}

const plainWords = /^(data|stream|signals?|raw|exg|eeg|ecg|emg|eog|ppg|acc|accel|accelerometer)$/i
const moreWords = /^(gyro|gyroscope|motion|aux|impedance|quality|battery|temperature|synthetic)$/i

/** A name by another program may be anybody's, too: words of the field, the type or the device. */
function isPlainName({ name, type }: StreamInfo, { model = '', manufacturer = '' }: Origin) {
  const known = new Set(`${type} ${model} ${manufacturer}`.toLowerCase().split(/[^\p{L}\d]+/u))
  const words = name.split(/[ _-]+/)
  return words.every((word) => {
    return plainWords.test(word) || moreWords.test(word) || known.has(word.toLowerCase())
  })
}

/** `HP:0.1Hz LP:75Hz N:50Hz`, and nothing else: EDF has 80 characters of any text there. */
const filterText = /^((HP|LP|BP|BS|N|notch|none|DC)[:= ]*([\d.,-]+ *(m|k)?(Hz|s))?[ ,;]*)*$/i

function isHarmless(name: string, value: string | number | boolean): boolean {
  if (!harmlessSettings.test(name) || looksPersonal(value)) return false
  return !/^(pre)?filter$/i.test(name) || typeof value !== 'string' || filterText.test(value)
}

/** Paths, addresses, dates, and texts long enough to be prose. */
function looksPersonal(value: string | number | boolean): boolean {
  if (typeof value !== 'string') return false
  return value.length > 60 || /[/\\@]|\d{4}-\d\d-\d\d|([0-9a-f]{2}:){3}/i.test(value)
}

function originRemovals(
  streams: readonly RecordedStream[],
  infos: readonly PlainInfo[],
): readonly Removal[] {
  const count = (has: (stream: RecordedStream) => boolean) => streams.filter(has).length
  return [
    removal(
      'serial numbers',
      count(({ info }) => info.origin.serialNumber !== undefined),
      'of devices',
    ),
    removal(
      'descriptions',
      count(({ info }) => info.origin.description !== undefined),
      'of other programs, with names of computers and users',
    ),
    removal(
      'settings',
      infos.reduce((sum, { settings }) => sum + settings, 0),
      'that are not about measuring: paths, addresses, names',
    ),
    removal(
      'equipment',
      streams.filter(({ info }, i) => info.origin.model !== infos[i]!.info.origin.model).length,
      'a text of any kind in EDF, and wherever it has a number in it',
    ),
    removal('ids of streams', streams.length, 'made of serial numbers and addresses'),
    removal(
      'names of streams',
      streams.filter(({ info }, i) => info.name !== infos[i]!.info.name).length,
      'replaced by the type',
    ),
  ]
}

/** Codes of triggers, and what this program writes itself. */
const codes =
  /^([SR]? *\d{1,5}|T\d|impedance \S{1,16} (off|[\d.]+ kΩ)|BAD_\w+(: (about )?\d+ samples \w+)?|New Segment)$/

/** Texts that were alike stay alike, so that conditions can still be told apart. */
class LabelNames {
  replaced = 0
  readonly #keepAll: boolean
  readonly #names = new Map<string, string>()

  constructor(keepAll: boolean) {
    this.#keepAll = keepAll
  }

  nameOf(label: string): string {
    if (this.#keepAll || codes.test(label)) return label
    this.replaced += 1
    const known = this.#names.get(label) ?? `event ${this.#names.size + 1}`
    this.#names.set(label, known)
    return known
  }
}

function plainMarker(
  { time, label, durationSeconds, value }: RecordedMarker,
  names: LabelNames,
  clock: PlainClock,
): RecordedMarker {
  const plain = { time: clock.moved(time), label: names.nameOf(label), durationSeconds }
  return value === undefined ? plain : { ...plain, value }
}

async function* renamed(
  items: AsyncGenerator<RecordingItem, void, void>,
  idOf: ReadonlyMap<string, string>,
  clock: PlainClock,
): AsyncGenerator<RecordingItem, void, void> {
  for await (const item of items) {
    const stream = idOf.get(item.stream)
    if (stream === undefined) continue
    if (item.kind === 'gap') yield { ...item, stream, gap: clock.gap(item.gap) }
    else yield { kind: 'chunk', stream, chunk: clock.chunk(item.chunk) }
  }
}
