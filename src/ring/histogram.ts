/**
 * A latency histogram in shared memory: one thread records, others read percentiles. Buckets grow
 * by 1/16 of an octave's width from 1 µs to about 70 minutes, so a percentile is within 6 %.
 */
const octaves = 32
const steps = 16
const buckets = octaves * steps

export class LatencyHistogram {
  readonly #counts: Int32Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(buckets * 4)) {
    this.#counts = new Int32Array(shared)
  }

  get shared(): SharedArrayBuffer {
    return this.#counts.buffer as SharedArrayBuffer
  }

  record(seconds: number): void {
    const bucket = bucketOf(seconds * 1e6)
    Atomics.add(this.#counts, bucket, 1)
  }

  /** Counts so far, for the difference between two moments. */
  snapshot(): Int32Array {
    return this.#counts.slice()
  }
}

/** Microseconds to bucket: the octave, and the sixteenth within it. */
function bucketOf(us: number): number {
  if (!(us > 1)) return 0
  const octave = 31 - Math.clz32(us)
  const within = Math.floor((us / 2 ** octave - 1) * steps)
  return Math.min(buckets - 1, octave * steps + within)
}

export interface LatencySummary {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}

/** Percentiles of what was recorded after `before`, up to `now`. */
export function summariseLatency(now: Int32Array, before?: Int32Array): LatencySummary {
  const counts = now.map((count, i) => count - (before?.[i] ?? 0))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const at = (share: number) => percentileMs(counts, share * total)
  return { count: total, p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999) }
}

function percentileMs(counts: Int32Array, rank: number): number {
  let seen = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket]!
    if (seen >= rank && seen > 0) return upperEdgeUs(bucket) / 1000
  }
  return 0
}

function upperEdgeUs(bucket: number): number {
  const octave = Math.floor(bucket / steps)
  return 2 ** octave * (1 + ((bucket % steps) + 1) / steps)
}
