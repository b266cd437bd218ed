/**
 * One stream as liblsl receives it, in threads of its own. Every call here has a timeout of 0: it
 * takes what is there, and what is not there yet liblsl goes on fetching.
 */
import {
  type Clock,
  type LslInlet,
  type LslStream,
  type Samples,
  SynapseError,
} from '../signal/index.ts'
import { hostMinusLsl } from './clock.ts'
import { type Handle, type LslLibrary, outcomes, takeBytes, takeText } from './library.ts'

/** What liblsl keeps for a host that is busy; of an irregular stream, a hundred samples each. */
const bufferSeconds = 60

export class Inlet implements LslInlet {
  readonly #lsl: LslLibrary
  readonly #clock: Clock
  readonly #stream: LslStream
  readonly #outcome = new Int32Array(1)
  readonly #texts: (Handle | null)[]
  readonly #textBytes: Uint32Array
  #handle: Handle | null
  #connected = false

  /** @param info what the resolver found */
  constructor(lsl: LslLibrary, info: Handle, stream: LslStream, clock: Clock) {
    this.#lsl = lsl
    this.#clock = clock
    this.#stream = stream
    this.#texts = new Array(stream.channels).fill(null)
    this.#textBytes = new Uint32Array(stream.channels)
    // Recovery keeps what came before the sender went; without it, liblsl throws that away.
    this.#handle = lsl.lsl_create_inlet(info, bufferSeconds, 0, 1) as Handle | null
    if (!this.#handle) throw this.#failed('liblsl refuses it')
  }

  description(): string | null {
    const lsl = this.#lsl
    const info = lsl.lsl_get_fullinfo(this.#handle, 0, this.#outcome) as Handle | null
    if (!this.#isThere('describing') || !info) return null
    const xml = takeText(lsl, lsl.lsl_get_xml(info) as Handle | null)
    lsl.lsl_destroy_streaminfo(info)
    return xml
  }

  connect(): boolean {
    if (this.#connected) return true
    this.#lsl.lsl_open_stream(this.#handle, 0, this.#outcome)
    this.#connected = this.#isThere('connecting to')
    return this.#connected
  }

  clockOffset(): number | null {
    const correction = this.#lsl.lsl_time_correction(this.#handle, 0, this.#outcome) as number
    if (this.#outcome[0] !== outcomes.fine) return null
    return correction + hostMinusLsl(this.#lsl, this.#clock)
  }

  pull(values: Samples, stamps: Float64Array): number {
    const { channels } = this.#stream
    const pull = this.#pullFor(values)
    const room = stamps.length
    const taken = pull(this.#handle, values, stamps, room * channels, room, 0, this.#outcome)
    this.#isThere('reading')
    return (taken as number) / channels
  }

  pullTexts(into: string[]): number | null {
    const lsl = this.#lsl
    const { channels } = this.#stream
    const texts = this.#texts
    const bytes = this.#textBytes
    const stamp = lsl.lsl_pull_sample_buf(
      this.#handle,
      texts,
      bytes,
      channels,
      0,
      this.#outcome,
    ) as number
    if (!this.#isThere('reading') || stamp === 0) return null
    for (let c = 0; c < channels; c++) into[c] = takeBytes(lsl, texts[c]!, bytes[c]!)
    return stamp
  }

  recovered(): boolean {
    return (this.#lsl.lsl_was_clock_reset(this.#handle) as number) !== 0
  }

  /** Ending it waits for its threads, up to half a second: not in ours. */
  close(): void {
    const handle = this.#handle
    this.#handle = null
    if (handle) this.#lsl.lsl_destroy_inlet.async(handle, () => {})
  }

  #pullFor(values: Samples) {
    const lsl = this.#lsl
    if (values instanceof Float32Array) return lsl.lsl_pull_chunk_f
    if (values instanceof Float64Array) return lsl.lsl_pull_chunk_d
    return values instanceof Int32Array ? lsl.lsl_pull_chunk_i : lsl.lsl_pull_chunk_s
  }

  /** False where it is on its way still. */
  #isThere(doing: string): boolean {
    const outcome = this.#outcome[0]
    if (outcome === outcomes.lost) {
      throw new SynapseError(
        'link-lost',
        `${doing} the LSL stream ${this.#stream.name}: it is gone`,
        {
          remedy: 'Start the program that sends it again; the session resumes by itself.',
        },
      )
    }
    return outcome === outcomes.fine
  }

  #failed(reason: string): SynapseError {
    return new SynapseError('lsl-failed', `opening the LSL stream ${this.#stream.name}: ${reason}`)
  }
}
