/** What a BITalino is told, and how its frames become samples. */
import {
  type Channel,
  type DeviceContext,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import {
  type GreetBoard,
  type SerialLine,
  type SerialProtocol,
  silentBoard,
} from '../_session/serial-session.ts'
import {
  analogLabels,
  decodeFrame,
  digitalLabels,
  frameBytes,
  isFrame,
  sequenceOf,
  sequenceTurn,
} from './frame.ts'
import type { BitalinoOptions } from './options.ts'

const commands = { stop: 0x00, idle: 0xff, version: 0x07, start: 0x01, rate: 0x03 } as const
const rates = [1, 10, 100, 1000]
/** One byte a command, so far apart. */
const commandSeconds = 0.1
/** So many frames in a row must be sound before the first is believed: chance passes one in 16. */
const witnesses = 8
const wideSteps = 1024
const narrowSteps = 64
const supplyVolts = 3.3
/** Gains of the front ends, from their data sheets. */
const sensorGain: Record<string, number> = { EEG: 41782, ECG: 1100, EMG: 1009 }

export function greetBitalino(
  address: string,
  options: BitalinoOptions,
  context: DeviceContext,
): GreetBoard {
  return async (line) => {
    await tell(line, commands.stop)
    const answer = await line.ask(Uint8Array.of(commands.version), '\n', 1)
    if (answer === '') throw silentBoard(address)
    const version = /BITalino_v([\d.]+)/i.exec(answer)?.[1]
    if (!version) {
      throw new SynapseError('wrong-device', `greeting ${address}: what answers is not a BITalino`)
    }
    context.out.fact({ name: 'firmware', value: version })
    return bitalinoProtocol(address, version, options, context)
  }
}

function bitalinoProtocol(
  address: string,
  version: string,
  options: BitalinoOptions,
  context: DeviceContext,
): SerialProtocol {
  const { inputs, rateHz } = options
  const length = frameBytes(inputs)
  const stream = new FramedStream(context.out, bitalinoStream(address, version, options), {
    turn: sequenceTurn,
    frameBytes: length,
    measure: frameMeasure(length),
    counter: (bytes, at) => sequenceOf(bytes, at, length),
    decode: (bytes, at, into, to) => decodeFrame(bytes, at, inputs, into, to),
  })
  return {
    streams: [stream.info],
    carries: { [stream.info.id]: framedColumns(sequenceTurn) },
    async start(line) {
      await tell(line, (rates.indexOf(rateHz) << 6) | commands.rate)
      await tell(line, commands.start | (((1 << inputs) - 1) << 2))
    },
    async stop(line) {
      await tell(line, commands.stop)
      if (Number(version) >= 5) await tell(line, commands.idle)
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

/** Without a sync byte only the checksum tells where a frame begins; at first, of several in a row. */
function frameMeasure(length: number): ConstructorParameters<typeof FramedStream>[2]['measure'] {
  let next = Number.NaN
  const follows = (bytes: Uint8Array, at: number, k: number) => {
    const here = at + k * length
    return (
      isFrame(bytes, here, length) &&
      sequenceOf(bytes, here, length) === ((sequenceOf(bytes, at, length) + k) & (sequenceTurn - 1))
    )
  }
  return (bytes, at, end) => {
    if (end - at < length) return -1
    const isSound = isFrame(bytes, at, length)
    if (isSound && sequenceOf(bytes, at, length) === next) {
      next = (next + 1) & (sequenceTurn - 1)
      return length
    }
    next = Number.NaN
    if (!isSound) return 0
    for (let k = 1; k < witnesses; k++) {
      if (end - at < (k + 1) * length) return -1
      if (!follows(bytes, at, k)) return 0
    }
    next = (sequenceOf(bytes, at, length) + 1) & (sequenceTurn - 1)
    return length
  }
}

async function tell(line: SerialLine, command: number): Promise<void> {
  await line.send(Uint8Array.of(command))
  await line.pause(commandSeconds)
}

function bitalinoStream(
  address: string,
  version: string,
  { inputs, rateHz, sensors }: BitalinoOptions,
): StreamInfo {
  const analog = analogLabels.slice(0, inputs).map((label, index): Channel => {
    const steps = index < 4 ? wideSteps : narrowSteps
    const sensor = sensors[index] ?? 'raw'
    if (sensor === 'raw') return { ...physicalChannel(label, 'MISC', '1'), range: [0, steps - 1] }
    const scale = ((supplyVolts / steps) * 1e6) / sensorGain[sensor]!
    const offset = (-steps / 2) * scale
    return {
      ...physicalChannel(label, sensor, 'uV'),
      scale,
      offset,
      range: [offset, -offset - scale],
    }
  })
  return {
    id: 'bitalino/signals',
    name: 'BITalino',
    type: sensors[0] && sensors[0] !== 'raw' ? sensors[0] : 'MISC',
    sampleFormat: 'int16',
    nominalRateHz: rateHz,
    channels: [...digitalLabels.map((label) => physicalChannel(label, 'TRIG', 'n/a')), ...analog],
    origin: {
      source: 'bitalino',
      manufacturer: 'PLUX',
      model: 'BITalino',
      firmware: version,
      settings: { address },
    },
  }
}
