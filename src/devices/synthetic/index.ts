/** A made-up amplifier: EEG-like signals at any size and rate, without hardware. */
import {
  type Cancel,
  type Channel,
  type ChunkBuffer,
  type DeviceContext,
  type DeviceDriver,
  type DeviceSession,
  newChunkBuffer,
  type StreamInfo,
} from '../../signal/index.ts'
import { electrodeNames } from '../_eeg/electrodes.ts'
import { EegGenerator } from '../_eeg/generator.ts'
import { type SyntheticOptions, syntheticOptions } from './options.ts'

/** Microvolts per count: that of a 24-bit amplifier with a range of ±187.5 mV. */
const scale = 4.5e6 / 24 / (2 ** 23 - 1)
const limit = 2 ** 23
/** Like a real amplifier it buffers so much while the host is busy, and loses what comes beyond. */
const bufferSeconds = 2
/** It shares its thread, so it works so long at a time at most; the rest follows at the next tick. */
const longestTickSeconds = 0.05

export const synthetic: DeviceDriver<SyntheticOptions> = {
  id: 'synthetic',
  title: 'Synthetic board',
  help: 'EEG-like signals without hardware: 1/f background, alpha, mains hum and blinks.',
  address: null,
  options: syntheticOptions,
  async discover() {
    return [{ driver: 'synthetic', address: '', name: 'Synthetic board', detail: 'no hardware' }]
  },
  open: async (_address, options, context) => new SyntheticSession(options, context),
}

class SyntheticSession implements DeviceSession {
  streams: readonly StreamInfo[]
  readonly #context: DeviceContext
  readonly #rateHz: number
  readonly #generator: EegGenerator
  readonly #microvolts: Float32Array
  readonly #chunk: ChunkBuffer<Int32Array>
  readonly #maxFrames: number
  #cancel: Cancel | null = null
  /** Host time of sample 0 of this run, and the index it had. */
  #startedAt = 0
  #startedSample = 0
  #nextSample = 0

  constructor(options: SyntheticOptions, context: DeviceContext) {
    this.#context = context
    this.#rateHz = options.rateHz
    this.#generator = new EegGenerator(options)
    this.#maxFrames = Math.max(1, Math.min(256, Math.ceil(options.rateHz / 50)))
    this.#microvolts = new Float32Array(options.channels * this.#maxFrames)
    this.#chunk = newChunkBuffer({
      format: 'int32',
      channels: options.channels,
      maxFrames: this.#maxFrames,
    }) as ChunkBuffer<Int32Array>
    this.streams = [streamOf(options)]
  }

  async start(): Promise<void> {
    this.#startedAt = this.#context.clock.now()
    this.#startedSample = this.#nextSample
    const tickSeconds = Math.min(0.004, Math.max(0.001, 1 / this.#rateHz))
    this.#cancel ??= this.#context.clock.every(tickSeconds, () => this.#tick())
    this.#context.out.link('streaming')
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    this.#context.out.link('paused')
  }

  /** Between two samples: nothing is missing. */
  async configure(options: unknown): Promise<void> {
    const set = options as SyntheticOptions
    if (this.#cancel) this.#tick()
    this.#generator.set(set)
    this.streams = [streamOf(set)]
    this.#context.out.configured(this.streams)
  }

  async close(): Promise<void> {
    await this.stop()
    this.#context.out.link('closed')
  }

  #tick(): void {
    const now = this.#context.clock.now()
    const due = this.#startedSample + Math.floor((now - this.#startedAt) * this.#rateHz)
    const overflow = due - this.#nextSample - Math.ceil(bufferSeconds * this.#rateHz)
    if (overflow > 0) {
      this.#context.out.gap('synthetic/eeg', {
        atSample: this.#nextSample,
        lostSamples: overflow,
        exact: true,
        reason: 'lost',
      })
      this.#nextSample += overflow
    }
    while (this.#nextSample < due) {
      this.#emit(Math.min(due - this.#nextSample, this.#maxFrames), now)
      if (this.#context.clock.now() - now > longestTickSeconds) return
    }
  }

  #emit(frames: number, now: number): void {
    const chunk = this.#chunk
    const count = frames * chunk.stride
    this.#generator.fill(this.#microvolts, chunk.stride, frames)
    for (let i = 0; i < count; i++) {
      const value = Math.round(this.#microvolts[i]! / scale)
      chunk.data[i] = value < -limit ? -limit : value >= limit ? limit - 1 : value
    }
    chunk.firstSample = this.#nextSample
    chunk.frames = frames
    for (let f = 0; f < frames; f++) chunk.hostTime[f] = now
    this.#context.out.chunk('synthetic/eeg', chunk)
    this.#nextSample += frames
  }
}

function streamOf(options: SyntheticOptions): StreamInfo {
  return {
    id: 'synthetic/eeg',
    name: 'Synthetic EEG',
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: options.rateHz,
    channels: electrodeNames(options.channels).map(
      (label): Channel => ({
        label,
        type: 'EEG',
        unit: 'uV',
        scale,
        offset: 0,
        range: [-limit * scale, (limit - 1) * scale],
      }),
    ),
    origin: {
      source: 'synthetic',
      manufacturer: 'SynapseStream',
      model: 'Synthetic board',
      settings: options,
    },
  }
}
