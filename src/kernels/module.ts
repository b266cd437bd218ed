/**
 * The WebAssembly module, instantiated once per memory and thread. Every kernel takes byte offsets
 * and numbers; `kernels.ts` and the plans beside it give them arrays and names.
 */
import { wasmBase64 } from './generated/wasm.ts'

/** What is exported by `assembly/index.ts`. */
type KernelName =
  | 'addProducts'
  | 'affineFromFloat32'
  | 'affineFromFloat64'
  | 'affineFromInt16'
  | 'affineFromInt32'
  | 'allFinite'
  | 'applyResponse'
  | 'countMatches'
  | 'encodeFloat32'
  | 'encodeFloat64'
  | 'encodeInt16'
  | 'encodeInt32'
  | 'envelope'
  | 'exponentialMean'
  | 'fftForward'
  | 'fftInverse'
  | 'fftPowers'
  | 'fftWindowed'
  | 'firDirect'
  | 'iirCascade32'
  | 'iirCascade64'
  | 'joinBytes4'
  | 'joinBytes8'
  | 'magnitudes'
  | 'moveBytes'
  | 'narrow16'
  | 'narrow24'
  | 'powerSums'
  | 'resampleRows'
  | 'spatialFilter32'
  | 'spatialFilter64'
  | 'splitBytes4'
  | 'splitBytes8'
  | 'surveyFloat32'
  | 'surveyFloat64'
  | 'surveyInt16'
  | 'surveyInt32'
  | 'symmetricEigen'
  | 'transpose16'
  | 'transpose32'
  | 'transpose64'
  | 'widen24'
  | 'widenRows'

export type RawKernels = Readonly<Record<KernelName, (...values: number[]) => number>>

/** Memory limits that the module is compiled for, in pages of 64 KiB. */
const wasmPages = { initial: 2, maximum: 65536 } as const

/** Shared, so that rings and several threads may look into it. The first page is the module's. */
export function newKernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ ...wasmPages, shared: true })
}

let compiled: WebAssembly.Module | undefined
const instances = new WeakMap<WebAssembly.Memory, RawKernels>()

export function rawKernelsOn(memory: WebAssembly.Memory): RawKernels {
  const known = instances.get(memory)
  if (known) return known
  compiled ??= new WebAssembly.Module(bytesOfModule())
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  const raw = instance.exports as unknown as RawKernels
  instances.set(memory, raw)
  return raw
}

function bytesOfModule(): Uint8Array<ArrayBuffer> {
  const text = atob(wasmBase64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
