/** A board on a WiFi shield as the session sees it: set up, started, read. */
import {
  type DeviceContext,
  type Origin,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { gainOf, settingCommands } from '../_cyton/configuration.ts'
import { CytonImpedance } from '../_cyton/impedance.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { microvoltsPerCount } from '../_cyton/packet.ts'
import { witnessed } from '../_session/frame-finder.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import type { SerialLine, SerialProtocol } from '../_session/serial-session.ts'
import type { WifiOptions } from './options.ts'
import { shieldShape } from './packets.ts'
import type { ShieldBoard } from './shield-link.ts'

const countLimit = 2 ** 23
/** 1.2 V reference, gain 51 behind an amplifier of 1.5, 24 bits. */
const ganglionMicrovolts = 1.2e6 / (8388607 * 1.5 * 51)
const channelsOf = { cyton: 8, daisy: 16, ganglion: 4 } as const
/** `~0` and on. */
const ratesOf = {
  cyton: [16_000, 8000, 4000, 2000, 1000, 500, 250],
  daisy: [16_000, 8000, 4000, 2000, 1000, 500, 250],
  ganglion: [25_600, 12_800, 6400, 3200, 1600, 800, 400, 200],
} as const

export class ShieldProtocol implements SerialProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<SerialProtocol['carries']>
  readonly impedance: CytonImpedance | null
  readonly #out: DeviceContext['out']
  readonly #stream: FramedStream
  readonly #settings: readonly string[]
  #line: SerialLine | null = null
  #isForgetful = false
  #isStreaming = false

  /** @throws SynapseError bad-option for a rate that the board does not know */
  constructor(address: string, board: ShieldBoard, options: WifiOptions, context: DeviceContext) {
    const { kind } = board
    const code = ratesOf[kind].indexOf(options.rateHz as never)
    if (code < 0) {
      throw new SynapseError(
        'bad-option',
        `setting up a ${kind}: no rate of ${options.rateHz} Hz`,
        {
          remedy: `Rates: ${ratesOf[kind].join(', ')} Hz.`,
        },
      )
    }
    this.#out = context.out
    const asCyton = cytonOptionsOf(options)
    const info = streamOf(address, board, options, asCyton)
    const sampled = (counts: ArrayLike<number>, from: number) =>
      this.impedance?.sample(counts, from)
    const shape = shieldShape(info.channels.length, sampled)
    this.#stream = new FramedStream(context.out, info, {
      ...shape,
      measure: witnessed(shape.measure),
    })
    this.streams = [info]
    this.carries = { [info.id]: framedColumns(shape.turn) }
    const isCyton = kind !== 'ganglion'
    const channels = info.channels.length
    this.#settings = [...(isCyton ? settingCommands(asCyton, channels) : []), `~${code}`]
    this.impedance = isCyton ? this.#impedanceOf(asCyton, info, context) : null
  }

  #impedanceOf(options: CytonOptions, info: StreamInfo, { clock }: DeviceContext): CytonImpedance {
    const front = { rateHz: info.nominalRateHz, isAveraged: false }
    const isStreaming = () => this.#isStreaming
    return new CytonImpedance(options, info, front, {
      clock,
      get isStreaming() {
        return isStreaming()
      },
      send: async (command) => this.#line?.send(command),
    })
  }

  /** @throws SynapseError bad-option where the board refuses a setting */
  async set(line: SerialLine): Promise<void> {
    this.#line = line
    for (const command of this.#settings) {
      const answer = await line.ask(command, '$$$', 2)
      if (!/Failure|Timeout/i.test(answer)) continue
      const said = answer.replaceAll('$$$', '').trim()
      throw new SynapseError('bad-option', `setting up the board: "${said}" to "${command}"`, {
        remedy: 'Leave the option away, or update the firmware of the board.',
      })
    }
  }

  async start(line: SerialLine): Promise<void> {
    // One that was switched off meanwhile has forgotten how it was set.
    if (this.#isForgetful) for (const command of this.#settings) await line.send(command)
    this.#isForgetful = false
    await line.send('b')
    this.#isStreaming = true
  }

  stop(line: SerialLine): Promise<void> {
    this.#isStreaming = false
    return line.send('s')
  }

  bytes(bytes: Uint8Array, hostTime: number): void {
    this.#stream.bytes(bytes, hostTime)
  }

  settle(): void {}

  restarted(): void {
    this.#isForgetful = true
    this.#stream.restarted()
  }

  cut(): void {
    this.impedance?.lost()
    this.#isForgetful = true
    this.#stream.cut()
  }

  paused(): void {
    this.#stream.paused()
    this.#out.fact({ name: 'refused', value: this.#stream.refusedBytes, unit: 'bytes' })
  }
}

function cytonOptionsOf({ gains, off, outOfBias, bipolar, testSignal }: WifiOptions): CytonOptions {
  return cytonOptions.parse({ gains, off, outOfBias, bipolar, testSignal })
}

function streamOf(
  address: string,
  { kind, version }: ShieldBoard,
  { rateHz, labels }: WifiOptions,
  cyton: CytonOptions,
): StreamInfo {
  const model = { cyton: 'Cyton', daisy: 'Cyton + Daisy', ganglion: 'Ganglion' }[kind]
  const origin: Origin = {
    source: 'openbci-wifi',
    manufacturer: 'OpenBCI',
    model: `${model} on a WiFi shield`,
    firmware: version,
    settings: { address, rateHz },
  }
  return {
    id: 'openbci-wifi/eeg',
    name: `${model} EEG`,
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channelsOf[kind] }, (_, c) => {
      const isGanglion = kind === 'ganglion'
      const scale = isGanglion ? ganglionMicrovolts : microvoltsPerCount(gainOf(cyton, c))
      const usual = isGanglion ? String(c + 1) : cyton.labels[c]!
      return {
        label: labels[c] ?? usual,
        type: 'EEG',
        unit: 'uV',
        scale,
        offset: 0,
        range: [-countLimit * scale, (countLimit - 1) * scale],
      }
    }),
    origin,
  }
}
