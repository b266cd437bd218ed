/** Arithmetic over typed arrays: WebAssembly kernels and the design of the filters they run. */
export { ChannelSurvey } from './conversions/channel-survey.ts'
export {
  type Column,
  type ColumnType,
  PackedColumns,
  unpackedZstd,
} from './conversions/packed-columns.ts'
export { type DigitalScale, RecordEncoder } from './conversions/record-encoder.ts'
export { RecordFrames } from './conversions/record-frames.ts'
export { columnsOfFrames, splitBytes } from './conversions/stored-values.ts'
export type { BesselCut } from './design/bessel.ts'
export { packSections, primeIirState } from './design/cascade.ts'
export { type FirWindow, firByWindow, kaiserPlan, tapsForTransition } from './design/fir.ts'
export { butterworth, type IirShape, iirSections, iirZerosPoles } from './design/iir.ts'
export { firByRemez, type GainBand } from './design/remez.ts'
export { type CombShape, comb, notch, peak } from './design/resonators.ts'
export {
  type Filter,
  type FilterResponse,
  impulseResponse,
  responseOf,
  stepResponse,
  transitionWidthHz,
} from './design/response.ts'
export type { Section } from './design/sections.ts'
export { type MagnitudePoint, sectionsByYuleWalker } from './design/yule-walker.ts'
export { filterZeroPhase } from './design/zero-phase.ts'
export type { Band, ZerosPoles } from './design/zeros-poles.ts'
export { FirFilter } from './filters/fir-filter.ts'
export { OverlapSave } from './filters/overlap-save.ts'
export { Resampler } from './filters/resampler.ts'
export { resamplingTaps } from './filters/resampling-taps.ts'
export { AnalyticSignal, hilbertTaps } from './fourier/analytic-signal.ts'
export { dpss, type Tapers } from './fourier/dpss.ts'
export { type ComplexTaps, type MorletOptions, morlet } from './fourier/morlet.ts'
export { RealFft } from './fourier/real-fft.ts'
export { Spectrum, type SpectrumOptions } from './fourier/spectrum.ts'
export { hannWindow } from './fourier/windows.ts'
export type { KernelMemory } from './kernel-memory.ts'
export { type Kernels, kernelsOn } from './kernels.ts'
export { covarianceOf } from './matrix/covariance.ts'
export { packSpatialFilter } from './matrix/spatial-filter.ts'
export { SymmetricEigen } from './matrix/symmetric-eigen.ts'
export { newKernelMemory } from './module.ts'
