/** One stream as liblsl sends it: to whoever has asked for it, in threads of its own. */
import { type Clock, type LslFormat, type Samples, SynapseError } from '../signal/index.ts'
import { hostMinusLsl } from './clock.ts'
import { numberOfFormat } from './formats.ts'
import { type Handle, type LslLibrary, loadLsl } from './library.ts'

/** What liblsl keeps for a receiver that is slow; then it drops what is oldest. */
const bufferSeconds = 60
/** The clocks tick alike; only a suspended machine may part them. */
const clockSeconds = 5

/** An element of the description: either with a text, or with children. */
export interface DescriptionElement {
  readonly name: string
  readonly text: string
  readonly children: readonly DescriptionElement[]
}

export interface OutletShape {
  readonly name: string
  readonly type: string
  /** The same every time that the program is started: receivers find it again by that. */
  readonly sourceId: string
  readonly format: Exclude<LslFormat, 'int8' | 'int64'>
  readonly channels: number
  /** 0: irregular. */
  readonly rateHz: number
  /** What stands below `desc`. */
  readonly description: readonly DescriptionElement[]
}

export class Outlet {
  /** The stream's own, as a receiver sees it. */
  readonly uid: string
  readonly #lsl: LslLibrary
  readonly #clock: Clock
  readonly #shape: OutletShape
  readonly #text: [string] = ['']
  #handle: Handle | null
  #hostMinusLsl = 0
  #clockDue = Number.NEGATIVE_INFINITY

  /** @throws SynapseError lsl-failed */
  constructor(lsl: LslLibrary, shape: OutletShape, clock: Clock) {
    this.#lsl = lsl
    this.#clock = clock
    this.#shape = shape
    const { name, type, channels, rateHz, format, sourceId } = shape
    const number = numberOfFormat(format)
    const info = lsl.lsl_create_streaminfo(name, type, channels, rateHz, number, sourceId)
    if (!info) throw failed(name, 'liblsl refuses its name, channels or rate')
    describe(lsl, lsl.lsl_get_desc(info) as Handle, shape.description)
    this.#handle = lsl.lsl_create_outlet(info, 0, bufferSeconds) as Handle | null
    lsl.lsl_destroy_streaminfo(info)
    if (!this.#handle) throw failed(name, 'no network port is free')
    const own = lsl.lsl_get_info(this.#handle) as Handle
    this.uid = lsl.lsl_get_uid(own) as string
    lsl.lsl_destroy_streaminfo(own)
  }

  get hasReceivers(): boolean {
    return this.#lsl.lsl_have_consumers(this.#handle) !== 0
  }

  /**
   * Hands frames to liblsl, which copies them.
   * @param times seconds on the host's clock; they are turned into LSL's in place
   */
  push(values: Samples, times: Float64Array, frames: number): void {
    const offset = this.#offset()
    for (let f = 0; f < frames; f++) times[f]! -= offset
    this.#pushFor(values)(this.#handle, values, frames * this.#shape.channels, times)
  }

  /** @param time seconds on the host's clock */
  pushText(text: string, time: number): void {
    // A text of C ends at the first zero.
    this.#text[0] = text.replaceAll('\0', '\ufffd')
    this.#lsl.lsl_push_sample_strt(this.#handle, this.#text, time - this.#offset())
  }

  /** Waits for liblsl's threads, up to a second. */
  close(): void {
    const handle = this.#handle
    this.#handle = null
    if (handle) this.#lsl.lsl_destroy_outlet(handle)
  }

  #offset(): number {
    const now = this.#clock.now()
    if (now >= this.#clockDue) {
      this.#clockDue = now + clockSeconds
      this.#hostMinusLsl = hostMinusLsl(this.#lsl, this.#clock)
    }
    return this.#hostMinusLsl
  }

  #pushFor(values: Samples) {
    const lsl = this.#lsl
    if (values instanceof Float32Array) return lsl.lsl_push_chunk_ftn
    if (values instanceof Float64Array) return lsl.lsl_push_chunk_dtn
    return values instanceof Int32Array ? lsl.lsl_push_chunk_itn : lsl.lsl_push_chunk_stn
  }
}

/** @throws SynapseError lsl-missing */
export function outletMaker(clock: Clock): (shape: OutletShape) => Outlet {
  const lsl = loadLsl()
  return (shape) => new Outlet(lsl, shape, clock)
}

function describe(lsl: LslLibrary, parent: Handle, elements: readonly DescriptionElement[]): void {
  for (const { name, text, children } of elements) {
    if (children.length === 0) lsl.lsl_append_child_value(parent, name, text)
    else describe(lsl, lsl.lsl_append_child(parent, name) as Handle, children)
  }
}

function failed(name: string, reason: string): SynapseError {
  return new SynapseError('lsl-failed', `sending ${name} by LSL: ${reason}`)
}
