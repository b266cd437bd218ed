/** The streams of a board on a WiFi shield. */
import type { Origin, StreamInfo } from '../../signal/index.ts'
import { auxiliaryStream } from '../_cyton/auxiliary-stream.ts'
import { gainOf } from '../_cyton/configuration.ts'
import type { CytonOptions } from '../_cyton/options.ts'
import { boards, microvoltsPerCount } from './boards.ts'
import type { WifiOptions } from './options.ts'
import type { SeenBoard } from './shield-link.ts'

const countLimit = 2 ** 23
/** LIS2DH at ±2 g, 12 bits. */
const ganglionGPerCount = 0.001

export interface ShieldStreams {
  readonly eeg: StreamInfo
  /** The accelerometer or pins; JSON has neither. */
  readonly auxiliary: StreamInfo | null
}

export function shieldStreams(
  address: string,
  board: SeenBoard,
  options: WifiOptions,
  cyton: CytonOptions,
): ShieldStreams {
  const origin = originOf(address, board, options)
  const eeg = { ...eegStream(board, options, cyton), origin }
  if (options.output === 'json') return { eeg, auxiliary: null }
  const auxiliary = { ...auxiliaryStream('openbci-wifi', options.pins, options.rateHz), origin }
  if (board.kind !== 'ganglion') return { eeg, auxiliary }
  const channels = auxiliary.channels.map((each) => ({ ...each, scale: ganglionGPerCount }))
  return { eeg, auxiliary: { ...auxiliary, name: 'Ganglion accelerometer', channels } }
}

function originOf(
  address: string,
  { kind, version }: SeenBoard,
  { rateHz, output, latencyMs }: WifiOptions,
): Origin {
  return {
    source: 'openbci-wifi',
    manufacturer: 'OpenBCI',
    model: `${boards[kind].model} on a WiFi shield`,
    firmware: version,
    settings: { address, rateHz, output, latencyMs },
  }
}

function eegStream(
  { kind }: SeenBoard,
  { rateHz, labels }: WifiOptions,
  cyton: CytonOptions,
): Omit<StreamInfo, 'origin'> {
  const { model, channels } = boards[kind]
  return {
    id: 'openbci-wifi/eeg',
    name: `${model} EEG`,
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, c) => {
      const scale = microvoltsPerCount(kind, gainOf(cyton, c))
      return {
        label: labels[c] ?? (kind === 'ganglion' ? String(c + 1) : cyton.labels[c]!),
        type: 'EEG',
        unit: 'uV',
        scale,
        offset: 0,
        range: [-countLimit * scale, (countLimit - 1) * scale],
      }
    }),
  }
}
