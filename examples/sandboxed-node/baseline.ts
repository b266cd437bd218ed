// @ts-nocheck: this is AssemblyScript; what it calls i32, f32 and memory, TypeScript does not know.
/**
 * A sandboxed node in AssemblyScript: takes every channel's slow baseline away, by a moving average
 * that follows over `seconds`. The baseline starts at the first frame, and again after a gap of more
 * than that. Build it:
 *
 *     npx asc examples/sandboxed-node/baseline.ts -o baseline.wasm \
 *       -O --runtime stub --maximumMemory 16 --use abort=
 *
 * docs/sandboxed-nodes.md says what each of these functions is for.
 */

/** Parameter 0. */
let seconds: f64 = 1
let channels: i32 = 0
let rateHz: f64 = 0
let isPrimed: bool = false
let input: usize = 0
let output: usize = 0
let baseline: usize = 0

export function abi_version(): i32 {
  return 1
}

export function parameter(index: i32, value: f64): void {
  if (index === 0) seconds = value
}

export function open(channelCount: i32, rate: f64, blockFrames: i32): i32 {
  // One frame at a time, at a fixed rate: anything else is refused, with a code of our own.
  if (blockFrames !== 1 || rate <= 0) return -1
  channels = channelCount
  rateHz = rate
  input = heap.alloc(channels * 4)
  output = heap.alloc(channels * 4)
  baseline = heap.alloc(channels * 8)
  return channels
}

export function input_pointer(): usize {
  return input
}

export function output_pointer(): usize {
  return output
}

export function process(frames: i32): i32 {
  const follow = 1 / max<f64>(1, seconds * rateHz)
  for (let c: i32 = 0; c < channels; c++) {
    const value: f64 = load<f32>(input + c * 4)
    const place = baseline + c * 8
    // A value that is not finite passes through and is forgotten.
    if (!isPrimed) store<f64>(place, Number.isFinite(value) ? value : 0)
    else if (Number.isFinite(value))
      store<f64>(place, load<f64>(place) + follow * (value - load<f64>(place)))
    store<f32>(output + c * 4, <f32>(value - load<f64>(place)))
  }
  isPrimed = true
  return frames
}

export function reset_after_gap(lost: f64): void {
  if (lost > seconds * rateHz) isPrimed = false
}
