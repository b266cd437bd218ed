import { appendFileSync, existsSync, promises, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { writeDay } from '../../../test/bench/review/day-recording.ts'
import { dataFile } from '../../../test/data-folder.ts'
import { annotationBytes, edfHeader, int24Samples } from '../../../test/edf-builder.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { XdfBuilder } from '../../../test/xdf-builder.ts'
import { openRecordingFile } from '../open.ts'
import type { RecordedStream, Recording } from '../recording.ts'
import { type Overview, openOverview } from './overview.ts'
import type { StreamPage } from './overview-stream.ts'
import type { PageRange } from './page-points.ts'

async function opened(path: string, folder: string): Promise<Overview> {
  const overview = await openOverview(path, folder)
  onTestFinished(() => overview.close())
  return overview
}

interface Plain {
  readonly stream: RecordedStream
  readonly times: number[]
  /** Physical values, channel by channel. */
  readonly values: number[][]
  /** Frames that do not follow on the one before. */
  readonly breaks: Set<number>
}

/** Everything that a recording holds, read without any overview. */
async function plainOf(recording: Recording): Promise<Plain[]> {
  const plain = new Map<string, Plain>()
  const next = new Map<string, number>()
  for (const stream of recording.streams) {
    if (stream.info.sampleFormat === 'json') continue
    const values = stream.info.channels.map(() => [])
    plain.set(stream.info.id, { stream, times: [], values, breaks: new Set() })
  }
  for await (const item of recording.read()) {
    const each = plain.get(item.stream)
    if (!each || item.kind === 'gap') continue
    const { chunk } = item
    if (chunk.firstSample !== next.get(item.stream)) each.breaks.add(each.times.length)
    next.set(item.stream, chunk.firstSample + chunk.frames)
    for (let f = 0; f < chunk.frames; f++) {
      each.times.push(chunk.time[f]!)
      each.stream.info.channels.forEach(({ scale, offset }, c) => {
        each.values[c]!.push(Math.fround(chunk.data[f * chunk.stride + c]! * scale + offset))
      })
    }
  }
  await recording.close()
  return [...plain.values()]
}

function pageOf(overview: Overview, id: string, range: PageRange): Promise<StreamPage> {
  const stream = overview.stream(id)
  const channels = stream.recorded.info.channels.map(({ scale, offset }, at) => ({
    at,
    scale,
    offset,
  }))
  return stream.page(range, channels)
}

/**
 * Every sample of the page is within a point no further than a column away, no point has a value
 * that no sample there has, and no line crosses what is missing.
 */
function expectTrue(page: StreamPage, { stream, times, values, breaks }: Plain, range: PageRange) {
  const column = (range.to - range.from) / range.columns
  const near = (time: number, other: number) => Math.abs(time - other) <= 1.01 * column + 1e-6
  const width = stream.info.channels.length
  const at = (point: number, c: number) => {
    const from = 2 * (point * width + c)
    return [page.values[from]!, page.values[from + 1]!] as const
  }
  let first = 0
  for (let f = 0; f < times.length; f++) {
    const time = times[f]!
    if (time < range.from || time >= range.to) continue
    while (first < page.times.length && page.times[first]! < time - 1.01 * column - 1e-6) first++
    for (let c = 0; c < width; c++) {
      const value = values[c]![f]!
      if (Number.isNaN(value)) continue
      let isShown = false
      for (let p = first; p < page.times.length && near(page.times[p]!, time); p++) {
        const [low, high] = at(p, c)
        isShown ||= low <= value && value <= high
      }
      if (!isShown) expect.fail(`${time} s, channel ${c}: ${value} is in no point`)
    }
    const gap = time - (times[f - 1] ?? time)
    if (!breaks.has(f) || f === 0 || times[f - 1]! < range.from || gap < 2.1 * column) continue
    const isBroken = page.times.some(
      (each, p) => each > times[f - 1]! && each < time && Number.isNaN(at(p, 0)[0]),
    )
    if (!isBroken) expect.fail(`a line crosses the gap before ${time} s`)
  }
  for (let p = 0, f = 0; p < page.times.length; p++) {
    const reach = 1.01 * column + 1e-6
    while (f < times.length && times[f]! < page.times[p]! - reach) f++
    for (let c = 0; c < width; c++) {
      for (const value of at(p, c)) {
        if (Number.isNaN(value)) continue
        let isThere = false
        for (let g = f; g < times.length && times[g]! <= page.times[p]! + reach; g++) {
          isThere ||= values[c]![g] === value
        }
        if (!isThere) expect.fail(`${page.times[p]} s, channel ${c}: no sample is ${value}`)
      }
    }
  }
}

async function expectTruePages(overview: Overview, plain: readonly Plain[], rounds: number) {
  const next = random(7)
  for (const each of plain) {
    const { firstTime, lastTime, info } = each.stream
    if (firstTime === null || lastTime === null) continue
    const whole = Math.max(0.01, lastTime - firstTime)
    for (let i = 0; i < rounds; i++) {
      const length = i === 0 ? whole * 1.2 : whole * next() ** 3 + 0.01
      const from = i === 0 ? firstTime - 0.1 * whole : firstTime + (whole - length) * next()
      const range = { from, to: from + length, columns: 1 + Math.floor(next() * 300) }
      const page = await pageOf(overview, info.id, range)
      expect(page.complete).toBe(true)
      expectTrue(page, each, range)
    }
  }
}

/** A BDF+D file: two stretches with half a minute between them, of two rates. */
function gappedBdf(): Uint8Array {
  const next = random(3)
  const samples = (count: number) =>
    int24Samples(Array.from({ length: count }, () => Math.round((next() - 0.5) * 100_000)))
  const header = edfHeader({
    kind: 'bdf',
    reserved: 'BDF+D',
    records: 40,
    seconds: 1,
    signals: [
      { label: 'Fp1', samples: 200 },
      { label: 'Resp', samples: 20 },
      { label: 'BDF Annotations ', samples: 20 },
    ],
  })
  const records = Array.from({ length: 40 }, (_, i) => {
    const onset = i < 25 ? i : i + 30
    const time = annotationBytes([`+${onset}\u0014\u0014`], 60)
    return Buffer.concat([samples(200), samples(20), time])
  })
  return new Uint8Array(Buffer.concat([header, ...records]))
}

/** Rows of which only the first of a chunk has a stamp, and of a stream at no certain rate. */
function foreignXdf(): Uint8Array {
  const next = random(5)
  const xdf = new XdfBuilder()
    .fileHeader()
    .stream(1, { channels: 2, rateHz: 100, format: 'int16' })
    .stream(2, { channels: 1, rateHz: 0, format: 'double64' })
  for (let i = 0; i < 60; i++) {
    const start = i < 40 ? i / 2 : i / 2 + 8
    const values = () => [Math.round(next() * 1000), Math.round(next() * 1000)]
    xdf.samples(
      1,
      'int16',
      Array.from({ length: 50 }, (_, r) =>
        r === 0 ? { stamp: start, values: values() } : { values: values() },
      ),
    )
    xdf.samples(2, 'double64', [{ stamp: start + next() * 0.4, values: [next()] }])
  }
  return xdf.bytes
}

describe('pages show what is in the file, at any place and any width', () => {
  test.each([
    ['a recording of our own', 'own.xdf', soundRecording],
    ['two rates and a gap', 'gap.bdf', async () => gappedBdf()],
    ['chunks with one stamp, and no rate', 'foreign.xdf', async () => foreignXdf()],
  ])('%s', async (_, name, bytes) => {
    const folder = scratchFolder()
    const path = folder.write(name, await bytes())
    const plain = await plainOf(await openRecordingFile(path))
    const overview = await opened(path, folder.path('overviews'))
    await overview.build()
    await expectTruePages(overview, plain, 25)
    const again = await opened(path, folder.path('overviews'))
    expect(again.progress.isBuilt).toBe(true)
    await expectTruePages(again, plain, 25)
    expect(again.facts.markers).toEqual(overview.facts.markers)
  })

  test.each([
    'mne-tools__mne-python/test.edf',
    'StagPoint__StagPoint.EuropeanDataFormat.Net/Discontinuous2.edf',
    'xdf-modules__example-files/minimal.xdf',
    'OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt',
    'mne-tools__mne-python/test.vhdr',
  ])('%s', async (name) => {
    const path = dataFile(name)
    if (!path) return
    const plain = await plainOf(await openRecordingFile(path))
    const overview = await opened(path, scratchFolder().path('overviews'))
    await overview.build()
    await expectTruePages(overview, plain, 4)
  })
})

/** Counts what is read from files from now on. */
async function readBytes(path: string): Promise<{ bytes: number }> {
  const handle = await promises.open(path)
  const prototype = Object.getPrototypeOf(handle) as promises.FileHandle
  await handle.close()
  const count = { bytes: 0 }
  const read = prototype.read
  const spy = vi.spyOn(prototype, 'read')
  spy.mockImplementation(async function (this: promises.FileHandle, ...given: unknown[]) {
    const result = await (read as (...all: unknown[]) => ReturnType<typeof read>).apply(this, given)
    count.bytes += result.bytesRead
    return result
  } as never)
  onTestFinished(() => spy.mockRestore())
  return count
}

describe('a page of a long recording', () => {
  /** Of 64 channels in 16 bits, 1000 columns: 32 samples each, or eight bins of two values. */
  const mostBytes = 1000 * 64 * 32 * 2 + 200_000

  test('reads no more than its columns need, however long the recording is', async () => {
    const folder = scratchFolder()
    const path = folder.path('long.edf')
    writeDay(path, 600)
    const overview = await opened(path, folder.path('overviews'))
    await overview.build()
    const next = random(11)
    await pageOf(overview, 'edf', { from: 0, to: 600, columns: 1000 })
    const count = await readBytes(path)
    for (let i = 0; i < 40; i++) {
      const length = i === 0 ? 600 : 600 * next() ** 3 + 0.1
      const from = (600 - length) * next()
      count.bytes = 0
      const page = await pageOf(overview, 'edf', { from, to: from + length, columns: 1000 })
      expect(page.complete).toBe(true)
      expect(page.times.length).toBeGreaterThan(0)
      expect(count.bytes).toBeLessThan(mostBytes)
    }
  })

  test('is the same when several are asked for at once', async () => {
    const folder = scratchFolder()
    const path = folder.path('long.edf')
    writeDay(path, 60)
    const overview = await opened(path, folder.path('overviews'))
    await overview.build()
    const ranges = Array.from({ length: 12 }, (_, i) => ({
      from: 4 * i,
      to: 4 * i + 9,
      columns: 700,
    }))
    const alone: StreamPage[] = []
    for (const range of ranges) alone.push(await pageOf(overview, 'edf', range))
    const together = await Promise.all(
      ranges.map((range) => overview.inTurn(() => pageOf(overview, 'edf', range))),
    )
    expect(together).toEqual(alone)
  })

  test('is there before the overview is, where the format can be entered anywhere', async () => {
    const folder = scratchFolder()
    const path = folder.path('long.edf')
    writeDay(path, 60)
    const overview = await opened(path, folder.path('overviews'))
    const near = await pageOf(overview, 'edf', { from: 50, to: 55, columns: 800 })
    expect([near.complete, near.times.length]).toEqual([true, 5 * 256 + 2])
    const wide = await pageOf(overview, 'edf', { from: 0, to: 60, columns: 100 })
    expect(wide.complete).toBe(false)
    await overview.build()
    const built = await pageOf(overview, 'edf', { from: 0, to: 60, columns: 100 })
    expect(built.complete).toBe(true)
  })
})

describe('an overview that is kept', () => {
  test('is built anew when the recording has become another one', async () => {
    const folder = scratchFolder()
    const path = folder.write('own.xdf', await soundRecording())
    const first = await opened(path, folder.path('overviews'))
    await first.build()
    appendFileSync(path, new Uint8Array(10))
    const second = await opened(path, folder.path('overviews'))
    expect(second.progress.isBuilt).toBe(false)
    expect(second.facts.problems.map(({ code }) => code)).toContain('truncated')
  })

  test('is not kept when it was not built to its end, and damage to it is no harm', async () => {
    const folder = scratchFolder()
    const path = folder.path('long.edf')
    writeDay(path, 120)
    const overview = await openOverview(path, folder.path('overviews'))
    const building = overview.build()
    await overview.close()
    await building
    expect(existsSync(folder.path('overviews')) && readdirSync(folder.path('overviews'))).toEqual(
      [],
    )
    const whole = await opened(path, folder.path('overviews'))
    await whole.build()
    const [name] = readdirSync(folder.path('overviews'))
    writeFileSync(join(folder.path('overviews'), name!, 'overview.json'), '{"version":1,"files":')
    const again = await opened(path, folder.path('overviews'))
    expect(again.progress.isBuilt).toBe(false)
  })
})

test('a damaged recording shows what is there, with what is wrong', async () => {
  const folder = scratchFolder()
  const whole = await soundRecording()
  const path = folder.write('cut.xdf', whole.subarray(0, Math.floor(whole.length * 0.6)))
  const plain = await plainOf(await openRecordingFile(path))
  const overview = await opened(path, folder.path('overviews'))
  await overview.build()
  expect(overview.facts.problems).not.toEqual([])
  await expectTruePages(overview, plain, 10)
})
