/**
 * Pages of a day of 64 channels at 256 Hz (EDF, 2.8 GB) at random places and widths, through the
 * thread that serves them to windows; and how fast the overview behind them is built. Room for
 * 3 GB in the folder of temporary files is needed.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReviewDesk } from '../../../src/main/review/review-desk.ts'
import { random } from '../../sound-recording.ts'
import { type BenchRow, row } from '../row.ts'
import { dayShape, writeDay } from './day-recording.ts'

const suite = 'review'
const pages = 1000
const columns = 1600
const goalMs = 100
const shortestSeconds = 0.5
const pollMs = 50

export async function reviewSuite(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'synapse-review-'))
  const path = join(folder, 'day.edf')
  const desk = new ReviewDesk(folder)
  try {
    writeDay(path)
    const megabytes = statSync(path).size / 1e6
    const first = desk.open(path)
    const opened = performance.now()
    const described = await desk.ask(first, 'describe', {})
    const openMs = performance.now() - opened
    const { id, channels } = described.streams[0]!
    const near = await timed(desk, first, id, channels.length, 100, 20)
    const began = performance.now()
    for (;;) {
      const { state, note } = await desk.ask(first, 'progress', {})
      if (state === 'ready') break
      if (state === 'failed') throw new Error(note?.message)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
    const buildSeconds = (performance.now() - began) / 1000
    const all = await timed(desk, first, id, channels.length, pages, dayShape.seconds)
    desk.close(first)
    const again = desk.open(path)
    const reopened = performance.now()
    await desk.ask(again, 'describe', {})
    const reopenMs = performance.now() - reopened
    const name = `24 h × ${dayShape.channels} × ${dayShape.rateHz} Hz EDF`
    return [
      row(suite, name, 'opened', openMs, 'ms'),
      row(suite, name, 'opened again', reopenMs, 'ms'),
      row(suite, name, 'pages ≤ 20 s while it is built, p99', near.p99Ms, 'ms', { atMost: goalMs }),
      row(suite, name, 'overview built', megabytes / buildSeconds, 'MB/s'),
      row(suite, name, 'any page, p50', all.p50Ms, 'ms'),
      row(suite, name, 'any page, p99', all.p99Ms, 'ms', { atMost: goalMs }),
      row(suite, name, 'any page, longest', all.maxMs, 'ms'),
      row(suite, name, 'any page, processor time', all.processorMs, 'ms'),
    ]
  } finally {
    await desk.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Widths are spread evenly over the powers of ten, up to `longest`. */
async function timed(
  desk: ReviewDesk,
  review: string,
  stream: string,
  channelCount: number,
  count: number,
  longest: number,
): Promise<Record<'p50Ms' | 'p99Ms' | 'maxMs' | 'processorMs', number>> {
  const next = random(42)
  const channels = Array.from({ length: channelCount }, (_, i) => i)
  const taken: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) {
    const seconds = shortestSeconds * (longest / shortestSeconds) ** next()
    const from = (dayShape.seconds - seconds) * next()
    const query = { review, stream, channels, from, to: from + seconds, columns, view: null }
    const began = performance.now()
    await desk.ask(review, 'page', query)
    taken.push(performance.now() - began)
  }
  // Of all threads: what a page costs whatever else the machine has to do.
  const { user, system } = process.cpuUsage(before)
  taken.sort((a, b) => a - b)
  const at = (share: number) => taken[Math.min(count - 1, Math.floor(share * count))]!
  return {
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    processorMs: (user + system) / 1000 / count,
  }
}
