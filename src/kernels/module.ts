/**
 * The WebAssembly modules, instantiated once per memory and thread. Every kernel takes byte offsets
 * and numbers; `kernels.ts`, the plans and the conversions beside it give them arrays and names.
 */
import { conversionsBase64, wasmBase64 } from './generated/wasm.ts'

/** What is exported by `assembly/index.ts`. */
type KernelName =
  | 'addProducts'
  | 'affineFromFloat32'
  | 'affineFromFloat64'
  | 'affineFromInt16'
  | 'affineFromInt32'
  | 'affineWideFromFloat32'
  | 'affineWideFromFloat64'
  | 'affineWideFromInt16'
  | 'affineWideFromInt32'
  | 'allFinite'
  | 'applyResponse'
  | 'countMatches'
  | 'envelope'
  | 'exponentialMean'
  | 'fftForward'
  | 'fftInverse'
  | 'fftPowers'
  | 'fftWindowed'
  | 'firDirect'
  | 'iirCascade32'
  | 'iirCascade64'
  | 'magnitudes'
  | 'moveBytes'
  | 'powerSums'
  | 'resampleRows'
  | 'spatialFilter32'
  | 'spatialFilter64'
  | 'symmetricEigen'
  | 'widenRows'

/** What is exported by `assembly/conversions.ts`. */
type ConversionName =
  | 'encodeFloat32'
  | 'encodeFloat64'
  | 'encodeInt16'
  | 'encodeInt32'
  | 'frames24'
  | 'joinBytes4'
  | 'joinBytes8'
  | 'splitBytes4'
  | 'splitBytes8'
  | 'surveyFloat32'
  | 'surveyFloat64'
  | 'surveyInt16'
  | 'surveyInt32'
  | 'transpose16'
  | 'transpose32'
  | 'transpose64'
  | 'unpackZstd'

export type RawConversions = Readonly<Record<ConversionName, (...values: number[]) => number>>

export type RawKernels = Readonly<Record<KernelName, (...values: number[]) => number>>

/** Memory limits that the modules are compiled for, in pages of 64 KiB. */
const wasmPages = { initial: 2, maximum: 65536 } as const

/** Shared, so that rings and several threads may look into it. The first page is the module's. */
export function newKernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ ...wasmPages, shared: true })
}

/** Of one thread: copies to and from shared memory take two to ten times as long. */
export function newConversionMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory(wasmPages)
}

let kernels: WebAssembly.Module | undefined
let conversions: WebAssembly.Module | undefined
const instances = new WeakMap<WebAssembly.Memory, RawKernels>()

export function rawKernelsOn(memory: WebAssembly.Memory): RawKernels {
  const known = instances.get(memory)
  if (known) return known
  kernels ??= new WebAssembly.Module(bytesOfModule(wasmBase64))
  const instance = new WebAssembly.Instance(kernels, { env: { memory } })
  const raw = instance.exports as unknown as RawKernels
  instances.set(memory, raw)
  return raw
}

/** A new instance with every call. */
export function rawConversionsOn(memory: WebAssembly.Memory): RawConversions {
  conversions ??= new WebAssembly.Module(bytesOfModule(conversionsBase64))
  const instance = new WebAssembly.Instance(conversions, { env: { memory } })
  return instance.exports as unknown as RawConversions
}

function bytesOfModule(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
