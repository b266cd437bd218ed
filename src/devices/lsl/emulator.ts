/** A program that sends by LSL, for tests and for those who have no other: a real outlet. */
import { z } from 'zod'
import { lslDescription } from '../../formats/index.ts'
import { type Outlet, outletMaker } from '../../lsl/index.ts'
import { type Cancel, option, type StreamInfo } from '../../signal/index.ts'
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
  #made = 0
  #sent = 0
  #lost = 0
  #ended = false

  constructor(options: LslEmulatorOptions, source: FrameSource, context: EmulatorContext) {
    this.#options = { ...options }
    this.#source = source
    this.#context = context
    this.#random = seededRandom(options.seed)
    this.#open = outletMaker(context.clock)
    this.#frame = new Float32Array(source.channels.length)
    this.#values = new Float32Array(source.channels.length * mostFrames)
    this.address = options.sourceId || options.name
    this.#startedAt = context.clock.now()
    this.#plug()
    this.#cancel = context.clock.every(tickSeconds, () => this.#tick())
    context.event({ kind: 'started', packet: 0 })
  }

  command(line: string): string {
    const [word = '', argument] = line.trim().split(/\s+/)
    const value = Number(argument)
    if (word === 'lose') {
      if (!(value >= 0 && value <= 1)) return 'lose takes a share from 0 to 1'
      this.#options.lose = value
      return `lose ${value}`
    }
    if (word === 'unplug') {
      this.#unplug(value > 0 ? value : Number.POSITIVE_INFINITY)
      return 'unplugged'
    }
    if (word === 'plug') {
      this.#plug()
      return 'plugged'
    }
    return 'commands: lose SHARE, unplug [SECONDS], plug'
  }

  summary(): EmulatorSummary {
    return { packets: this.#made, sent: this.#sent, lost: this.#lost, corrupted: 0 }
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
    if (this.#made > 0) this.#context.event({ kind: 'plugged', packet: this.#made })
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
    this.#context.event({ kind: 'unplugged', packet: this.#made })
    this.#signal.close()
    this.#markers?.close()
    this.#signal = this.#markers = null
  }

  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#plugAt) this.#plug()
    const due = Math.floor((now - this.#startedAt) * this.#source.rateHz)
    while (!this.#ended && this.#made < due) this.#make()
    this.#send()
    if (now - this.#startedAt < this.#nextMarker * markerSeconds) return
    this.#markers?.pushText(`marker ${this.#nextMarker}`, now)
    this.#nextMarker++
  }

  #make(): void {
    if (!this.#source.next(this.#frame)) {
      this.#ended = true
      this.#context.event({ kind: 'ended', packet: this.#made })
      return
    }
    const packet = this.#made++
    const how = this.#signal ? 'not sent' : 'unplugged'
    if (!this.#signal || this.#random() < this.#options.lose) {
      this.#lost++
      this.#context.event({ kind: 'lost', packet, count: 1, how })
      return
    }
    this.#values.set(this.#frame, this.#waiting * this.#frame.length)
    this.#times[this.#waiting++] = this.#startedAt + packet / this.#source.rateHz
    if (this.#waiting === mostFrames) this.#send()
  }

  #send(): void {
    if (this.#waiting === 0) return
    this.#signal?.push(this.#values, this.#times, this.#waiting)
    this.#sent += this.#waiting
    this.#waiting = 0
  }
}
