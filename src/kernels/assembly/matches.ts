// How often stretches of a signal look like others of it, for sample entropy.

/** Distances that one pass compares at once. */
const lanes = 8

/**
 * For every distance d from `from` to `to` − 1, compares x[i] with x[i + d] and counts the runs of
 * matches: `counts[0]` for every place where at least `order` matches in a row have just come,
 * `counts[1]` where more have.
 * @param values float32, `length` of them, followed by 8 that are NaN
 * @param counts two int32, added to
 */
export function countMatches(
  values: usize,
  length: i32,
  from: i32,
  to: i32,
  order: i32,
  radius: f32,
  counts: usize,
): void {
  const one = i32x4.splat(1)
  const least = i32x4.splat(order)
  const limit = f32x4.splat(radius)
  let shorter = 0
  let longer = 0
  for (let d = from; d < to; d += lanes) {
    let runA = i32x4.splat(0)
    let runB = i32x4.splat(0)
    // Counted downwards, because a comparison that holds is −1.
    let shorterA = i32x4.splat(0)
    let shorterB = i32x4.splat(0)
    let longerA = i32x4.splat(0)
    let longerB = i32x4.splat(0)
    const end = values + (<usize>(length - d) << 2)
    const distance = <usize>d << 2
    for (let at = values; at < end; at += 4) {
      const x = v128.load32_splat(at)
      const nearA = f32x4.lt(f32x4.abs(f32x4.sub(x, v128.load(at + distance))), limit)
      const nearB = f32x4.lt(f32x4.abs(f32x4.sub(x, v128.load(at + distance, 16))), limit)
      runA = v128.and(i32x4.add(runA, one), nearA)
      runB = v128.and(i32x4.add(runB, one), nearB)
      shorterA = i32x4.add(shorterA, i32x4.ge_s(runA, least))
      shorterB = i32x4.add(shorterB, i32x4.ge_s(runB, least))
      longerA = i32x4.add(longerA, i32x4.gt_s(runA, least))
      longerB = i32x4.add(longerB, i32x4.gt_s(runB, least))
    }
    // Distances at and beyond `to` belong to somebody else.
    const left = to - d
    const inA = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left))
    const inB = i32x4.lt_s(i32x4(4, 5, 6, 7), i32x4.splat(left))
    shorter -= sumOf(i32x4.add(v128.and(shorterA, inA), v128.and(shorterB, inB)))
    longer -= sumOf(i32x4.add(v128.and(longerA, inA), v128.and(longerB, inB)))
  }
  store<i32>(counts, load<i32>(counts) + shorter)
  store<i32>(counts, load<i32>(counts, 4) + longer, 4)
}

// @ts-ignore: decorator
@inline
function sumOf(values: v128): i32 {
  return (
    i32x4.extract_lane(values, 0) +
    i32x4.extract_lane(values, 1) +
    i32x4.extract_lane(values, 2) +
    i32x4.extract_lane(values, 3)
  )
}
