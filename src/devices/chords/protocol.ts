/** What a Chords board is asked, and how its packets become samples. */
import {
  type Channel,
  type DeviceContext,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { witnessed } from '../_session/frame-finder.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import { type GreetBoard, type SerialProtocol, silentBoard } from '../_session/serial-session.ts'
import type { ChordsOptions } from './options.ts'
import { boardNamed, type ChordsBoard, header, isPacket, packetBytes } from './packet.ts'

const counterTurn = 256
/** An Arduino starts anew when its port is opened. */
const bootSeconds = 2
/** The firmware reads a command until it has been silent for a second. */
const answerSeconds = 1.6

export function greetChords(
  address: string,
  options: ChordsOptions,
  context: DeviceContext,
): GreetBoard {
  return async (line) => {
    await line.send('STOP\n')
    let name = (await line.ask('WHORU\n', '\n', answerSeconds)).trim()
    if (name === '') {
      await line.pause(bootSeconds)
      name = (await line.ask('WHORU\n', '\n', answerSeconds)).trim()
    }
    if (name === '') throw silentBoard(address)
    const board = boardNamed(name)
    if (!board) {
      const said = JSON.stringify(name.slice(0, 40))
      throw new SynapseError('wrong-device', `greeting ${address}: no Chords board says ${said}`, {
        remedy: 'Put the Chords firmware on the board, or describe the board with "serial-board".',
      })
    }
    context.out.fact({ name: 'board', value: name.slice(0, 40) })
    return chordsProtocol(address, name.slice(0, 40), board, options, context)
  }
}

function chordsProtocol(
  address: string,
  name: string,
  board: ChordsBoard,
  options: ChordsOptions,
  context: DeviceContext,
): SerialProtocol {
  const { channels } = board
  const frameBytes = packetBytes(channels)
  const stream = new FramedStream(context.out, chordsStream(address, name, board, options), {
    turn: counterTurn,
    frameBytes,
    isUnchecked: true,
    measure: witnessed((bytes, at, end) => {
      if (bytes[at] !== header[0]) return 0
      if (end - at < frameBytes) return -1
      return isPacket(bytes, at, channels) ? frameBytes : 0
    }),
    counter: (bytes, at) => bytes[at + 2]!,
    decode(bytes, at, into, to) {
      for (let c = 0; c < channels; c++) {
        into[to + c] = (bytes[at + 3 + 2 * c]! << 8) | bytes[at + 4 + 2 * c]!
      }
    },
  })
  return {
    streams: [stream.info],
    carries: { [stream.info.id]: framedColumns(counterTurn) },
    start: (line) => line.send('START\n'),
    stop: (line) => line.send('STOP\n'),
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

function chordsStream(
  address: string,
  name: string,
  { channels, rateHz, bits }: ChordsBoard,
  { labels, signal, referenceVolts, gain }: ChordsOptions,
): StreamInfo {
  const steps = 2 ** bits
  const isCalibrated = referenceVolts !== null && gain !== null
  const scale = isCalibrated ? ((referenceVolts / steps) * 1e6) / gain : 1
  const channel = (index: number): Channel => ({
    ...physicalChannel(labels[index] ?? `CH${index + 1}`, signal, isCalibrated ? 'uV' : '1'),
    scale,
    // The converter sees nothing below 0 V: the front end holds the signal in its middle.
    offset: isCalibrated ? (-steps / 2) * scale : 0,
    range: isCalibrated ? [(-steps / 2) * scale, (steps / 2 - 1) * scale] : [0, steps - 1],
  })
  return {
    id: 'chords/exg',
    name: `Chords ${name}`,
    type: signal,
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, index) => channel(index)),
    origin: {
      source: 'chords',
      manufacturer: 'Upside Down Labs',
      model: name,
      settings: {
        address,
        bits,
        ...(referenceVolts === null ? {} : { referenceVolts }),
        ...(gain === null ? {} : { gain }),
      },
    },
  }
}
