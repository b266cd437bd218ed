// Finite state entropy, one of the two codes of zstd (RFC 8878, 4.1): counts of symbols out of a
// header, tables of states out of counts, and weights of a Huffman table that are packed with one.
// Up to 8 bytes behind an input are read.

/** Room for the counts of a table, 16 bits each: 53 of match lengths are the most. */
// @ts-ignore: decorator
@inline
const COUNT_BYTES: usize = 128

/** Room for a table: 512 states of 8 bytes are the most. */
// @ts-ignore: decorator
@inline
export const TABLE_BYTES: usize = 4096

/** Room for `unpackWeights`. */
// @ts-ignore: decorator
@inline
export const WEIGHTS_WORK_BYTES: usize = COUNT_BYTES + TABLE_BYTES

// @ts-ignore: decorator
@inline
function lowest(value: u32, bits: u32): u32 {
  return value & ((1 << bits) - 1)
}

/** What stands from a bit on, counted from the lowest of the first byte. */
// @ts-ignore: decorator
@inline
function bitsAt(input: usize, at: u32): u32 {
  return <u32>(load<u64>(input + (at >> 3)) >> (at & 7))
}

/** How far before `end` the mark stands that ends a stream, in bits; the last byte is not 0. */
// @ts-ignore: decorator
@inline
export function bitsOfMark(end: usize): u32 {
  return clz<u32>(load<u8>(end - 1)) - 23
}

/**
 * Reads how many states each symbol has; −1 is one that comes more seldom than that.
 * @param counts int16
 * @param symbols that there may be
 * @param mostLog the table may have 2 to the power of it states
 * @returns bytes read × 65536 + symbols × 256 + logarithm of the states; 0 where it is damaged
 */
export function readCounts(
  input: usize,
  end: usize,
  counts: usize,
  symbols: u32,
  mostLog: u32,
): u32 {
  if (input >= end) return 0
  const bits = <u32>(end - input) << 3
  const log = lowest(load<u8>(input), 4) + 5
  if (log > mostLog) return 0
  let left: i32 = 1 << log
  let symbol: u32 = 0
  let at: u32 = 4
  while (left > 0) {
    if (symbol >= symbols || at > bits) return 0
    // As many bits as the largest count needs; small ones may take one less.
    const width: u32 = 32 - clz(left + 1)
    const spared = (1 << width) - 2 - left
    let value = lowest(bitsAt(input, at), width)
    at += width
    if (<i32>lowest(value, width - 1) < spared) {
      value = lowest(value, width - 1)
      at -= 1
    } else if (value >> (width - 1)) value -= spared
    const count = <i32>value - 1
    left -= abs(count)
    store<i16>(counts + (symbol << 1), <i16>count)
    symbol += 1
    if (count != 0) continue
    for (let more: u32 = 3; more == 3; symbol += more) {
      more = bitsAt(input, at) & 3
      at += 2
      if (symbol + more > symbols || at > bits) return 0
      for (let i: u32 = 0; i < more; i++) store<i16>(counts + ((symbol + i) << 1), 0)
    }
  }
  if (left < 0 || at > bits) return 0
  return (((at + 7) >> 3) << 16) | (symbol << 8) | log
}

/**
 * Makes a table of 2^log states: from where the next one is counted (16 bits), how many bits of the
 * stream are added to that (8), the symbol (8). The 32 bits above are the caller's.
 * @param counts overwritten
 * @returns whether the counts fill it
 */
export function buildTable(table: usize, counts: usize, symbols: u32, log: u32): bool {
  const states: u32 = 1 << log
  let seldom = states
  for (let s: u32 = 0; s < symbols; s++) {
    if (load<i16>(counts + (s << 1)) >= 0) continue
    seldom -= 1
    store<u64>(table + (seldom << 3), <u64>s << 24)
  }
  const step = (states >> 1) + (states >> 3) + 3
  let at: u32 = 0
  for (let s: u32 = 0; s < symbols; s++) {
    const count = <i32>load<i16>(counts + (s << 1))
    for (let i = 0; i < count; i++) {
      store<u64>(table + (at << 3), <u64>s << 24)
      do at = (at + step) & (states - 1)
      while (at >= seldom)
    }
  }
  if (at != 0) return false
  for (let i: u32 = 0; i < states; i++) {
    const state = table + (i << 3)
    const count = counts + (<usize>load<u8>(state, 3) << 1)
    const number = <u32>abs(<i32>load<i16>(count))
    store<i16>(count, <i16>(number + 1))
    const bits = log - 31 + clz(number)
    store<u16>(state, <u16>((number << bits) - states))
    store<u8>(state, <u8>bits, 2)
  }
  return true
}

/**
 * Unpacks the weights of a Huffman table, a byte each, at most 255. Two states take turns.
 * @returns how many; 0 where they are damaged
 */
export function unpackWeights(input: usize, end: usize, weights: usize, work: usize): u32 {
  const table = work + COUNT_BYTES
  const header = readCounts(input, end, work, 12, 6)
  if (header == 0) return 0
  const log = header & 255
  const start = input + (header >> 16)
  if (!buildTable(table, work, (header >> 8) & 255, log)) return 0
  if (start >= end || load<u8>(end - 1) == 0) return 0
  let at = <i32>((end - start) << 3) - <i32>bitsOfMark(end)
  at -= log
  let state = lowest(bitsBefore(start, at), log)
  at -= log
  let other = lowest(bitsBefore(start, at), log)
  if (at < 0) return 0
  for (let n: u32 = 0; n < 254; n++) {
    const entry = load<u32>(table + (state << 3))
    store<u8>(weights + n, <u8>(entry >> 24))
    const bits = (entry >> 16) & 255
    at -= bits
    if (at < 0) {
      // Nothing is left to go on with; the other state has its symbol still.
      store<u8>(weights + n, load<u8>(table + (other << 3), 3), 1)
      return n + 2
    }
    const next = (entry & 0xffff) + lowest(bitsBefore(start, at), bits)
    state = other
    other = next
  }
  return 0
}

/** 0 where it lies before the stream. */
// @ts-ignore: decorator
@inline
function bitsBefore(start: usize, at: i32): u32 {
  return at < 0 ? 0 : bitsAt(start, at)
}
