/**
 * The streams on the network. A resolver asks for them in a thread of liblsl's; it runs while
 * somebody wants to know, and some time after.
 */
import {
  type Cancel,
  type Clock,
  type LslInlet,
  type LslStream,
  type LslTransport,
  SynapseError,
  sleep,
} from '../signal/index.ts'
import { formatOfNumber } from './formats.ts'
import { Inlet } from './inlet.ts'
import { type Handle, type LslLibrary, loadLsl } from './library.ts'

/** A stream that has not answered for so long, to four waves or so, is gone: so is a sender that was killed. */
const forgetSeconds = 2
/** Every sender has had two waves to answer. */
const settlingSeconds = 1.6
/** How long to go on asking when nobody wants to know any more. */
const idleSeconds = 30
const mostStreams = 1024

interface Known {
  readonly handle: Handle
  readonly stream: LslStream
}

/** The library is loaded at the first call that needs it. */
export function lslTransport(clock: Clock): LslTransport {
  let network: Network | null = null
  let hidden: ReadonlySet<string> = new Set()
  return {
    async find() {
      network ??= new Network(loadLsl(), clock)
      return (await network.find()).filter(({ uid }) => !hidden.has(uid))
    },
    open: (stream) => (network ??= new Network(loadLsl(), clock)).open(stream),
    hide: (uids) => {
      hidden = new Set(uids)
    },
  }
}

class Network {
  readonly #lsl: LslLibrary
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  #resolver: Handle | null = null
  #askingSince = 0
  #stopIdle: Cancel | null = null

  constructor(lsl: LslLibrary, clock: Clock) {
    this.#lsl = lsl
    this.#clock = clock
  }

  async find(): Promise<readonly LslStream[]> {
    this.#ask()
    const wait = this.#askingSince + settlingSeconds - this.#clock.now()
    if (wait > 0) await sleep(this.#clock, wait)
    this.#ask()
    this.#update()
    return [...this.#known.values()].map(({ stream }) => stream)
  }

  open(stream: LslStream): LslInlet {
    const known = this.#known.get(stream.uid)
    if (known) return new Inlet(this.#lsl, known.handle, stream, this.#clock)
    throw new SynapseError('lsl-failed', `opening the LSL stream ${stream.name}: it is gone`)
  }

  #ask(): void {
    if (!this.#resolver) {
      this.#resolver = this.#lsl.lsl_create_continuous_resolver(forgetSeconds) as Handle | null
      if (!this.#resolver) {
        throw new SynapseError('lsl-failed', 'looking for LSL streams: the network cannot be used')
      }
      this.#askingSince = this.#clock.now()
    }
    this.#stopIdle?.()
    this.#stopIdle = this.#clock.after(idleSeconds, () => this.#rest())
  }

  /** Ending the resolver waits for its thread: not in ours. */
  #rest(): void {
    const resolver = this.#resolver
    this.#resolver = null
    if (resolver) this.#lsl.lsl_destroy_continuous_resolver.async(resolver, () => {})
  }

  #update(): void {
    const handles: (Handle | null)[] = new Array(mostStreams).fill(null)
    const count = this.#lsl.lsl_resolver_results(this.#resolver, handles, mostStreams) as number
    const answered = new Set<string>()
    for (const handle of handles.slice(0, Math.max(0, count))) {
      const stream = this.#streamOf(handle!)
      if (!stream || answered.has(stream.uid) || this.#known.has(stream.uid)) {
        this.#lsl.lsl_destroy_streaminfo(handle)
      } else this.#known.set(stream.uid, { handle: handle!, stream })
      if (stream) answered.add(stream.uid)
    }
    for (const [uid, { handle }] of this.#known) {
      if (answered.has(uid)) continue
      this.#known.delete(uid)
      this.#lsl.lsl_destroy_streaminfo(handle)
    }
  }

  #streamOf(handle: Handle): LslStream | null {
    const lsl = this.#lsl
    const format = formatOfNumber(lsl.lsl_get_channel_format(handle) as number)
    if (!format) return null
    return {
      name: lsl.lsl_get_name(handle) as string,
      type: lsl.lsl_get_type(handle) as string,
      sourceId: lsl.lsl_get_source_id(handle) as string,
      hostname: lsl.lsl_get_hostname(handle) as string,
      uid: lsl.lsl_get_uid(handle) as string,
      format,
      channels: lsl.lsl_get_channel_count(handle) as number,
      rateHz: lsl.lsl_get_nominal_srate(handle) as number,
    }
  }
}
