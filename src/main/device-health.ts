/** How an open device fares: what its link went through, what it told of itself, and what is amiss. */
import type { DeviceHealth, HealthWarning } from '../contract/index.ts'
import type { DeviceFact, Ledger, LinkState } from '../signal/index.ts'

/** A link that is silent is told so after this time. */
const toldAfterSeconds = 1
/** Loss is judged over the last while: what was long ago is nobody's trouble now. */
const recentSeconds = 60
const fewestRecent = 250
const lossShare = 0.01
const rateShare = 0.02
const weakDbm = -85
const lowPercent = 20
const longBridgeMs = 1
const unsureMs = 5
const driftPpm = 500
const fullShare = 0.5
/** Rates and clocks settle after a start: what is amiss with them must have been so for a while. */
const settledSeconds = 10

/** What is known of one stream now. */
export interface StreamFigures {
  readonly name: string
  readonly nominalRateHz: number
  readonly effectiveRateHz: number
  readonly ledger: Ledger
  readonly clock: { readonly driftPpm: number; readonly uncertaintyMs: number } | null
  readonly buffer: DeviceHealth['buffer']
}

interface Mark {
  readonly time: number
  readonly expected: number
  readonly lost: number
}

export class LinkHealth {
  silences = 0
  reconnections = 0
  lastSilence: DeviceHealth['lastSilence'] = null
  #marks: Mark[] = []
  /** Since when a rate or a clock has been amiss, by topic and stream. */
  #amissSince = new Map<string, number>()

  linked(state: LinkState, now: number): void {
    const last = this.lastSilence
    if (state === 'stalled') {
      this.silences++
      this.lastSilence = { kind: 'silent', time: now - toldAfterSeconds, seconds: null }
    } else if (state === 'reconnecting') {
      this.lastSilence = { kind: 'unlinked', time: now, seconds: null }
    } else if (last && last.seconds === null) {
      if (last.kind === 'unlinked' && state !== 'closed') this.reconnections++
      this.lastSilence = { ...last, seconds: now - last.time }
    }
  }

  figures(
    device: string,
    state: string,
    facts: ReadonlyMap<string, DeviceFact>,
    streams: readonly StreamFigures[],
    now: number,
  ): DeviceHealth {
    const number = (name: string) => {
      const value = facts.get(name)?.value
      return typeof value === 'number' ? value : null
    }
    const firmware = facts.get('firmware')?.value
    const buffers = streams.flatMap(({ buffer }) => (buffer ? [buffer] : []))
    const worst = buffers.sort((a, b) => fillOf(b) - fillOf(a))[0] ?? null
    const health = {
      device,
      firmware: firmware === undefined ? null : String(firmware),
      batteryPercent: number('battery'),
      rssiDbm: number('rssi'),
      bridgeLatencyMs: number('bridge latency'),
      silences: this.silences,
      reconnections: this.reconnections,
      lastSilence: this.lastSilence,
      buffer: worst,
    }
    const recent = this.#recent(streams, now)
    if (state !== 'streaming') {
      this.#amissSince.clear()
      return { ...health, warnings: [] }
    }
    const unsettled = streams.flatMap(streamWarnings)
    const warnings = [...warningsOf(health, recent), ...this.#settled(unsettled, now)]
    return { ...health, warnings }
  }

  #settled(found: readonly HealthWarning[], now: number): HealthWarning[] {
    const keyOf = ({ topic, stream }: HealthWarning) => `${topic} ${stream}`
    const since = new Map(
      found.map((each) => [keyOf(each), this.#amissSince.get(keyOf(each)) ?? now]),
    )
    this.#amissSince = since
    return found.filter((each) => now - since.get(keyOf(each))! >= settledSeconds)
  }

  /** What came and was lost in the last while. */
  #recent(streams: readonly StreamFigures[], time: number): Mark {
    const sum = (of: keyof Ledger) => streams.reduce((total, { ledger }) => total + ledger[of], 0)
    const now = { time, expected: sum('expected'), lost: sum('lost') }
    this.#marks = this.#marks.filter((mark) => mark.time >= time - recentSeconds)
    // One a second is enough.
    if (time - (this.#marks.at(-1)?.time ?? Number.NEGATIVE_INFINITY) >= 1) this.#marks.push(now)
    const before = this.#marks[0]!
    return { time, expected: now.expected - before.expected, lost: now.lost - before.lost }
  }
}

function fillOf({ heldSeconds, holdsSeconds }: NonNullable<DeviceHealth['buffer']>): number {
  return heldSeconds / holdsSeconds
}

function warningsOf(health: Omit<DeviceHealth, 'warnings'>, recent: Mark): HealthWarning[] {
  const { batteryPercent, rssiDbm, bridgeLatencyMs, buffer } = health
  const found: HealthWarning[] = []
  const warn = (topic: HealthWarning['topic'], message: string, remedy: string) =>
    found.push({ topic, stream: '', message, remedy })
  if (recent.expected >= fewestRecent && recent.lost > lossShare * recent.expected) {
    const percent = ((100 * recent.lost) / recent.expected).toFixed(1)
    warn(
      'loss',
      `${percent} % of the last minute was lost`,
      rssiDbm === null
        ? 'Bring board and receiver near each other, away from metal and other radios.'
        : 'Bring the device nearer, and keep bodies and metal out of the way.',
    )
  }
  if (batteryPercent !== null && batteryPercent < lowPercent) {
    warn('battery', `The battery is at ${Math.round(batteryPercent)} %`, 'Charge it soon.')
  }
  if (rssiDbm !== null && rssiDbm < weakDbm) {
    warn('signal', `The radio is weak: ${rssiDbm} dBm`, 'Bring the device nearer.')
  }
  if (bridgeLatencyMs !== null && bridgeLatencyMs > longBridgeMs) {
    warn(
      'bridge',
      `The USB bridge holds bytes back for up to ${bridgeLatencyMs} ms`,
      'Every latency and every arrival time has so much added. Allow its latency_timer to be written (a rule of udev’s), or set it to 1 ms in the driver’s settings.',
    )
  }
  if (buffer && fillOf(buffer) > fullShare) {
    const { heldSeconds, holdsSeconds } = buffer
    warn(
      'buffer',
      `The disk is ${heldSeconds.toFixed(0)} s behind; after ${holdsSeconds.toFixed(0)} s samples are lost`,
      'End what else writes to the disk, or record to another one.',
    )
  }
  return found
}

function streamWarnings(stream: StreamFigures): HealthWarning[] {
  const { name, nominalRateHz, effectiveRateHz, clock } = stream
  const found: HealthWarning[] = []
  const isOff = Math.abs(effectiveRateHz / nominalRateHz - 1) > rateShare
  if (nominalRateHz > 0 && effectiveRateHz > 0 && isOff) {
    found.push({
      topic: 'rate',
      stream: name,
      message: `${name} comes with ${effectiveRateHz.toFixed(0)} Hz instead of ${nominalRateHz} Hz`,
      remedy: 'Check the rate that the device is set to, and whether this machine is too busy.',
    })
  }
  if (!clock) return found
  if (clock.uncertaintyMs > unsureMs) {
    found.push({
      topic: 'clock',
      stream: name,
      message: `The times of ${name} are known to ± ${clock.uncertaintyMs.toFixed(0)} ms only`,
      remedy: 'They become surer with time; a lossy or busy link makes them worse.',
    })
  } else if (Math.abs(clock.driftPpm) > driftPpm) {
    found.push({
      topic: 'clock',
      stream: name,
      message: `The clock of ${name} is ${Math.round(clock.driftPpm)} ppm off`,
      remedy: 'Times are corrected for it; other software may not do so.',
    })
  }
  return found
}
