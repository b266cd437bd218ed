/** The same work with RxJS and with Node's streams in object mode, as one writes it with them. */
import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { filter, map, Observable, Subject } from 'rxjs'
import { type Chain, cpuSeconds, Schedule } from './chain.ts'
import type { Records, WindowResult } from './records.ts'

interface Plain {
  readonly time: number
  readonly a: number
  readonly b: number
}

interface Mapped {
  readonly time: number
  readonly y: number
}

/** One second after the other. */
class Tumbling {
  #second = 0
  #count = 0
  #sum = 0
  #max = Number.NEGATIVE_INFINITY

  /** @returns the window that this record closes, if any */
  add({ time, y }: Mapped): WindowResult | undefined {
    const second = Math.floor(time)
    let closed: WindowResult | undefined
    if (second > this.#second) {
      closed = { count: this.#count, mean: this.#sum / this.#count, max: this.#max }
      this.#second = second
      this.#count = 0
      this.#sum = 0
      this.#max = Number.NEGATIVE_INFINITY
    }
    this.#count++
    this.#sum += y
    if (y > this.#max) this.#max = y
    return closed
  }
}

function aggregated(source: Observable<Mapped>): Observable<WindowResult> {
  return new Observable((subscriber) => {
    const tumbling = new Tumbling()
    return source.subscribe({
      next(record) {
        const closed = tumbling.add(record)
        if (closed) subscriber.next(closed)
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    })
  })
}

function toMapped({ time, a, b }: Plain): Mapped {
  return { time, y: 2 * a - b }
}

export const rxjsChain: Chain = {
  name: 'RxJS',
  async run({ count, time, a, b }, perSecond) {
    const windows: WindowResult[] = []
    const latenciesMs: number[] = []
    const subject = new Subject<Plain>()
    const schedule = new Schedule(perSecond)
    let newest = 0
    subject
      .pipe(
        map(toMapped),
        filter(({ y }) => y > 0),
        aggregated,
      )
      .subscribe((window) => {
        windows.push(window)
        latenciesMs.push(schedule.latencyMs(newest))
      })
    const before = cpuSeconds()
    for (let i = 0; i < count; i++) {
      schedule.waitFor(i)
      newest = i
      subject.next({ time: time[i]!, a: a[i]!, b: b[i]! })
    }
    return { windows, cpuSeconds: cpuSeconds() - before, latenciesMs }
  },
}

export const streamsChain: Chain = {
  name: 'Node streams',
  async run(records, perSecond) {
    const windows: WindowResult[] = []
    const latenciesMs: number[] = []
    const schedule = new Schedule(perSecond)
    const tumbling = new Tumbling()
    const before = cpuSeconds()
    await pipeline(
      readableOf(records, schedule),
      new Transform({
        objectMode: true,
        transform: (record: Plain, _encoding, done) => done(null, toMapped(record)),
      }),
      new Transform({
        objectMode: true,
        transform: (record: Mapped, _encoding, done) =>
          record.y > 0 ? done(null, record) : done(),
      }),
      new Transform({
        objectMode: true,
        transform(record: Mapped, _encoding, done) {
          const closed = tumbling.add(record)
          if (closed) this.push({ closed, time: record.time })
          done()
        },
      }),
      new Writable({
        objectMode: true,
        write({ closed, time }: { closed: WindowResult; time: number }, _encoding, done) {
          windows.push(closed)
          latenciesMs.push(schedule.latencyMs(Math.round(time * 1000)))
          done()
        },
      }),
    )
    return { windows, cpuSeconds: cpuSeconds() - before, latenciesMs }
  },
}

/** Pushes what is due, and looks again in the next turn of the event loop. */
function readableOf({ count, time, a, b }: Records, schedule: Schedule): Readable {
  let next = 0
  return new Readable({
    objectMode: true,
    read() {
      if (next < count && !schedule.isDue(next)) {
        setImmediate(() => this._read(1))
        return
      }
      if (next === count) {
        this.push(null)
        return
      }
      const i = next++
      this.push({ time: time[i]!, a: a[i]!, b: b[i]! })
    },
  })
}
