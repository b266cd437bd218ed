// The Huffman code of zstd's literals (RFC 8878, 4.2), at most 11 bits a symbol. A stream is read
// from its end to its begin. Bits at hand stand at the upper end of 64; the lowest bit that is set
// tells by its place how many have been taken, at most 7 when others have just been loaded. Up to
// 8 bytes before and behind an input are read.
import { bitsOfMark, unpackWeights } from './zstd-entropy'

// @ts-ignore: decorator
@inline
const CODE_BITS: u32 = 11

/** Room for a table: for whatever 11 bits, how long the code is (8 bits) and its symbol (8). */
// @ts-ignore: decorator
@inline
export const HUFFMAN_BYTES: usize = 4096

// @ts-ignore: decorator
@inline
const WEIGHTS_BYTES: usize = 256

/**
 * Makes a table.
 * @param work room for weights, and for unpacking them
 * @returns bytes read; 0 where they are damaged
 */
export function readHuffmanTable(input: usize, end: usize, table: usize, work: usize): u32 {
  if (input >= end) return 0
  const head = <u32>load<u8>(input)
  const isPacked = head < 128
  const length: u32 = isPacked ? 1 + head : 1 + ((head - 126) >> 1)
  if (length > <u32>(end - input)) return 0
  let count = head - 127
  if (isPacked) {
    count = unpackWeights(input + 1, input + length, work, work + WEIGHTS_BYTES)
    if (count == 0) return 0
  } else {
    for (let i: u32 = 0; i < count; i += 2) {
      const pair = load<u8>(input + 1 + (i >> 1))
      store<u8>(work + i, pair >> 4)
      store<u8>(work + i, pair & 15, 1)
    }
  }
  return fillTable(table, work, count, work + WEIGHTS_BYTES) ? length : 0
}

/**
 * A symbol of weight w takes 2^(w − 1) parts of the table; the last symbol, which is not told,
 * takes what is left.
 * @param ranks room for a number for each weight
 */
function fillTable(table: usize, weights: usize, count: u32, ranks: usize): bool {
  memory.fill(ranks, 0, 64)
  let parts: u32 = 0
  for (let s: u32 = 0; s < count; s++) {
    const weight = <u32>load<u8>(weights + s)
    if (weight > CODE_BITS) return false
    parts += (1 << weight) >> 1
    addTo(ranks, weight, 1)
  }
  const log: u32 = 32 - clz(parts)
  const left = (<u32>1 << log) - parts
  if (parts == 0 || log > CODE_BITS || popcnt(left) != 1) return false
  const last = ctz(left) + 1
  store<u8>(weights + count, <u8>last)
  addTo(ranks, last, 1)
  // The longest codes differ in their last bit.
  if (load<u32>(ranks, 4) < 2) return false
  let at: u32 = 0
  for (let weight: u32 = 1; weight <= log; weight++) {
    const symbols = load<u32>(ranks + (weight << 2))
    store<u32>(ranks + (weight << 2), at)
    at += symbols << (weight - 1)
  }
  const wider = CODE_BITS - log
  for (let s: u32 = 0; s <= count; s++) {
    const weight = <u32>load<u8>(weights + s)
    if (weight == 0) continue
    const from = addTo(ranks, weight, <u32>1 << (weight - 1)) << wider
    const to = from + (<u32>1 << (weight - 1 + wider))
    fillEntries(table + (from << 1), table + (to << 1), <u16>((s << 8) | (log + 1 - weight)))
  }
  return true
}

/** @returns what was there */
// @ts-ignore: decorator
@inline
function addTo(ranks: usize, weight: u32, more: u32): u32 {
  const at = ranks + (weight << 2)
  const known = load<u32>(at)
  store<u32>(at, known + more)
  return known
}

// @ts-ignore: decorator
@inline
function fillEntries(from: usize, to: usize, entry: u16): void {
  if (to - from < 16) {
    for (; from < to; from += 2) store<u16>(from, entry)
    return
  }
  const entries = i16x8.splat(entry)
  for (; from < to; from += 16) v128.store(from, entries)
}

/** How many bits of the 64 are taken. */
// @ts-ignore: decorator
@inline
export function taken(bits: u64): u32 {
  return <u32>ctz(bits)
}

/** The last bits of a stream, without the mark that ends it; the last byte is not 0. */
// @ts-ignore: decorator
@inline
export function bitsAtEnd(end: usize): u64 {
  return (load<u64>(end - 8) | 1) << <u64>bitsOfMark(end)
}

/** @param input where the bits are to come from: as many bytes before as were taken whole */
// @ts-ignore: decorator
@inline
export function refilled(input: usize, bits: u64): u64 {
  return (load<u64>(input) | 1) << (taken(bits) & 7)
}

/** Whether a stream was read to its begin and not beyond. */
// @ts-ignore: decorator
@inline
export function isAtStart(start: usize, input: usize, bits: u64): bool {
  return (<i32>(input - start) << 3) + 64 == <i32>taken(bits)
}

// @ts-ignore: decorator
@inline
function entryOf(table: usize, bits: u64): u64 {
  return <u64>load<u16>(table + (<usize>(bits >> (64 - CODE_BITS)) << 1))
}

/** The rest of a stream, symbol by symbol. @returns whether it ends with the last one */
function decodeRest(
  table: usize,
  start: usize,
  input: usize,
  bits: u64,
  output: usize,
  end: usize,
): bool {
  for (; output < end; output++) {
    input -= taken(bits) >> 3
    if (input + 8 < start) return false
    bits = refilled(input, bits)
    const entry = entryOf(table, bits)
    store<u8>(output, <u8>(entry >> 8))
    bits <<= entry
  }
  return isAtStart(start, input, bits)
}

/** @returns whether the stream was sound */
export function decodeStream(
  table: usize,
  start: usize,
  end: usize,
  output: usize,
  length: u32,
): bool {
  if (start >= end || load<u8>(end - 1) == 0) return false
  return decodeRest(table, start, end - 8, bitsAtEnd(end), output, output + length)
}

/**
 * Four streams, each of a quarter of the output; before them stand the lengths of three.
 * @param work 128 bytes
 * @returns whether they were sound
 */
export function decodeFourStreams(
  table: usize,
  input: usize,
  end: usize,
  output: usize,
  length: u32,
  work: usize,
): bool {
  const part = (length + 3) >> 2
  if (end - input < 10 || length < part * 3) return false
  let start = input + 6
  for (let k = 0; k < 4; k++) {
    const stop = k == 3 ? end : start + load<u16>(input + 2 * k)
    if (start >= stop || stop > end || load<u8>(stop - 1) == 0) return false
    const stream = work + 32 * k
    saveStream(stream, bitsAtEnd(stop), stop - 8)
    store<usize>(stream, start, 16)
    start = stop
  }
  let done: u32 = 0
  for (;;) {
    // Five symbols take 55 bits at most; with those that were taken before, 7 bytes.
    let rounds = <i32>(length - part * 3 - done) / 5
    for (let k = 0; k < 4; k++) {
      const stream = work + 32 * k
      rounds = min(rounds, <i32>(load<usize>(stream, 8) - load<usize>(stream, 16)) / 7)
    }
    if (rounds <= 0) break
    decodeRounds(table, work, output + done, part, rounds)
    done += 5 * rounds
  }
  for (let k = 0; k < 4; k++) {
    const stream = work + 32 * k
    const to = output + part * k
    const stop = k == 3 ? output + length : to + part
    const bits = load<u64>(stream)
    const at = load<usize>(stream, 8)
    if (!decodeRest(table, load<usize>(stream, 16), at, bits, to + done, stop)) return false
  }
  return true
}

/** Five symbols a round of each stream; what depends on each other stands far apart. */
function decodeRounds(table: usize, streams: usize, output: usize, part: u32, rounds: i32): void {
  let bits0 = load<u64>(streams)
  let bits1 = load<u64>(streams, 32)
  let bits2 = load<u64>(streams, 64)
  let bits3 = load<u64>(streams, 96)
  let input0 = load<usize>(streams, 8)
  let input1 = load<usize>(streams, 40)
  let input2 = load<usize>(streams, 72)
  let input3 = load<usize>(streams, 104)
  for (; rounds > 0; rounds--) {
    const a0 = entryOf(table, bits0)
    const a1 = entryOf(table, bits1)
    const a2 = entryOf(table, bits2)
    const a3 = entryOf(table, bits3)
    bits0 <<= a0
    bits1 <<= a1
    bits2 <<= a2
    bits3 <<= a3
    storeFour(output, part, a0, a1, a2, a3)
    const b0 = entryOf(table, bits0)
    const b1 = entryOf(table, bits1)
    const b2 = entryOf(table, bits2)
    const b3 = entryOf(table, bits3)
    bits0 <<= b0
    bits1 <<= b1
    bits2 <<= b2
    bits3 <<= b3
    storeFour(output + 1, part, b0, b1, b2, b3)
    const c0 = entryOf(table, bits0)
    const c1 = entryOf(table, bits1)
    const c2 = entryOf(table, bits2)
    const c3 = entryOf(table, bits3)
    bits0 <<= c0
    bits1 <<= c1
    bits2 <<= c2
    bits3 <<= c3
    storeFour(output + 2, part, c0, c1, c2, c3)
    const d0 = entryOf(table, bits0)
    const d1 = entryOf(table, bits1)
    const d2 = entryOf(table, bits2)
    const d3 = entryOf(table, bits3)
    bits0 <<= d0
    bits1 <<= d1
    bits2 <<= d2
    bits3 <<= d3
    storeFour(output + 3, part, d0, d1, d2, d3)
    const e0 = entryOf(table, bits0)
    const e1 = entryOf(table, bits1)
    const e2 = entryOf(table, bits2)
    const e3 = entryOf(table, bits3)
    storeFour(output + 4, part, e0, e1, e2, e3)
    output += 5
    bits0 <<= e0
    bits1 <<= e1
    bits2 <<= e2
    bits3 <<= e3
    input0 -= taken(bits0) >> 3
    input1 -= taken(bits1) >> 3
    input2 -= taken(bits2) >> 3
    input3 -= taken(bits3) >> 3
    bits0 = refilled(input0, bits0)
    bits1 = refilled(input1, bits1)
    bits2 = refilled(input2, bits2)
    bits3 = refilled(input3, bits3)
  }
  saveStream(streams, bits0, input0)
  saveStream(streams + 32, bits1, input1)
  saveStream(streams + 64, bits2, input2)
  saveStream(streams + 96, bits3, input3)
}

// @ts-ignore: decorator
@inline
function saveStream(stream: usize, bits: u64, input: usize): void {
  store<u64>(stream, bits)
  store<usize>(stream, input, 8)
}

// @ts-ignore: decorator
@inline
function storeFour(output: usize, part: u32, a: u64, b: u64, c: u64, d: u64): void {
  store<u8>(output, <u8>(a >> 8))
  store<u8>(output + part, <u8>(b >> 8))
  store<u8>(output + part * 2, <u8>(c >> 8))
  store<u8>(output + part * 3, <u8>(d >> 8))
}
