/** How a ThinkGear headset is heard, and what its packets become. */
import {
  type DeviceContext,
  type Origin,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import { type GreetBoard, type SerialProtocol, silentBoard } from '../_session/serial-session.ts'
import { StreamWriter } from '../_session/stream-writer.ts'
import type { ThinkgearOptions } from './options.ts'
import { codes, eachRow, packetLength, powerLabels } from './packet.ts'

const rateHz = 512
const rawBytes = 8
/** A headset streams by itself; a dongle that has none yet is told to look for any. */
const autoConnect = 0xc2
const listenSeconds = 1.5
const connectSeconds = 8
const listenStepSeconds = 0.1
/** 1.8 V over 12 bits, behind a gain of 2000. */
const microvoltsPerCount = (1.8 / 4096 / 2000) * 1e6
const countLimit = 2048

export function greetThinkgear(
  address: string,
  options: ThinkgearOptions,
  context: DeviceContext,
): GreetBoard {
  return async (line) => {
    const heard = async (seconds: number) => {
      for (let waited = 0; waited < seconds; waited += listenStepSeconds) {
        await line.pause(listenStepSeconds)
        if (hasRaw(Buffer.from(line.replies.text, 'latin1'))) return true
      }
      return false
    }
    if (!(await heard(listenSeconds))) {
      await line.send(Uint8Array.of(autoConnect))
      if (!(await heard(connectSeconds))) throw silentBoard(address)
    }
    return thinkgearProtocol(address, options, context)
  }
}

function hasRaw(bytes: Uint8Array): boolean {
  let isThere = false
  for (let at = 0; at < bytes.length && !isThere; at++) {
    const length = packetLength(bytes, at, bytes.length)
    if (length <= 0) continue
    eachRow(bytes, at, length, (code) => {
      isThere ||= code === codes.raw
    })
  }
  return isThere
}

function thinkgearProtocol(
  address: string,
  { label }: ThinkgearOptions,
  context: DeviceContext,
): SerialProtocol {
  const infos = thinkgearStreams(address, label)
  const summary = new Summary(context, infos.summary)
  const raw = new FramedStream(context.out, infos.eeg, {
    turn: 0,
    frameBytes: rawBytes,
    measure: packetLength,
    kindOf(bytes, at, length, hostTime) {
      summary.packet(bytes, at, length, hostTime)
      return bytes[at + 3] === codes.raw ? 'samples' : 'other'
    },
    counter: () => Number.NaN,
    decode(bytes, at, into, to) {
      into[to] = ((bytes[at + 5]! << 24) | (bytes[at + 6]! << 16)) >> 16
    },
  })
  return {
    streams: [infos.eeg, infos.summary],
    carries: { [infos.eeg.id]: framedColumns(0) },
    // It streams as long as it is on.
    start: async () => {},
    stop: async () => {},
    bytes: (bytes, hostTime) => raw.bytes(bytes, hostTime),
    settle: () => {},
    restarted: () => raw.restarted(),
    cut: () => raw.cut(),
    paused() {
      raw.paused()
      context.out.fact({ name: 'refused', value: raw.refusedBytes, unit: 'bytes' })
    },
  }
}

/** Once a second the headset's own judgement: signal, attention, meditation, powers. */
class Summary {
  readonly #context: DeviceContext
  readonly #writer: StreamWriter
  readonly #values: Float32Array

  constructor(context: DeviceContext, info: StreamInfo) {
    this.#context = context
    this.#writer = new StreamWriter(context.out, info, framedColumns(0))
    this.#values = new Float32Array(info.channels.length).fill(Number.NaN)
  }

  packet(bytes: Uint8Array, at: number, length: number, hostTime: number): void {
    let isComplete = false
    eachRow(bytes, at, length, (code, _bytes, row, size) => {
      const values = this.#values
      if (code === codes.poorSignal) values[0] = bytes[row]!
      else if (code === codes.attention) values[1] = bytes[row]!
      else if (code === codes.meditation) values[2] = bytes[row]!
      else if (code === codes.blink) this.#blinked(bytes[row]!, hostTime)
      else if (code === codes.powers && size === 3 * powerLabels.length) {
        for (let p = 0; p < powerLabels.length; p++) {
          const from = row + 3 * p
          values[3 + p] = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!
        }
        isComplete = true
      }
    })
    if (!isComplete) return
    const to = this.#writer.frame(hostTime)
    this.#writer.data.set(this.#values, to)
    this.#writer.flush()
  }

  #blinked(strength: number, time: number): void {
    const source = 'neurosky-thinkgear'
    this.#context.out.marker({ time, label: 'blink', durationSeconds: 0, source, value: strength })
  }
}

function thinkgearStreams(address: string, label: string) {
  const origin: Origin = {
    source: 'neurosky-thinkgear',
    manufacturer: 'NeuroSky',
    model: 'ThinkGear',
    settings: { address },
  }
  const eeg: StreamInfo = {
    id: 'neurosky-thinkgear/eeg',
    name: 'ThinkGear EEG',
    type: 'EEG',
    sampleFormat: 'int16',
    nominalRateHz: rateHz,
    channels: [
      {
        ...physicalChannel(label, 'EEG', 'uV'),
        scale: microvoltsPerCount,
        range: [-countLimit * microvoltsPerCount, (countLimit - 1) * microvoltsPerCount],
      },
    ],
    origin,
  }
  const summary: StreamInfo = {
    id: 'neurosky-thinkgear/summary',
    name: 'ThinkGear summary',
    type: 'Features',
    sampleFormat: 'float32',
    nominalRateHz: 0,
    channels: ['poor signal', 'attention', 'meditation', ...powerLabels].map((name) =>
      physicalChannel(name, 'MISC', '1'),
    ),
    origin,
  }
  return { eeg, summary }
}
