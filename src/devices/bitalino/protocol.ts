/** What a BITalino is told, and how its frames become samples. */
import {
  type Channel,
  type DeviceContext,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import type { MeasureFrame } from '../_session/frame-finder.ts'
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
const witnessFrames = 3
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
  let expected = 0
  const stream = new FramedStream(context.out, bitalinoStream(address, version, options), {
    turn: sequenceTurn,
    frameBytes: length,
    measure: frameMeasure(length, () => expected),
    counter(bytes, at) {
      const sequence = sequenceOf(bytes, at, length)
      expected = (sequence + 1) % sequenceTurn
      return sequence
    },
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

/**
 * Without a sync byte only checksum and sequence tell where a frame begins, and chance passes one in
 * 16 of either. One of the next frames must bear a frame out, or two where its sequence does not go
 * on or bytes were refused right before it. One whose sequence does, and that nothing bears out, stands before a damaged one: unless two
 * frames overlap it, which are real then.
 */
function frameMeasure(length: number, expected: () => number): MeasureFrame {
  /** Bytes were refused, and no frame was found since. */
  let isAstray = false
  const measure: MeasureFrame = (bytes, at, end, isLast) => {
    if (end - at < length) return -1
    if (!isFrame(bytes, at, length)) return 0
    const goesOn = sequenceOf(bytes, at, length) === expected()
    const enough = end - at >= (witnessFrames + 1) * length
    if (isBorneOut(bytes, at, end, length, goesOn && !isAstray ? 1 : 2)) return length
    if (!enough) return isLast && goesOn ? length : -1
    return goesOn && !isAstray && !isOverlapped(bytes, at, length) ? length : 0
  }
  return (bytes, at, end, isLast) => {
    const found = measure(bytes, at, end, isLast)
    if (found >= 0) isAstray = found === 0
    return found
  }
}

/** Do so many of the next frames follow this one? */
function isBorneOut(
  bytes: Uint8Array,
  at: number,
  end: number,
  length: number,
  wanted: number,
): boolean {
  let found = 0
  for (let k = 1; k <= witnessFrames && at + (k + 1) * length <= end; k++) {
    if (follows(bytes, at, at + k * length, k, length)) found++
  }
  return found >= wanted
}

/** Do two frames in a row begin inside this one? */
function isOverlapped(bytes: Uint8Array, at: number, length: number): boolean {
  for (let inside = at + 1; inside < at + length; inside++) {
    if (isFrame(bytes, inside, length) && follows(bytes, inside, inside + length, 1, length))
      return true
  }
  return false
}

function follows(
  bytes: Uint8Array,
  at: number,
  later: number,
  frames: number,
  length: number,
): boolean {
  const due = (sequenceOf(bytes, at, length) + frames) % sequenceTurn
  return isFrame(bytes, later, length) && sequenceOf(bytes, later, length) === due
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
