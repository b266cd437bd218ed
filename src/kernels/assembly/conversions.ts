// What the second WebAssembly module exports: between the orders and widths of files and those of
// chunks. Its memory is one thread's alone, since copies to and from shared memory cost two to ten
// times as much.

export { frames24 } from './records'
export { transpose16, transpose32, transpose64 } from './transpose'
export { joinBytes4, joinBytes8, splitBytes4, splitBytes8 } from './stored'
export { encodeFloat32, encodeFloat64, encodeInt16, encodeInt32 } from './digital'
export { surveyFloat32, surveyFloat64, surveyInt16, surveyInt32 } from './survey'
export { unpackZstd } from './zstd'
