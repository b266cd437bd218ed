/** What a session makes of an LSL stream: a stream of samples, or markers. */
import { readLslDescription } from '../../formats/index.ts'
import type { DeviceOutput, LslStream, StreamInfo } from '../../signal/index.ts'
import { LslFrames, type LslSink } from './frames.ts'
import { NumberMarkers, textMarkers, textRows } from './markers.ts'

/** What of the description the fields of a stream are made of. */
export interface Received {
  readonly info: StreamInfo
  /** Its values are markers or texts, and not samples. */
  readonly isMarkers: boolean
}

/** The types by which senders of markers call their streams. */
const markerType = /^(marker|stim|trigger|event)/i

/** @param xml the description; what it leaves out is taken from what the stream was found by */
export function receivedStream(stream: LslStream, xml: string): Received | undefined {
  const info = readLslDescription(xml)
  if (!info || info.channels.length !== stream.channels) return undefined
  const id = `lsl/${stream.sourceId || `${stream.name}@${stream.hostname}`}`
  const isNumber = stream.rateHz === 0 && stream.channels === 1 && markerType.test(stream.type)
  const name = info.name || id
  return { info: { ...info, id, name }, isMarkers: stream.format === 'string' || isNumber }
}

export function newSink(
  stream: LslStream,
  { info, isMarkers }: Received,
  out: DeviceOutput,
  gapSeconds: number,
): LslSink {
  if (!isMarkers) return new LslFrames(stream, info, out, gapSeconds)
  if (stream.format !== 'string') return new NumberMarkers(info, out)
  if (stream.type === '' || markerType.test(stream.type)) return textMarkers(info, out)
  const { name, type, sourceId } = stream
  const channels = info.channels.map(({ label }) => label)
  return textRows({ name: name || info.id, type, sourceId, channels }, out)
}
