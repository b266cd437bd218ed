// XXH64 of seed 0, whose lower half zstd puts behind the content of a frame.

// @ts-ignore: decorator
@inline
const PRIME1: u64 = 0x9e3779b185ebca87

// @ts-ignore: decorator
@inline
const PRIME2: u64 = 0xc2b2ae3d27d4eb4f

// @ts-ignore: decorator
@inline
const PRIME3: u64 = 0x165667b19e3779f9

// @ts-ignore: decorator
@inline
const PRIME4: u64 = 0x85ebca77c2b2ae63

// @ts-ignore: decorator
@inline
const PRIME5: u64 = 0x27d4eb2f165667c5

// @ts-ignore: decorator
@inline
function round(sum: u64, value: u64): u64 {
  return rotl<u64>(sum + value * PRIME2, 31) * PRIME1
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, sum: u64): u64 {
  return (hash ^ round(0, sum)) * PRIME1 + PRIME4
}

export function checksumOf(input: usize, end: usize): u32 {
  let hash = PRIME5
  const length = end - input
  if (length >= 32) {
    let a: u64 = PRIME1 + PRIME2
    let b: u64 = PRIME2
    let c: u64 = 0
    let d: u64 = 0 - PRIME1
    for (; end - input >= 32; input += 32) {
      a = round(a, load<u64>(input))
      b = round(b, load<u64>(input, 8))
      c = round(c, load<u64>(input, 16))
      d = round(d, load<u64>(input, 24))
    }
    hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18)
    hash = merge(merge(merge(merge(hash, a), b), c), d)
  }
  hash += length
  for (; end - input >= 8; input += 8) {
    hash = rotl<u64>(hash ^ round(0, load<u64>(input)), 27) * PRIME1 + PRIME4
  }
  if (end - input >= 4) {
    hash = rotl<u64>(hash ^ (<u64>load<u32>(input) * PRIME1), 23) * PRIME2 + PRIME3
    input += 4
  }
  for (; input < end; input++) {
    hash = rotl<u64>(hash ^ (<u64>load<u8>(input) * PRIME5), 11) * PRIME1
  }
  hash = (hash ^ (hash >> 33)) * PRIME2
  hash = (hash ^ (hash >> 29)) * PRIME3
  return <u32>(hash ^ (hash >> 32))
}
