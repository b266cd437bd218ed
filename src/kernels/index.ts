/** Arithmetic over typed arrays: WebAssembly kernels and the design of the filters they run. */
export {
  butterworth,
  notch,
  packSections,
  primeIirState,
} from './design/iir.ts'
export type { Section } from './design/sections.ts'
export type { Band } from './design/zeros-poles.ts'
export { type Kernels, kernelsOn, newKernelMemory } from './kernels.ts'
