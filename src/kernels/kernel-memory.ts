/** The memory that a plan takes its tables and scratch from at open; `NodeMemory` is one. */
export interface KernelMemory {
  readonly wasm: WebAssembly.Memory
  float32(length: number): Float32Array
  float64(length: number): Float64Array
  int32(length: number): Int32Array
}
