// The sequences of a zstd block (RFC 8878, 3.1.1.3.2 to 3.1.1.5): so many literals, then so many
// bytes of what stands so far back, told by three states that share a stream.
import { bitsOfMark, buildTable, readCounts, TABLE_BYTES } from './zstd-entropy'
import { bitsAtEnd, isAtStart, refilled, taken } from './zstd-huffman'

// What is kept from block to block: tables of literal lengths, offsets and match lengths, for each
// the logarithm of its states plus one (0 before there is a table), and the last three offsets.

// @ts-ignore: decorator
@inline
const LOGS: usize = 3 * TABLE_BYTES

// @ts-ignore: decorator
@inline
const OFFSETS: usize = LOGS + 16

/** Room for all of it. */
// @ts-ignore: decorator
@inline
export const SEQUENCES_BYTES: usize = OFFSETS + 16

// @ts-ignore: decorator
@inline
const LENGTH = 0

// @ts-ignore: decorator
@inline
const OFFSET = 1

// @ts-ignore: decorator
@inline
const MATCH = 2

// What a code adds in bits, from the first one that adds any.
const lengthBits = memory.data<u8>([
  1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
])
const matchBits = memory.data<u8>([
  1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
])

// The counts of a block that brings none.
const usualLengths = memory.data<i8>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
  -1, -1, -1, -1,
])
const usualOffsets = memory.data<i8>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
])
const usualMatches = memory.data<i8>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
])

/** Before the first block of a frame. */
export function resetSequences(state: usize): void {
  memory.fill(state + LOGS, 0, 12)
  store<u32>(state, 1, OFFSETS)
  store<u32>(state, 4, OFFSETS + 4)
  store<u32>(state, 8, OFFSETS + 8)
}

/**
 * Reads how many sequences there are, and the tables that they are told with.
 * @param work room for counts
 * @returns where their stream begins, `end` where there are none; 0 where anything is damaged
 */
export function readTables(state: usize, input: usize, end: usize, work: usize): usize {
  if (input >= end) return 0
  const count = countOf(input)
  input += headBytes(load<u8>(input))
  if (count == 0) return input == end ? end : 0
  if (input >= end) return 0
  const modes = <u32>load<u8>(input)
  if (modes & 3) return 0
  input = readTable(state, LENGTH, modes >> 6, input + 1, end, work)
  if (input != 0) input = readTable(state, OFFSET, (modes >> 4) & 3, input, end, work)
  if (input != 0) input = readTable(state, MATCH, (modes >> 2) & 3, input, end, work)
  return input != 0 && input < end && load<u8>(end - 1) != 0 ? input : 0
}

/** Of the number of sequences, by its first byte. */
// @ts-ignore: decorator
@inline
function headBytes(first: u32): u32 {
  return first < 128 ? 1 : first < 255 ? 2 : 3
}

/** How many sequences there are, as it stands before them. */
export function countOf(input: usize): u32 {
  const first = <u32>load<u8>(input)
  if (first < 128) return first
  return first < 255 ? ((first - 128) << 8) + load<u8>(input, 1) : <u32>load<u16>(input, 1) + 0x7f00
}

/** @returns where the header of the table ends; 0 where it is damaged */
function readTable(
  state: usize,
  kind: i32,
  mode: u32,
  input: usize,
  end: usize,
  work: usize,
): usize {
  const table = state + <usize>kind * TABLE_BYTES
  const log = state + LOGS + 4 * <usize>kind
  const codes: u32 = kind == LENGTH ? 36 : kind == OFFSET ? 32 : 53
  // The table of the block before.
  if (mode == 3) return load<u32>(log) == 0 ? 0 : input
  store<u32>(log, 0)
  if (mode == 1) {
    if (input >= end || load<u8>(input) >= codes) return 0
    store<u64>(table, <u64>load<u8>(input) << 24)
    explainStates(table, kind, 1)
    store<u32>(log, 1)
    return input + 1
  }
  let header: u32 = kind == LENGTH ? 0x2406 : kind == OFFSET ? 0x1d05 : 0x3506
  if (mode == 0) {
    const usual = kind == LENGTH ? usualLengths : kind == OFFSET ? usualOffsets : usualMatches
    const symbols = header >> 8
    for (let s: u32 = 0; s < symbols; s++) store<i16>(work + (s << 1), load<i8>(usual + s))
  } else {
    header = readCounts(input, end, work, codes, kind == OFFSET ? 8 : 9)
    if (header == 0) return 0
  }
  if (!buildTable(table, work, (header >> 8) & 255, header & 255)) return 0
  explainStates(table, kind, 1 << (header & 255))
  store<u32>(log, (header & 255) + 1)
  return input + (header >> 16)
}

/** Puts what a code means into its states: the bits that it takes, and a number to add to them. */
function explainStates(table: usize, kind: i32, states: u32): void {
  for (let i: u32 = 0; i < states; i++) {
    const state = table + (i << 3)
    const code = <u32>load<u8>(state, 3)
    let bits = code
    let number: u32 = 1 << code
    if (kind != OFFSET) {
      // Codes mean themselves before they add bits; each begins where the one before it ends.
      const plain: u32 = kind == LENGTH ? 16 : 32
      const more = kind == LENGTH ? lengthBits : matchBits
      number = min(code, plain) + (kind == LENGTH ? 0 : 3)
      for (let k = plain; k < code; k++) number += 1 << load<u8>(more + (k - plain))
      bits = code < plain ? 0 : load<u8>(more + (code - plain))
    }
    store<u8>(state, <u8>bits, 3)
    store<u32>(state, number, 4)
  }
}

/** The upper bits of those at hand, as many as the lower 6 bits of `count` say; at most 32. */
// @ts-ignore: decorator
@inline
function upper(bits: u64, count: u64): u32 {
  return <u32>((bits >> 1) >> ~count)
}

/**
 * Writes what the sequences say, up to the last match.
 * @param input their stream
 * @param count of them
 * @param floor where the content of the frame begins
 * @param places of the next literal and of the next byte of output, moved on
 * @returns whether all was sound
 */
export function runSequences(
  state: usize,
  input: usize,
  end: usize,
  count: u32,
  literalsEnd: usize,
  floor: usize,
  outputEnd: usize,
  places: usize,
): bool {
  const lengthLog = <u64>load<u32>(state, LOGS) - 1
  const offsetLog = <u64>load<u32>(state, LOGS + 4) - 1
  const matchLog = <u64>load<u32>(state, LOGS + 8) - 1
  let literals = load<usize>(places)
  let output = load<usize>(places, 4)
  let at = end - 8
  let bits = bitsAtEnd(end)
  let lengthState = load<u64>(state + (upper(bits, lengthLog) << 3))
  bits <<= lengthLog
  let offsetState = load<u64>(state + (upper(bits, offsetLog) << 3), TABLE_BYTES)
  bits <<= offsetLog
  let matchState = load<u64>(state + (upper(bits, matchLog) << 3), 2 * TABLE_BYTES)
  bits <<= matchLog
  for (;;) {
    at -= taken(bits) >> 3
    if (at + 8 < input) return false
    bits = refilled(at, bits)
    const value = <u32>(offsetState >> 32) + upper(bits, offsetState >> 24)
    bits <<= offsetState >> 24
    const match = <u32>(matchState >> 32) + upper(bits, matchState >> 24)
    bits <<= matchState >> 24
    // The next states take 26 bits at most.
    if (taken(bits) + (<u32>(lengthState >> 24) & 255) > 37) {
      at -= taken(bits) >> 3
      bits = refilled(at, bits)
    }
    const length = <u32>(lengthState >> 32) + upper(bits, lengthState >> 24)
    bits <<= lengthState >> 24
    const offset = offsetOf(state + OFFSETS, value, length)
    const room = <u32>(outputEnd - output)
    if (length > <u32>(literalsEnd - literals)) return false
    if (length > room || match > room - length) return false
    copyLiterals(literals, output, length)
    literals += length
    output += length
    // An offset of 0, too, reaches too far.
    if (offset - 1 >= <u32>(output - floor)) return false
    copyMatch(output, offset, match)
    output += match
    count -= 1
    if (count == 0) break
    const nextLength = (<u32>lengthState & 0xffff) + upper(bits, lengthState >> 16)
    bits <<= lengthState >> 16
    lengthState = load<u64>(state + (nextLength << 3))
    const nextMatch = (<u32>matchState & 0xffff) + upper(bits, matchState >> 16)
    bits <<= matchState >> 16
    matchState = load<u64>(state + (nextMatch << 3), 2 * TABLE_BYTES)
    const nextOffset = (<u32>offsetState & 0xffff) + upper(bits, offsetState >> 16)
    bits <<= offsetState >> 16
    offsetState = load<u64>(state + (nextOffset << 3), TABLE_BYTES)
  }
  store<usize>(places, literals)
  store<usize>(places, output, 4)
  return isAtStart(input, at, bits)
}

/** Values up to 3 name one of the last offsets. */
// @ts-ignore: decorator
@inline
function offsetOf(offsets: usize, value: u32, literals: u32): u32 {
  const last = load<u32>(offsets)
  let offset = value - 3
  if (value <= 3) {
    const which = literals == 0 ? value + 1 : value
    if (which == 1) return last
    if (which == 2) {
      offset = load<u32>(offsets, 4)
      store<u32>(offsets, last, 4)
      store<u32>(offsets, offset)
      return offset
    }
    offset = which == 3 ? load<u32>(offsets, 8) : last - 1
  }
  store<u32>(offsets, load<u32>(offsets, 4), 8)
  store<u32>(offsets, last, 4)
  store<u32>(offsets, offset)
  return offset
}

/** 16 bytes at a time: up to 16 more are read and written. */
// @ts-ignore: decorator
@inline
function copyLiterals(from: usize, to: usize, length: u32): void {
  const end = to + length
  do {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  } while (to < end)
}

/** As copyLiterals; a match may reach into itself, and repeats what it has written then. */
// @ts-ignore: decorator
@inline
function copyMatch(to: usize, offset: u32, length: u32): void {
  const from = to - offset
  const end = to + length
  // What stands there twice is twice as far back.
  while (to - from < 16 && to < end) {
    v128.store(to, v128.load(from))
    to += to - from
  }
  if (to < end) copyLiterals(from, to, <u32>(end - to))
}
