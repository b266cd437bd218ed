// Between the forms in which files store samples and those in which they are computed with: values
// and the planes of their bytes.

/** All first bytes of values of 4, then all second ones, and so on. */
export function splitBytes4(input: usize, output: usize, values: i32): void {
  const n = <usize>values
  const whole = n & ~15
  for (let i: usize = 0; i < whole; i += 16) {
    const from = input + 4 * i
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    const ab = v128.shuffle<i8>(a, b, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29)
    const cd = v128.shuffle<i8>(c, d, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29)
    const AB = v128.shuffle<i8>(a, b, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31)
    const CD = v128.shuffle<i8>(c, d, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31)
    const to = output + i
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2))
    v128.store(to + n, v128.shuffle<i64>(ab, cd, 1, 3))
    v128.store(to + 2 * n, v128.shuffle<i64>(AB, CD, 0, 2))
    v128.store(to + 3 * n, v128.shuffle<i64>(AB, CD, 1, 3))
  }
  for (let i = whole; i < n; i++) {
    for (let k: usize = 0; k < 4; k++) store<u8>(output + k * n + i, load<u8>(input + 4 * i + k))
  }
}

export function joinBytes4(input: usize, output: usize, values: i32): void {
  const n = <usize>values
  const whole = n & ~15
  for (let i: usize = 0; i < whole; i += 16) {
    const from = input + i
    const a = v128.load(from)
    const b = v128.load(from + n)
    const c = v128.load(from + 2 * n)
    const d = v128.load(from + 3 * n)
    const abLow = v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const cdLow = v128.shuffle<i8>(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const abHigh = v128.shuffle<i8>(
      a,
      b,
      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
    )
    const cdHigh = v128.shuffle<i8>(
      c,
      d,
      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
    )
    const to = output + 4 * i
    v128.store(to, v128.shuffle<i16>(abLow, cdLow, 0, 8, 1, 9, 2, 10, 3, 11))
    v128.store(to, v128.shuffle<i16>(abLow, cdLow, 4, 12, 5, 13, 6, 14, 7, 15), 16)
    v128.store(to, v128.shuffle<i16>(abHigh, cdHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32)
    v128.store(to, v128.shuffle<i16>(abHigh, cdHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48)
  }
  for (let i = whole; i < n; i++) {
    for (let k: usize = 0; k < 4; k++) store<u8>(output + 4 * i + k, load<u8>(input + k * n + i))
  }
}

export function splitBytes8(input: usize, output: usize, values: i32): void {
  const n = <usize>values
  for (let i: usize = 0; i < n; i++) {
    let value = load<u64>(input + 8 * i)
    let to = output + i
    for (let k = 0; k < 8; k++) {
      store<u8>(to, <u8>value)
      value >>= 8
      to += n
    }
  }
}

export function joinBytes8(input: usize, output: usize, values: i32): void {
  const n = <usize>values
  for (let i: usize = 0; i < n; i++) {
    let value: u64 = 0
    let from = input + i
    for (let k: u64 = 0; k < 64; k += 8) {
      value |= (<u64>load<u8>(from)) << k
      from += n
    }
    store<u64>(output + 8 * i, value)
  }
}
