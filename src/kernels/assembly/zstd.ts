// Unpacks zstd (RFC 8878), without dictionaries. Every length and every reach is checked before it
// is followed, and a damaged frame writes nowhere but into its output and the 32 bytes behind it.
// All content lies there, so that a frame's window is of no account.
import { checksumOf } from './zstd-checksum'
import { decodeFourStreams, decodeStream, HUFFMAN_BYTES, readHuffmanTable } from './zstd-huffman'
import {
  countOf,
  readTables,
  resetSequences,
  runSequences,
  SEQUENCES_BYTES,
} from './zstd-sequences'

/** What a block holds at most. */
// @ts-ignore: decorator
@inline
const BLOCK_BYTES: u32 = 1 << 17

// What is at work: literals of a block, tables, and what their making needs.

// @ts-ignore: decorator
@inline
const HUFFMAN: usize = BLOCK_BYTES + 32

// @ts-ignore: decorator
@inline
const SEQUENCES: usize = HUFFMAN + HUFFMAN_BYTES

/** How long the Huffman table is that the frame has brought so far: 0 for none. */
// @ts-ignore: decorator
@inline
const HAS_HUFFMAN: usize = SEQUENCES + SEQUENCES_BYTES

// @ts-ignore: decorator
@inline
const PLACES: usize = HAS_HUFFMAN + 8

// @ts-ignore: decorator
@inline
const SCRATCH: usize = PLACES + 8

/**
 * Frames one after the other.
 * @param input followed by 32 bytes that may be read
 * @param output followed by 32 bytes that may be overwritten
 * @param length of the content, exactly
 * @param work `zstdWorkBytes` of conversions/packed-columns.ts
 * @returns 1, or 0 where anything is damaged
 */
export function unpackZstd(
  input: usize,
  packed: u32,
  output: usize,
  length: u32,
  work: usize,
): i32 {
  const end = input + packed
  const outputEnd = output + length
  while (input < end) {
    if (end - input < 9) return 0
    const magic = load<u32>(input)
    if ((magic & 0xfffffff0) == 0x184d2a50) {
      const skipped = load<u32>(input, 4)
      if (skipped > <u32>(end - input) - 8) return 0
      input += 8 + skipped
      continue
    }
    const head = <u32>load<u8>(input, 4)
    // A bit that nobody may use yet, and dictionaries.
    if (magic != 0xfd2fb528 || head & 0b1011) return 0
    const isSingle = (head >> 5) & 1
    const sizeBytes = head < 64 ? isSingle : <u32>1 << (head >> 6)
    input += 6 - isSingle
    if (<u32>(end - input) < sizeBytes + 3) return 0
    const size = contentBytes(input, sizeBytes)
    if (sizeBytes > 0 && size > <u64>(outputEnd - output)) return 0
    const floor = output
    store<usize>(work, output, PLACES + 4)
    input = unpackBlocks(input + sizeBytes, end, floor, outputEnd, work)
    if (input == 0) return 0
    output = load<usize>(work, PLACES + 4)
    if (sizeBytes > 0 && size != <u64>(output - floor)) return 0
    if (head & 4) {
      if (end - input < 4 || load<u32>(input) != checksumOf(floor, output)) return 0
      input += 4
    }
  }
  return output == outputEnd ? 1 : 0
}

// @ts-ignore: decorator
@inline
function contentBytes(input: usize, bytes: u32): u64 {
  if (bytes == 1) return load<u8>(input)
  if (bytes == 2) return <u64>load<u16>(input) + 256
  return bytes == 4 ? load<u32>(input) : load<u64>(input)
}

/** @returns where the frame's last block ends; 0 where anything is damaged */
function unpackBlocks(
  input: usize,
  end: usize,
  floor: usize,
  outputEnd: usize,
  work: usize,
): usize {
  resetSequences(work + SEQUENCES)
  store<u32>(work, 0, HAS_HUFFMAN)
  for (let isLast: u32 = 0; isLast == 0; ) {
    if (end - input < 3) return 0
    const head = load<u32>(input) & 0xffffff
    const kind = (head >> 1) & 3
    const length = head >> 3
    isLast = head & 1
    input += 3
    const packed: u32 = kind == 1 ? 1 : length
    if (kind == 3 || length > BLOCK_BYTES || packed > <u32>(end - input)) return 0
    if (kind == 2) {
      if (!unpackBlock(input, input + length, floor, outputEnd, work)) return 0
    } else {
      const output = load<usize>(work, PLACES + 4)
      if (length > <u32>(outputEnd - output)) return 0
      if (kind == 0) memory.copy(output, input, length)
      else memory.fill(output, load<u8>(input), length)
      store<usize>(work, output + length, PLACES + 4)
    }
    input += packed
  }
  return input
}

function unpackBlock(
  input: usize,
  end: usize,
  floor: usize,
  outputEnd: usize,
  work: usize,
): bool {
  if (end - input < 2) return false
  const head = <u32>load<u8>(input)
  let literals = work
  let length: u32
  if ((head & 2) == 0) {
    // As they are, or one byte again and again.
    const bytes: u32 = (head & 4) == 0 ? 1 : (head & 8) == 0 ? 2 : 3
    length = load<u32>(input) & ((1 << (8 * bytes)) - 1)
    length >>= bytes == 1 ? 3 : 4
    input += bytes
    const packed: u32 = head & 1 ? 1 : length
    if (length > BLOCK_BYTES || packed > <u32>(end - input)) return false
    if (head & 1) memory.fill(literals, load<u8>(input), length)
    else literals = input
    input += packed
  } else {
    const form = (head >> 2) & 3
    const width: u64 = form < 2 ? 10 : 4 * form + 6
    const lengths = load<u64>(input) >> 4
    const mask = (<u64>1 << width) - 1
    length = <u32>(lengths & mask)
    const packed = <u32>((lengths >> width) & mask)
    input += form < 2 ? 3 : form + 2
    if (input > end || length > BLOCK_BYTES || packed > <u32>(end - input)) return false
    const isOne = form == 0
    if (!unpackLiterals(input, input + packed, length, isOne, (head & 1) == 0, work)) return false
    input += packed
  }
  store<usize>(work, literals, PLACES)
  return writeBlock(input, end, literals + length, floor, outputEnd, work)
}

/** @param isTold whether a table stands before them; otherwise it is the one of the block before */
function unpackLiterals(
  input: usize,
  end: usize,
  length: u32,
  isOne: bool,
  isTold: bool,
  work: usize,
): bool {
  const table = work + HUFFMAN
  if (isTold) {
    const bytes = readHuffmanTable(input, end, table, work + SCRATCH)
    store<u32>(work, bytes, HAS_HUFFMAN)
    input += bytes
  }
  if (load<u32>(work, HAS_HUFFMAN) == 0) return false
  if (isOne) return decodeStream(table, input, end, work, length)
  return decodeFourStreams(table, input, end, work, length, work + SCRATCH)
}

function writeBlock(
  input: usize,
  end: usize,
  literalsEnd: usize,
  floor: usize,
  outputEnd: usize,
  work: usize,
): bool {
  const state = work + SEQUENCES
  const places = work + PLACES
  const stream = readTables(state, input, end, work + SCRATCH)
  if (stream == 0) return false
  if (stream < end) {
    const count = countOf(input)
    if (!runSequences(state, stream, end, count, literalsEnd, floor, outputEnd, places)) {
      return false
    }
  }
  // The literals behind the last match.
  const literals = load<usize>(places)
  const output = load<usize>(places, 4)
  const rest = <u32>(literalsEnd - literals)
  if (rest > <u32>(outputEnd - output)) return false
  memory.copy(output, literals, rest)
  store<usize>(places, output + rest, 4)
  return true
}
