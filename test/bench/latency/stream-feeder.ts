/**
 * A board for measurements: made-up packets of bytes, handed out at the true rate, decoded into
 * chunks as a driver does. What it costs is a driver's cost: no signal is computed while it runs.
 */

import { z } from 'zod'
import {
  type Cancel,
  type ChunkBuffer,
  type DeviceContext,
  type DeviceDriver,
  type DeviceSession,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../../src/signal/index.ts'

export interface FeedShape {
  readonly channels: number
  readonly rateHz: number
  /** Of the wire: 24-bit big-endian as EEG amplifiers send, 16-bit little-endian as probes do. */
  readonly format: 'int16' | 'int32'
}

const tickSeconds = 0.001
const maxFrames = 128
/** Seconds of made-up signal, played again and again. */
const loopSeconds = 1

/** @param arrived told of every frame: its index, and when its bytes came */
export function feederDriver(
  shape: FeedShape,
  arrived: (sample: number, time: number) => void,
): DeviceDriver<Record<string, never>> {
  return {
    id: 'bench-feeder',
    title: 'Bench feeder',
    help: 'Bytes at a given rate.',
    address: null,
    options: z.strictObject({}) as never,
    discover: async () => [],
    open: async (_address, _options, context) => new Feeder(shape, context, arrived),
  }
}

class Feeder implements DeviceSession {
  readonly streams: readonly StreamInfo[]
  readonly #shape: FeedShape
  readonly #context: DeviceContext
  readonly #arrived: (sample: number, time: number) => void
  readonly #wire: Uint8Array
  readonly #chunk: ChunkBuffer
  #next = 0
  #startedAt = 0
  #cancel: Cancel | null = null

  constructor(
    shape: FeedShape,
    context: DeviceContext,
    arrived: (sample: number, time: number) => void,
  ) {
    this.#shape = shape
    this.#context = context
    this.#arrived = arrived
    this.#wire = madeUpBytes(shape)
    const { channels, format } = shape
    this.#chunk = newChunkBuffer({ format, channels, maxFrames })
    this.streams = [feedStream(shape)]
  }

  async start(): Promise<void> {
    this.#startedAt = this.#context.clock.now()
    this.#cancel = this.#context.clock.every(tickSeconds, () => this.#tick())
  }

  async stop(): Promise<void> {
    this.#cancel?.()
  }

  close(): Promise<void> {
    return this.stop()
  }

  #tick(): void {
    const { rateHz } = this.#shape
    const due = Math.floor((this.#context.clock.now() - this.#startedAt) * rateHz)
    while (this.#next < due) this.#send(Math.min(maxFrames, due - this.#next))
  }

  #send(frames: number): void {
    const { channels, rateHz, format } = this.#shape
    const chunk = this.#chunk
    const now = this.#context.clock.now()
    const wireFrames = Math.round(rateHz * loopSeconds)
    for (let f = 0; f < frames; f++) {
      const sample = this.#next + f
      decode(
        this.#wire,
        (sample % wireFrames) * channels,
        chunk.data,
        f * channels,
        channels,
        format,
      )
      chunk.hostTime[f] = now
      this.#arrived(sample, now)
    }
    chunk.firstSample = this.#next
    chunk.frames = frames
    this.#context.out.chunk('bench/eeg', chunk)
    this.#next += frames
  }
}

function decode(
  wire: Uint8Array,
  from: number,
  into: ChunkBuffer['data'],
  to: number,
  channels: number,
  format: FeedShape['format'],
): void {
  if (format === 'int16') {
    for (let c = 0, b = from * 2; c < channels; c++, b += 2) {
      into[to + c] = ((wire[b]! | (wire[b + 1]! << 8)) << 16) >> 16
    }
    return
  }
  for (let c = 0, b = from * 3; c < channels; c++, b += 3) {
    into[to + c] = ((wire[b]! << 24) | (wire[b + 1]! << 16) | (wire[b + 2]! << 8)) >> 8
  }
}

function madeUpBytes({ channels, rateHz, format }: FeedShape): Uint8Array {
  const values = Math.round(rateHz * loopSeconds) * channels
  const bytes = new Uint8Array(values * (format === 'int16' ? 2 : 3))
  let state = 1
  for (let b = 0; b < bytes.length; b++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    // Small numbers, as a signal has: the upper bytes stay those of 0.
    const isLow = format === 'int16' ? b % 2 === 0 : b % 3 > 0
    bytes[b] = isLow ? state >>> 25 : 0
  }
  return bytes
}

export function feedStream({ channels, rateHz, format }: FeedShape): StreamInfo {
  return {
    id: 'bench/eeg',
    name: 'Bench EEG',
    type: 'EEG',
    sampleFormat: format,
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, c) => ({
      ...physicalChannel(c < 2 ? `Fp${c + 1}` : `E${c + 1}`, 'EEG', 'uV'),
      scale: 0.02,
    })),
    origin: { source: 'bench' },
  }
}
