/** A program that sends by LSL, for tests and for those who have no other: a real outlet. */
import { z } from 'zod'
import { lslDescription } from '../../formats/index.ts'
import { type Outlet, outletMaker } from '../../lsl/index.ts'
import { type Cancel, option, type StreamInfo } from '../../signal/index.ts'
import { PacketAccount } from '../_emulator/account.ts'
import { obey } from '../_emulator/commands.ts'
import type {
  DeviceEmulator,
  EmulatorContext,
  EmulatorSummary,
  RunningEmulator,
} from '../_emulator/emulator.ts'
import { seededRandom } from '../_emulator/faults.ts'
import { type FrameSource, generatedFrames, recordedFrames } from '../_recording/frame-source.ts'

const emulatorOptions = z.strictObject({
  name: option(z.string().min(1).default('Emulated EEG'), { help: 'Name of the stream.' }),
  sourceId: option(z.string().default('synapse-emulator'), {
    help: 'By which receivers find the stream again; may be empty.',
  }),
  from: option(z.string().min(1).optional(), {
    help: 'Recording whose first stream of signals is sent; without it, EEG is made up.',
  }),
  loop: option(z.boolean().default(false), { help: 'Begin the recording again at its end.' }),
  channels: option(z.int().min(1).max(1024).default(8), { help: 'Of a made-up EEG.' }),
  rateHz: option(z.number().min(1).max(30_000).default(250), {
    help: 'Of a made-up EEG.',
    unit: 'Hz',
  }),
  markers: option(z.boolean().default(true), {
    help: 'Send a marker every second, as a second stream.',
  }),
  lose: option(z.number().min(0).max(1).default(0), {
    help: 'Share of samples that are not sent.',
  }),
  seed: option(z.int().min(0).default(1), {
    help: 'The same seed gives the same signal and loss.',
  }),
})
export type LslEmulatorOptions = z.infer<typeof emulatorOptions>

const tickSeconds = 0.004
const markerSeconds = 1
const mostFrames = 512

export const lslEmulator: DeviceEmulator<LslEmulatorOptions> = {
  id: 'lsl',
  title: 'Program that sends by LSL',
  options: emulatorOptions,
  async start(options, context) {
    const { from, loop } = options
    const source = from ? await recordedFrames(from, loop) : generatedFrames(options)
    return new EmulatedSender(options, source, context)
  },
}

class EmulatedSender implements RunningEmulator {
  readonly address: string
  readonly #options: { -readonly [K in keyof LslEmulatorOptions]: LslEmulatorOptions[K] }
  readonly #context: EmulatorContext
  readonly #source: FrameSource
  readonly #random: () => number
  readonly #open: ReturnType<typeof outletMaker>
  readonly #frame: Float32Array
  readonly #values: Float32Array
  readonly #times = new Float64Array(mostFrames)
  readonly #cancel: Cancel
  #signal: Outlet | null = null
  #markers: Outlet | null = null
  #startedAt: number
  #plugAt = Number.POSITIVE_INFINITY
  #nextMarker = 1
  #waiting = 0
  readonly #account: PacketAccount
  #ended = false

  constructor(options: LslEmulatorOptions, source: FrameSource, context: EmulatorContext) {
    this.#options = { ...options }
    this.#source = source
    this.#context = context
    this.#account = new PacketAccount(context)
    this.#random = seededRandom(options.seed)
    this.#open = outletMaker(context.clock)
    this.#frame = new Float32Array(source.channels.length)
    this.#values = new Float32Array(source.channels.length * mostFrames)
    this.address = options.sourceId || options.name
    this.#startedAt = context.clock.now()
    this.#plug()
    this.#cancel = context.clock.every(tickSeconds, () => this.#tick())
    this.#account.note('started')
  }

  command(line: string): string {
    return obey(line, {
      shares: this.#options,
      unplug: (seconds) => this.#unplug(seconds),
      plug: () => this.#plug(),
    })
  }

  summary(): EmulatorSummary {
    return this.#account.summary()
  }

  async close(): Promise<void> {
    this.#cancel()
    this.#signal?.close()
    this.#markers?.close()
    this.#signal = this.#markers = null
  }

  #plug(): void {
    this.#plugAt = Number.POSITIVE_INFINITY
    if (this.#signal) return
    const { name, sourceId, markers } = this.#options
    const { channels, rateHz } = this.#source
    this.#signal = this.#open({
      name,
      type: 'EEG',
      sourceId,
      format: 'float32',
      channels: channels.length,
      rateHz,
      description: lslDescription(this.#described()),
    })
    if (markers) {
      this.#markers = this.#open({
        name: `${name} markers`,
        type: 'Markers',
        sourceId: sourceId && `${sourceId}-markers`,
        format: 'string',
        channels: 1,
        rateHz: 0,
        description: [],
      })
    }
    if (this.#account.packets > 0) this.#account.note('plugged')
  }

  #described(): StreamInfo {
    const { channels, rateHz } = this.#source
    return {
      id: 'emulated',
      name: this.#options.name,
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels,
      origin: { source: 'lsl', manufacturer: 'SynapseStream', model: 'Emulator' },
    }
  }

  #unplug(seconds: number): void {
    if (!this.#signal) return
    this.#plugAt = this.#context.clock.now() + seconds
    this.#account.note('unplugged')
    this.#signal.close()
    this.#markers?.close()
    this.#signal = this.#markers = null
  }

  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#plugAt) this.#plug()
    const due = Math.floor((now - this.#startedAt) * this.#source.rateHz)
    while (!this.#ended && this.#account.packets < due) this.#make()
    this.#send()
    if (now - this.#startedAt < this.#nextMarker * markerSeconds) return
    this.#markers?.pushText(`marker ${this.#nextMarker}`, now)
    this.#nextMarker++
  }

  #make(): void {
    if (!this.#source.next(this.#frame)) {
      this.#ended = true
      this.#account.note('ended')
      return
    }
    const packet = this.#account.packets++
    const how = this.#signal ? 'not sent' : 'unplugged'
    if (!this.#signal || this.#random() < this.#options.lose) {
      this.#account.lost({ packet }, how)
      return
    }
    this.#values.set(this.#frame, this.#waiting * this.#frame.length)
    this.#times[this.#waiting++] = this.#startedAt + packet / this.#source.rateHz
    if (this.#waiting === mostFrames) this.#send()
  }

  #send(): void {
    if (this.#waiting === 0) return
    this.#signal?.push(this.#values, this.#times, this.#waiting)
    this.#account.sent += this.#waiting
    this.#waiting = 0
  }
}
