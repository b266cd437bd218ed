/**
 * All streams that a predicate means, as one device: those that are there when it is opened. Each
 * lives and is taken up again by itself; the group is as well as the worst of them.
 */
import {
  type DeviceContext,
  type DeviceOutput,
  type DeviceSession,
  type LinkState,
  type LslStream,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { addressOf } from './address.ts'
import type { LslOptions } from './options.ts'
import type { StreamPredicate } from './predicate.ts'
import { LslSession } from './session.ts'

const findSeconds = 5
const seekSeconds = 0.25
const mostStreams = 128
/** From the worst to the best. */
const severity: readonly LinkState[] = [
  ...(['reconnecting', 'stalled', 'streaming', 'paused'] as const),
  ...(['ended', 'closed'] as const),
]

export class LslGroup implements DeviceSession {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<DeviceSession['carries']>
  readonly stamped: readonly string[]
  readonly #members: readonly LslSession[]

  private constructor(members: readonly LslSession[]) {
    this.#members = members
    this.streams = members.flatMap(({ streams }) => streams)
    this.stamped = members.flatMap(({ stamped }) => stamped)
    this.carries = Object.assign({}, ...members.map(({ carries }) => carries))
  }

  /** @throws SynapseError lsl-missing, lsl-failed, bad-option */
  static async open(
    address: string,
    predicate: StreamPredicate,
    options: LslOptions,
    context: DeviceContext,
  ): Promise<LslGroup> {
    const found = await findAll(address, predicate, context)
    const links = new GroupLink(context.out, found.length)
    const all = await context.transports.lsl.find()
    const opening = found.map((stream, member) => {
      const out = links.output(member, stream)
      return LslSession.open(addressOf(stream, all), options, { ...context, out })
    })
    const opened = await Promise.allSettled(opening)
    const members = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const refused = opened.find((each) => each.status === 'rejected')
    const group = new LslGroup(members)
    const ids = group.streams.map(({ id }) => id)
    const twice = ids.find((id, i) => ids.indexOf(id) !== i)
    if (!refused && !twice) return group
    await group.close()
    if (refused) throw refused.reason
    throw new SynapseError('bad-option', `opening the LSL streams ${address}: two are ${twice}`, {
      remedy: 'End one of them, or give them source ids of their own.',
    })
  }

  async start(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.start()))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()))
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()))
  }
}

async function findAll(
  address: string,
  predicate: StreamPredicate,
  { clock, transports }: DeviceContext,
): Promise<LslStream[]> {
  const deadline = clock.now() + findSeconds
  for (;;) {
    const found = (await transports.lsl.find()).filter(predicate)
    if (found.length > mostStreams) {
      throw new SynapseError('bad-option', `opening the LSL streams ${address}: ${found.length}`, {
        remedy: `Say more closely which: at most ${mostStreams} can be one device.`,
      })
    }
    if (found.length > 0) return found
    if (clock.now() > deadline) break
    await sleep(clock, seekSeconds)
  }
  throw new SynapseError('lsl-failed', `opening the LSL streams ${address}: nobody sends such`, {
    remedy: 'Start the program that sends them; "synapse devices" lists the streams that answer.',
  })
}

/** What the members say of their links becomes what the group says of its own. */
class GroupLink {
  readonly #out: DeviceOutput
  readonly #states: (LinkState | null)[]
  #told: LinkState | null = null

  constructor(out: DeviceOutput, members: number) {
    this.#out = out
    this.#states = Array.from({ length: members }, () => null)
  }

  output(member: number, { name }: LslStream): DeviceOutput {
    const out = this.#out
    return {
      chunk: (stream, chunk) => out.chunk(stream, chunk),
      gap: (stream, gap) => out.gap(stream, gap),
      clockOffset: (stream, offset) => out.clockOffset(stream, offset),
      marker: (marker, at) => out.marker(marker, at),
      configured: (streams) => out.configured(streams),
      fact: (fact) => out.fact({ ...fact, name: `${name}: ${fact.name}` }),
      link: (state, cause) => this.#link(member, state, cause),
    }
  }

  #link(member: number, state: LinkState, cause?: SynapseError): void {
    this.#states[member] = state
    // A member that has not begun says nothing of the group.
    if (this.#states.some((each) => each === null)) return
    const worst = severity.find((each) => this.#states.includes(each))!
    if (worst === this.#told) return
    this.#told = worst
    this.#out.link(worst, worst === state ? cause : undefined)
  }
}
