/**
 * A connected Explore: what it is, and the way from its packets to samples. It streams as long as it
 * is connected, and needs not be told to. Every packet of samples bears the device's clock, and that
 * tells what is missing before it: the count in a packet may be that of all kinds or of its own.
 */
import { type DeviceContext, type GapReason, SynapseError } from '../../signal/index.ts'
import { FrameFinder } from '../_session/frame-finder.ts'
import type { GreetBoard, SerialProtocol } from '../_session/serial-session.ts'
import { StreamWriter } from '../_session/stream-writer.ts'
import type { ExploreOptions } from './options.ts'
import {
  deviceInfo,
  environment,
  headBytes,
  int16,
  kinds,
  measurePacket,
  orientationScales,
  sampleAt,
  sampleKinds,
  samplesIn,
  uint16,
  uint32,
} from './packet.ts'
import { exploreStreams, type SeenExplore } from './streams.ts'

const greetSeconds = 5
const pollSeconds = 0.05
/** Right after it was connected it tells what it is: so long after its first samples it would have. */
const infoSeconds = 1
/** Of the two kinds of device. */
const clockUnits = [1e-4, 1e-5] as const
const clockTurn = 2 ** 32
/** So long two clocks agree to a quarter of a packet. */
const certainSeconds = 120
/** A gap beyond is none: the device was started anew. */
const longestGapSeconds = 86_400

export function greetExplore(
  address: string,
  options: ExploreOptions,
  context: DeviceContext,
): GreetBoard {
  return async (line) => {
    const { clock, out } = context
    line.replies.clear()
    const deadline = clock.now() + greetSeconds
    let seen = seenIn('', options)
    for (let heardAt = Number.NaN; clock.now() < deadline; ) {
      await line.pause(pollSeconds)
      seen = seenIn(line.replies.text, options)
      if (seen.channels > 0 && Number.isNaN(heardAt)) heardAt = clock.now()
      if (seen.channels > 0 && (seen.firmware || clock.now() - heardAt > infoSeconds)) break
    }
    if (seen.channels === 0) {
      const isSilent = line.replies.length === 0
      const what = isSilent ? 'it is silent' : 'what it says is no Explore’s'
      throw new SynapseError(
        isSilent ? 'silent-device' : 'wrong-device',
        `greeting ${address}: ${what}`,
        {
          remedy: 'Switch it on, pair it and name the port that the system has made for it.',
        },
      )
    }
    if (seen.firmware) out.fact({ name: 'firmware', value: seen.firmware })
    return new ExploreProtocol(address, options, seen, context)
  }
}

function seenIn(text: string, options: ExploreOptions): SeenExplore {
  let seen: SeenExplore = { channels: 0, rateHz: options.rateHz, firmware: '' }
  const finder = new FrameFinder(measurePacket, {
    frame(bytes, at) {
      const channels = sampleKinds.get(bytes[at]!)
      if (channels) seen = { ...seen, channels }
      if (bytes[at] !== kinds.deviceInfo) return
      const { firmware, rateHz } = deviceInfo(bytes, at)
      seen = { ...seen, firmware, rateHz }
    },
    skipped: () => {},
  })
  finder.push(Buffer.from(text, 'latin1'), 0)
  return seen
}

class ExploreProtocol implements SerialProtocol {
  readonly streams: SerialProtocol['streams']
  readonly carries: NonNullable<SerialProtocol['carries']>
  readonly #out: DeviceContext['out']
  readonly #finder: FrameFinder
  readonly #exg: StreamWriter
  readonly #orientation: StreamWriter
  readonly #rateHz: number
  readonly #channels: number
  #skippedBytes = 0
  /** Of the latest packet of samples: its clock in units, and when the next is due after it. */
  #latest = Number.NaN
  #latestSamples = 0
  #heardAt = 0
  /** Unknown before two packets have come. */
  #unitSeconds = 0
  #wasCut = false
  #clockSeconds = 0

  constructor(address: string, options: ExploreOptions, seen: SeenExplore, { out }: DeviceContext) {
    const { exg, orientation } = exploreStreams(address, options, seen)
    this.streams = [exg, orientation]
    const columns = { deviceTime: true, sequence: true }
    this.carries = { [exg.id]: columns, [orientation.id]: columns }
    this.#out = out
    this.#rateHz = seen.rateHz
    this.#channels = seen.channels
    this.#exg = new StreamWriter(out, exg, columns)
    this.#orientation = new StreamWriter(out, orientation, columns)
    this.#finder = new FrameFinder(measurePacket, {
      frame: (bytes, at, length, hostTime) => this.#packet(bytes, at, length, hostTime),
      skipped: (bytes) => {
        this.#skippedBytes += bytes
      },
    })
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  bytes(bytes: Uint8Array, hostTime: number): void {
    this.#finder.push(bytes, hostTime)
    this.#flush()
  }

  settle(): void {}

  restarted(): void {}

  cut(): void {
    this.#finder.cut()
    this.#flush()
    this.#wasCut = true
  }

  paused(): void {
    this.#finder.clear()
    this.#flush()
    this.#latest = Number.NaN
    this.#skippedBytes = 0
    this.#wasCut = false
    this.#out.fact({ name: 'refused', value: this.#finder.refusedBytes, unit: 'bytes' })
  }

  #flush(): void {
    this.#exg.flush()
    this.#orientation.flush()
  }

  #packet(bytes: Uint8Array, at: number, length: number, hostTime: number): void {
    const kind = bytes[at]!
    if (sampleKinds.get(kind) === this.#channels) this.#samples(bytes, at, length, hostTime)
    else if (kind === kinds.orientation) this.#oriented(bytes, at, hostTime)
    else if (kind === kinds.environment) this.#surroundings(bytes, at)
    else if (kind === kinds.marker) this.#marked(uint16(bytes, at + headBytes), hostTime)
  }

  #samples(bytes: Uint8Array, at: number, length: number, hostTime: number): void {
    const samples = samplesIn(bytes[at]!, length)
    const clock = uint32(bytes, at + 4)
    this.#account(clock, hostTime)
    const time = this.#clockSeconds
    const { data } = this.#exg
    for (let row = 0; row < samples; row++) {
      const to = this.#exg.frame(hostTime, bytes[at + 1]!, time)
      for (let c = 0; c < this.#channels; c++) {
        data[to + c] = sampleAt(bytes, at, this.#channels, row, c)
      }
    }
    this.#latest = clock
    this.#latestSamples = samples
    this.#heardAt = hostTime
    this.#skippedBytes = 0
    this.#wasCut = false
  }

  /** What is missing before a packet of samples that bears this clock. */
  #account(clock: number, hostTime: number): void {
    const due = this.#latestSamples / this.#rateHz
    const isFirst = Number.isNaN(this.#latest)
    const passedUnits = isFirst ? 0 : (clock - this.#latest + clockTurn) % clockTurn
    if (!isFirst && this.#unitSeconds === 0) this.#unitSeconds = unitOf(passedUnits, due)
    const unit = this.#unitSeconds || clockUnits[0]
    this.#clockSeconds = clock * unit
    if (isFirst) return
    const passed = passedUnits * unit
    const isAnew = passed > longestGapSeconds
    const reason: GapReason = this.#wasCut
      ? 'disconnected'
      : this.#skippedBytes > 0
        ? 'corrupt'
        : 'lost'
    const seconds = isAnew ? hostTime - this.#heardAt : passed
    const packets = Math.round((seconds - due) / due)
    if (packets <= 0) return
    this.#exg.lost(packets * this.#latestSamples, !isAnew && passed < certainSeconds, reason)
  }

  #oriented(bytes: Uint8Array, at: number, hostTime: number): void {
    const time = uint32(bytes, at + 4) * (this.#unitSeconds || clockUnits[0])
    const to = this.#orientation.frame(hostTime, bytes[at + 1]!, time)
    for (let i = 0; i < orientationScales.length; i++) {
      this.#orientation.data[to + i] = int16(bytes, at + headBytes + 2 * i)
    }
  }

  #surroundings(bytes: Uint8Array, at: number): void {
    const { celsius, lux, batteryVolts } = environment(bytes, at)
    this.#out.fact({ name: 'temperature', value: celsius, unit: '°C' })
    this.#out.fact({ name: 'light', value: Math.round(lux), unit: 'lx' })
    this.#out.fact({
      name: 'battery voltage',
      value: Math.round(batteryVolts * 100) / 100,
      unit: 'V',
    })
  }

  /** The button of the device. */
  #marked(code: number, time: number): void {
    const source = 'mentalab-explore'
    this.#out.marker({ time, label: `pb_${code}`, durationSeconds: 0, source, value: code })
  }
}

/** Whichever unit makes the time between two packets that of one, or of a few. */
function unitOf(passedUnits: number, dueSeconds: number): number {
  const off = (unit: number) => {
    const packets = (passedUnits * unit) / dueSeconds
    return packets < 0.5 ? 1 : Math.abs(packets - Math.round(packets)) + packets / 1000
  }
  return clockUnits.reduce((best, unit) => (off(unit) < off(best) ? unit : best))
}
