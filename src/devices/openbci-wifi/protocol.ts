/** A board on a WiFi shield as the session sees it: set up, started, read. */
import {
  type DeviceContext,
  type DeviceOutput,
  type ImpedancePort,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { gainOf, settingCommands } from '../_cyton/configuration.ts'
import { CytonImpedance } from '../_cyton/impedance.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { GanglionImpedance } from '../_ganglion/impedance.ts'
import { witnessed } from '../_session/frame-finder.ts'
import { FramedStream, framedColumns } from '../_session/framed-stream.ts'
import type { SerialLine, SerialProtocol } from '../_session/serial-session.ts'
import { type Auxiliary, auxiliaryOf } from './auxiliary.ts'
import { boards } from './boards.ts'
import { jsonShape } from './json-samples.ts'
import type { WifiOptions } from './options.ts'
import { rawShape, type SampleListener } from './packets.ts'
import type { SeenBoard } from './shield-link.ts'
import { shieldStreams } from './streams.ts'

export class ShieldProtocol implements SerialProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<SerialProtocol['carries']>
  readonly impedance: ImpedancePort | null
  readonly #out: DeviceOutput
  readonly #stream: FramedStream
  readonly #auxiliary: Auxiliary | null
  readonly #settings: readonly string[]
  /** Measures by a tone in the samples, as a Ganglion does not. */
  readonly #tone: CytonImpedance | null = null
  readonly #told: GanglionImpedance | null = null
  #line: SerialLine | null = null
  #isForgetful = false
  #isStreaming = false

  /** @throws SynapseError bad-option for what board and shield cannot do together */
  constructor(address: string, board: SeenBoard, options: WifiOptions, context: DeviceContext) {
    checkOptions(board, options)
    const { kind } = board
    const { out } = context
    this.#out = out
    const cyton = cytonOptionsOf(options)
    const { eeg, auxiliary } = shieldStreams(address, board, options, cyton)
    this.#auxiliary = auxiliary && auxiliaryOf(out, auxiliary, kind === 'ganglion')
    this.streams = auxiliary ? [eeg, auxiliary] : [eeg]
    const isJson = options.output === 'json'
    if (kind !== 'ganglion') this.#tone = this.#toneOf(cyton, eeg, context)
    else if (!isJson) this.#told = this.#toldOf(eeg, context)
    this.impedance = this.#tone ?? this.#told
    const listener = this.#listener(eeg)
    const shape = isJson ? jsonShape(kind, gainOf(cyton, 0), listener) : rawShape(kind, listener)
    const measure = isJson ? shape.measure : witnessed(shape.measure)
    this.#stream = new FramedStream(out, eeg, {
      ...shape,
      measure,
      lost: (frames, exact, reason) => {
        this.#auxiliary?.lost(frames, exact, reason)
        this.#tone?.lost()
      },
    })
    this.carries = { [eeg.id]: framedColumns(shape.turn, isJson) }
    const code = `~${boards[kind].ratesHz.indexOf(options.rateHz)}`
    const own = kind === 'ganglion' ? ['n'] : settingCommands(cyton, eeg.channels.length)
    this.#settings = [...own, code]
  }

  #listener(eeg: StreamInfo): SampleListener {
    return {
      sampled: (counts, from) => this.#tone?.sample(counts, from),
      packet: (bytes, at, hostTime) => this.#auxiliary?.packet(bytes, at, hostTime),
      impedance: (input, kohm) => {
        this.#told?.value(input, kohm)
        const name = `impedance in series with ground, ${eeg.channels[input]?.label ?? 'REF'}`
        this.#out.fact({ name, value: kohm, unit: 'kΩ' })
      },
    }
  }

  #toneOf(options: CytonOptions, info: StreamInfo, { clock }: DeviceContext): CytonImpedance {
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

  #toldOf(info: StreamInfo, { clock }: DeviceContext): GanglionImpedance {
    const isStreaming = () => this.#isStreaming
    const control = {
      get isStreaming() {
        return isStreaming()
      },
      send: async (command: string) => this.#line?.send(command),
      // It counts from 0 again afterwards.
      interrupted: () => this.#stream.restarted(),
    }
    return new GanglionImpedance(
      info.channels.map(({ label }) => label),
      control,
      clock,
    )
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
    this.#auxiliary?.flush()
  }

  settle(): void {}

  restarted(): void {
    this.#isForgetful = true
    this.#stream.restarted()
  }

  cut(): void {
    this.#tone?.lost()
    this.#isForgetful = true
    this.#stream.cut()
    this.#auxiliary?.flush()
  }

  paused(): void {
    this.#stream.paused()
    this.#auxiliary?.flush()
    this.#out.fact({ name: 'refused', value: this.#stream.refusedBytes, unit: 'bytes' })
  }
}

function checkOptions({ kind }: SeenBoard, options: WifiOptions): void {
  const { model, ratesHz, mostJsonSamples } = boards[kind]
  const { rateHz, output, pins, gains, latencyMs } = options
  const refuse = (why: string, remedy: string): never => {
    throw new SynapseError('bad-option', `setting up a ${model} on a WiFi shield: ${why}`, {
      remedy,
    })
  }
  if (!ratesHz.includes(rateHz))
    refuse(`no rate of ${rateHz} Hz`, `Rates: ${ratesHz.join(', ')} Hz.`)
  if (kind === 'ganglion' && pins !== 'accelerometer')
    refuse('it sends no pins', 'Leave pins away.')
  if (output === 'raw') return
  if (pins !== 'accelerometer') refuse('JSON bears no pins', 'Choose the output raw.')
  if (new Set(gains).size > 1) {
    refuse(
      'in JSON the shield reckons with the gain of the first input for all',
      'Choose one gain for all inputs, or the output raw.',
    )
  }
  if ((rateHz * latencyMs) / 1000 > mostJsonSamples) {
    refuse(
      `in JSON the shield sends at most ${mostJsonSamples} samples every ${latencyMs} ms`,
      'Lower rateHz or latencyMs, or choose the output raw.',
    )
  }
}

function cytonOptionsOf(options: WifiOptions): CytonOptions {
  const { gains, off, outOfBias, bipolar, testSignal, pins } = options
  return cytonOptions.parse({ gains, off, outOfBias, bipolar, testSignal, pins })
}
