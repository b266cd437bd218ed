/**
 * One module in one instance of its own: checked, bounded, opened, fed frame by frame. Nothing here
 * limits its time: it runs in a thread that its host can end. docs/sandboxed-nodes.md is the ABI.
 */
import { reasonOf, SynapseError } from '../signal/index.ts'
import { boundedModule, globalName } from './bound.ts'
import { type Inspection, inspectModule } from './inspect.ts'
import { mostChannels, mostMemoryPages } from './limits.ts'
import { refusal } from './module-bytes.ts'

const abiVersion = 1
const pageBytes = 1 << 16

/** What a module exports; `parameter` only when the graph has some for it. */
const signatures: Readonly<Record<string, string>> = {
  abi_version: '() → (i32)',
  parameter: '(i32, f64) → ()',
  open: '(i32, f64, i32) → (i32)',
  input_pointer: '() → (i32)',
  output_pointer: '() → (i32)',
  process: '(i32) → (i32)',
  reset_after_gap: '(f64) → ()',
}

export interface ModuleSetup {
  readonly channels: number
  readonly rateHz: number
  /** Frames that the module gets at a time. */
  readonly blockFrames: number
  /** Channels that the graph expects of it. */
  readonly outputChannels: number
  readonly parameters: readonly number[]
}

/** All that a module remembers, copied. */
export interface ModuleSnapshot {
  readonly memory: Uint8Array
  readonly globals: readonly (number | bigint)[]
  readonly filled: number
  readonly nextSample: number
  readonly seenUntil: number
}

type Call = (...values: number[]) => number

export class SandboxedModule {
  /** The frame that `frame` has just given. */
  readonly output: Float32Array
  readonly #setup: ModuleSetup
  readonly #calls = new Map<string, Call>()
  readonly #memory: WebAssembly.Memory
  readonly #globals: readonly WebAssembly.Global[]
  readonly #process: Call
  readonly #reset: Call
  readonly #inputAt: number
  readonly #outputAt: number
  #input: Float32Array
  #result: Float32Array
  /** Frames of the block that are in the module's memory. */
  #filled = 0
  /** Index that follows the last frame; NaN before the first. */
  #nextSample = Number.NaN
  /** Index up to which the module knows of everything, gaps included; NaN before the first. */
  #seenUntil = Number.NaN

  /**
   * Runs the module's start function, if it has one, and its `open`.
   * @throws SynapseError graph-invalid for a module that is refused, node-failed for one that traps
   */
  constructor(bytes: Uint8Array, setup: ModuleSetup) {
    this.#setup = setup
    const inspection = inspectModule(bytes)
    checkSignatures(inspection, setup.parameters.length > 0)
    const { exports, memory } = instantiate(inspection)
    this.#memory = memory
    this.#globals = inspection.mutableGlobals.map(
      (index) => exports[globalName(index)] as WebAssembly.Global,
    )
    for (const name of inspection.functions.keys()) {
      if (name in signatures) this.#calls.set(name, exports[name] as Call)
    }
    this.#openInstance()
    const { channels, blockFrames, outputChannels } = setup
    this.#inputAt = this.#pointer('input_pointer', blockFrames * channels)
    this.#outputAt = this.#pointer('output_pointer', outputChannels)
    this.#process = this.#calls.get('process')!
    this.#reset = this.#calls.get('reset_after_gap')!
    this.#input = this.#view(this.#inputAt, blockFrames * channels)
    this.#result = this.#view(this.#outputAt, outputChannels)
    this.output = new Float32Array(outputChannels)
  }

  /**
   * Takes the frame at `data[at]`, whose index is `sample`; a jump of the index is a gap. Blocks
   * begin at indices that are multiples of their length, so that the answers do not depend on how
   * the frames come.
   * @returns whether there is a frame in `output`: the one of block `sample / blockFrames`
   * @throws SynapseError node-failed when the module traps or breaks the ABI
   */
  frame(data: Float32Array, at: number, sample: number): boolean {
    const { channels, blockFrames } = this.#setup
    if (sample !== this.#nextSample) this.#filled = 0
    this.#nextSample = sample + 1
    if (sample % blockFrames !== this.#filled) return false
    if (this.#filled === 0) this.#tellOfGap(sample)
    if (this.#input.length === 0) this.#renewViews()
    const to = this.#filled * channels
    for (let c = 0; c < channels; c++) this.#input[to + c] = data[at + c]!
    if (++this.#filled < blockFrames) return false
    this.#filled = 0
    this.#seenUntil = sample + 1
    const given = this.#call('process', this.#process, blockFrames)
    if (given === 0) return false
    if (given !== 1) throw failed(`process returned ${given} frames, 0 or 1 was possible`)
    if (this.#result.length === 0) this.#renewViews()
    this.output.set(this.#result)
    return true
  }

  snapshot(): ModuleSnapshot {
    return {
      memory: new Uint8Array(this.#memory.buffer).slice(),
      globals: this.#globals.map(({ value }) => value),
      filled: this.#filled,
      nextSample: this.#nextSample,
      seenUntil: this.#seenUntil,
    }
  }

  /** Into a module freshly opened from the same bytes with the same setup. */
  restore({ memory, globals, filled, nextSample, seenUntil }: ModuleSnapshot): void {
    const missing = memory.length - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(missing / pageBytes)
    new Uint8Array(this.#memory.buffer).set(memory)
    for (const [i, global] of this.#globals.entries()) global.value = globals[i]
    this.#renewViews()
    this.#filled = filled
    this.#nextSample = nextSample
    this.#seenUntil = seenUntil
  }

  #openInstance(): void {
    const { channels, rateHz, blockFrames, outputChannels, parameters } = this.#setup
    const version = this.#callNamed('abi_version')
    if (version !== abiVersion) {
      throw refusal(`it is built for version ${version} of the ABI, this is version ${abiVersion}`)
    }
    for (const [i, value] of parameters.entries()) this.#callNamed('parameter', i, value)
    const gives = this.#callNamed('open', channels, rateHz, blockFrames)
    if (gives <= 0) {
      throw refusal(
        `it refuses ${channels} channels at ${rateHz} Hz in blocks of ${blockFrames}, with code ${gives}`,
        'Ask its author what the code means.',
      )
    }
    if (gives === outputChannels && gives <= mostChannels) return
    throw refusal(
      `it gives ${gives} channels, the graph expects ${outputChannels}`,
      `Name its channels in the option "channels": 1 to ${mostChannels}.`,
    )
  }

  /** @returns a place that holds so many float32 values, whatever the module says */
  #pointer(name: string, values: number): number {
    const at = this.#callNamed(name) >>> 0
    const end = at + values * 4
    if (at % 4 !== 0) throw refusal(`its ${name} is ${at}, which is no multiple of 4`)
    if (end <= this.#memory.buffer.byteLength) return at
    throw refusal(`its ${name} is ${at}: ${values} values from there lie beyond its memory`)
  }

  #view(at: number, values: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, values)
  }

  /** A memory that has grown lies elsewhere. */
  #renewViews(): void {
    const { channels, blockFrames, outputChannels } = this.#setup
    this.#input = this.#view(this.#inputAt, blockFrames * channels)
    this.#result = this.#view(this.#outputAt, outputChannels)
  }

  #tellOfGap(sample: number): void {
    const lost = sample - this.#seenUntil
    if (lost > 0) this.#call('reset_after_gap', this.#reset, lost)
    this.#seenUntil = sample
  }

  #callNamed(name: string, ...values: number[]): number {
    return this.#call(name, this.#calls.get(name)!, ...values)
  }

  #call(name: string, call: Call, ...values: number[]): number {
    try {
      return call(...values)
    } catch (cause) {
      throw failed(`${name}: ${reasonOf(cause)}`, cause)
    }
  }
}

function checkSignatures({ functions, exportsMemory, isMemoryImported }: Inspection, set: boolean) {
  if (!exportsMemory && !isMemoryImported) throw refusal('it does not export its memory')
  for (const [name, signature] of Object.entries(signatures)) {
    if (name === 'parameter' && !set) continue
    const found = functions.get(name)
    if (found === undefined) throw refusal(`it does not export the function ${name}`)
    if (found !== signature) throw refusal(`its ${name} is ${found}, it has to be ${signature}`)
  }
}

function instantiate(inspection: Inspection) {
  const { pages: initial, mostPages } = inspection.memory
  const module = compile(boundedModule(inspection))
  const own = inspection.isMemoryImported
    ? new WebAssembly.Memory({ initial, maximum: mostPages ?? mostMemoryPages })
    : null
  try {
    const { exports } = new WebAssembly.Instance(module, own ? { env: { memory: own } } : {})
    return { exports, memory: own ?? (exports.memory as WebAssembly.Memory) }
  } catch (cause) {
    throw failed(`starting: ${reasonOf(cause)}`, cause)
  }
}

function compile(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as BufferSource)
  } catch (cause) {
    throw refusal(`it does not compile: ${reasonOf(cause)}`)
  }
}

function failed(what: string, cause?: unknown): SynapseError {
  return new SynapseError('node-failed', what, cause === undefined ? {} : { cause })
}
