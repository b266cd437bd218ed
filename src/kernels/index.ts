/** Arithmetic over typed arrays: WebAssembly kernels and the design of the filters they run. */
export {
  butterworth,
  notch,
  packSections,
  primeIirState,
} from './design/iir.ts'
export type { Section } from './design/sections.ts'
export type { Band } from './design/zeros-poles.ts'
export { dpss, type Tapers } from './fourier/dpss.ts'
export { RealFft } from './fourier/real-fft.ts'
export { Spectrum, type SpectrumOptions } from './fourier/spectrum.ts'
export { hannWindow } from './fourier/windows.ts'
export type { KernelMemory } from './kernel-memory.ts'
export { type Kernels, kernelsOn } from './kernels.ts'
export { covarianceOf } from './matrix/covariance.ts'
export { packSpatialFilter } from './matrix/spatial-filter.ts'
export { SymmetricEigen } from './matrix/symmetric-eigen.ts'
export { newKernelMemory } from './module.ts'
