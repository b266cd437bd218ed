/** A described board as the session sees it. */
import {
  type Channel,
  type DeviceContext,
  type NumericFormat,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { binaryShape } from '../_described/binary.ts'
import type { BoardDescription } from '../_described/description.ts'
import { formatOf } from '../_described/numbers.ts'
import { textShape } from '../_described/text.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import type { GreetBoard } from '../_session/serial-session.ts'

const formatRank: readonly NumericFormat[] = ['int16', 'int32', 'float32', 'float64']

export function boardProtocol(
  address: string,
  description: BoardDescription,
  context: DeviceContext,
): GreetBoard {
  return async (line) => {
    await line.pause(description.bootSeconds)
    if (description.stop) await line.send(description.stop)
    const { format } = description
    const shape = format.kind === 'binary' ? binaryShape(format) : textShape(format)
    const stream = new FramedStream(context.out, boardStream(address, description), shape)
    return {
      streams: [stream.info],
      carries: { [stream.info.id]: framedColumns(shape.turn, shape.deviceTime !== undefined) },
      async start(to) {
        if (description.start) await to.send(description.start)
      },
      async stop(to) {
        if (description.stop) await to.send(description.stop)
      },
      bytes: (bytes, hostTime) => stream.bytes(bytes, hostTime),
      settle: () => {},
      restarted: () => stream.restarted(),
      cut: () => stream.cut(),
      paused() {
        stream.paused()
        context.out.fact({ name: 'refused', value: stream.refusedBytes, unit: 'bytes' })
      },
    }
  }
}

function boardStream(address: string, description: BoardDescription): StreamInfo {
  const { name, manufacturer, rateHz, type, format } = description
  return {
    id: 'serial-board/signals',
    name,
    type,
    sampleFormat: format.kind === 'text' ? 'float64' : widest(format),
    nominalRateHz: rateHz,
    channels: channelsOf(format),
    origin: {
      source: 'serial-board',
      model: name,
      ...(manufacturer ? { manufacturer } : {}),
      settings: { address },
    },
  }
}

function channelsOf(format: BoardDescription['format']): Channel[] {
  if (format.kind === 'text') {
    return format.columns.flatMap((column) =>
      column.column === 'channel' ? [channelOf(column.label, column)] : [],
    )
  }
  return format.fields.flatMap((field) =>
    field.field === 'channels' ? field.labels.map((label) => channelOf(label, field)) : [],
  )
}

type Measure = Pick<Channel, 'type' | 'unit' | 'scale' | 'offset'>

function channelOf(label: string, { type, unit, scale, offset }: Measure): Channel {
  return { ...physicalChannel(label, type, unit), scale, offset }
}

/** A stream has one format: the one that holds the values of all its channels exactly. */
function widest({
  fields,
}: Extract<BoardDescription['format'], { kind: 'binary' }>): NumericFormat {
  const formats = fields.flatMap((field) =>
    field.field === 'channels' ? [formatOf(field.as)] : [],
  )
  const isMixed = formats.includes('float32') && formats.some((format) => format === 'int32')
  if (isMixed) return 'float64'
  return formatRank[Math.max(...formats.map((format) => formatRank.indexOf(format)))]!
}
