// What the WebAssembly module exports. Every pointer is a byte offset into the imported memory;
// every signal buffer is frame-major with `stride` values a frame, `stride` a multiple of 8.

export {
  affineFromFloat32,
  affineFromFloat64,
  affineFromInt16,
  affineFromInt32,
  affineWideFromFloat32,
  affineWideFromFloat64,
  affineWideFromInt16,
  affineWideFromInt32,
} from './affine'
export { iirCascade64 } from './iir'
export { iirCascade32 } from './iir-fused'
export { allFinite, envelope, powerSums } from './summary'
export { countMatches } from './matches'
export { fftForward, fftInverse, fftPowers, fftWindowed } from './fft'
export { addProducts, exponentialMean } from './average'
export { spatialFilter32, spatialFilter64 } from './spatial'
export { symmetricEigen } from './eigen'
export { applyResponse, firDirect, magnitudes, moveBytes, resampleRows, widenRows } from './fir'
