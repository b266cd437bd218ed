/** The markers of a BrainVision recording (.vmrk), and the breaks that they tell of. */
import type { ByteSource } from '../io.ts'
import { lineBatches } from '../lines.ts'
import type { ProblemLog } from '../problems.ts'

export interface FileMarker {
  readonly type: string
  readonly label: string
  /** Number of its first frame in the file, from 0. */
  readonly frame: number
  readonly frames: number
  /** Milliseconds since 1970, where a segment says when it began. */
  readonly date: number | null
}

const maxMarkers = 1_000_000

/** @throws SynapseError io-failed, file-damaged for a line without end */
export async function readBrainVisionMarkers(
  source: ByteSource,
  name: string,
  problems: ProblemLog,
): Promise<FileMarker[]> {
  const markers: FileMarker[] = []
  let encoding = 'windows-1252'
  for await (const lines of lineBatches(source, name)) {
    for (const line of lines) {
      if (/^Codepage\s*=\s*UTF-?8/i.test(line)) encoding = 'utf-8'
      const [, entry] = /^Mk\d+\s*=(.*)$/i.exec(line) ?? []
      if (entry === undefined) continue
      const marker = readMarker(decoded(entry, encoding))
      if (!marker) problems.note('bad-annotation', `${line.slice(0, 60)} is no marker`)
      else if (markers.length < maxMarkers) markers.push(marker)
      else problems.note('too-many', `more than ${maxMarkers} markers`, 'markers')
    }
  }
  return markers
}

function decoded(latin1: string, encoding: string): string {
  return new TextDecoder(encoding).decode(Buffer.from(latin1, 'latin1'))
}

/** `Stimulus,S  1,487,1,0` and for segments the date behind it. */
function readMarker(entry: string): FileMarker | undefined {
  const [type = '', text = '', position = '', size = '', , date = ''] = entry.split(',')
  const at = Number(position)
  if (position.trim() === '' || !Number.isInteger(at) || at < 0) return undefined
  const frames = Number(size)
  const kind = type.replaceAll('\\1', ',').trim()
  const label = text.replaceAll('\\1', ',').trim()
  return {
    type: kind,
    label: label || kind || 'marker',
    // Some recorders count from 0 in spite of the definition.
    frame: Math.max(0, at - 1),
    frames: Number.isFinite(frames) && frames > 0 ? frames : 0,
    date: segmentTime(date.trim()),
  }
}

/** 20 digits, down to the microsecond; all of them 0 where the recorder did not know. */
function segmentTime(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{6})$/.exec(text)?.slice(1).map(Number)
  if (!parts) return null
  const [year, month, day, hours, minutes, seconds, micros] = parts as [number, ...number[]]
  const whole = Date.UTC(year, month! - 1, day, hours, minutes, seconds)
  return year > 0 && month! > 0 && Number.isFinite(whole) ? whole + micros! / 1000 : null
}
