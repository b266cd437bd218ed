/**
 * Clocks that count from 1970 say on which day it was. Their times are moved by whole days, all
 * alike, so that rates, gaps and the time of day stay; other clocks are left as they are.
 */
import type { Chunk } from '../../signal/index.ts'
import type { RecordedGap, RecordedStream } from '../recording.ts'

/** No machine has run for three years; 10^11 s since 1970 is the year 5138. */
const leastSeconds = 1e8
const mostSeconds = 1e11
const daySeconds = 86_400
/** 2000-01-01, in days since 1970. */
const plainDay = 10_957

export class PlainClock {
  /** Of the first time that counts from 1970; all others are moved as far. */
  #days: number | undefined

  /**
   * @param times the earliest of them says which day it was
   * @param shiftDays what was asked for; without it the day becomes 2000-01-01
   */
  constructor(times: readonly number[], shiftDays: number | undefined) {
    this.#days = shiftDays
    const first = times.filter(isWallClock).sort((a, b) => a - b)[0]
    if (first !== undefined) this.moved(first)
  }

  moved(time: number): number {
    if (!isWallClock(time)) return time
    this.#days ??= plainDay - Math.floor(time / daySeconds)
    return time + this.#days * daySeconds
  }

  stream(stream: RecordedStream): RecordedStream {
    const { firstTime, lastTime, gaps } = stream
    return {
      ...stream,
      firstTime: firstTime === null ? null : this.moved(firstTime),
      lastTime: lastTime === null ? null : this.moved(lastTime),
      gaps: gaps.map((gap) => this.gap(gap)),
    }
  }

  gap(gap: RecordedGap): RecordedGap {
    return { ...gap, startTime: this.moved(gap.startTime) }
  }

  /** A device's clock may count from 1970 where the recorder's does not. */
  chunk(chunk: Chunk): Chunk {
    const { time, hostTime, deviceTime, frames } = chunk
    const column = (values: Float64Array) =>
      values.subarray(0, frames).some(isWallClock)
        ? values.slice(0, frames).map((each) => this.moved(each))
        : values
    return {
      ...chunk,
      time: column(time),
      hostTime: column(hostTime),
      deviceTime: deviceTime && column(deviceTime),
    }
  }
}

function isWallClock(time: number): boolean {
  return time > leastSeconds && time < mostSeconds
}
