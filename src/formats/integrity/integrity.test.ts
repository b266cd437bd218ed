import { describe, expect, test } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { random } from '../../../test/sound-recording.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { checkSums } from '../checksums/check-sums.ts'
import { SummedSink } from '../checksums/summed-sink.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { XdfWriter } from '../xdf/xdf-writer.ts'
import { DelayHistogram } from './delay-histogram.ts'
import { integrityReport, type ReportedGap } from './integrity.ts'
import { reportHtml } from './report-html.ts'
import { count, digits, duration, moment, percent } from './report-words.ts'

const seconds = 60
const streamOf = (id: string, channels: number, nominalRateHz: number): StreamInfo => ({
  id,
  name: `${id} <b>&"`,
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz,
  channels: Array.from({ length: channels }, (_, i) => physicalChannel(`c${i}`, 'EEG', 'uV')),
  origin: { source: 'test' },
})

/**
 * A minute of two streams. The board runs 100 ppm fast, arrives 10 ms late and loses half a second
 * at 0:20; the other is on a clock that is 2 s behind and drifts by 40 ppm.
 */
async function recorded() {
  const [data, sums] = [new MemorySink(), new MemorySink()]
  const writer = new XdfWriter(new SummedSink(data, sums), { startedAt: new Date(1.8e12) })
  writer.addStream(streamOf('board', 8, 250), { deviceTime: false, sequence: true })
  writer.addStream(streamOf('sender', 4, 100), { deviceTime: true, sequence: false }, null)
  const impedance = (time: number, label: string, kohm: number | null) =>
    writer.marker({
      time,
      label: `impedance ${label} ${kohm === null ? 'off' : `${kohm} kΩ`}`,
      durationSeconds: 0,
      source: 'board',
      ...(kohm === null ? {} : { value: kohm }),
    })
  impedance(1000, 'Fp1', 5.02)
  impedance(1000, 'Fp2', null)
  impedance(1000, 'Cz', 8)
  const next = random(5)
  for (let second = 0; second < seconds; second++) {
    writer.tick(1000 + second)
    if (second % 5 === 0) {
      const offsetSeconds = 2 + 40e-6 * second + 1e-4 * (next() - 0.5)
      writer.clockOffset('sender', { time: 1000 + second, offsetSeconds })
    }
    for (const [id, rate] of [['board', 250] as const, ['sender', 100] as const]) {
      const isLossy = id === 'board' && second === 20
      const frames = isLossy ? rate / 2 : rate
      const chunk = newChunkBuffer({
        ...({ format: 'int32', channels: id === 'board' ? 8 : 4, maxFrames: frames } as const),
        ...(id === 'board' ? { sequence: true } : { deviceTime: true }),
      })
      chunk.firstSample = second * rate
      chunk.frames = frames
      const trueRate = id === 'board' ? rate * 1.0001 : rate
      for (let i = 0; i < frames; i++) {
        chunk.time[i] = 1000 + (chunk.firstSample + i) / trueRate
        chunk.hostTime[i] = chunk.time[i]! + 0.01
        if (chunk.deviceTime) chunk.deviceTime[i] = chunk.time[i]! - 2 - 40e-6 * second
      }
      writer.write(id, chunk)
      if (isLossy) {
        const atSample = second * rate + frames
        writer.gap(id, { atSample, lostSamples: rate / 2, exact: true, reason: 'disconnected' })
      }
    }
    if (second % 10 === 5) {
      const label = second === 5 ? '<script>alert(1)</script>' : `stimulus ${second}`
      writer.marker({ time: 1000 + second, label, durationSeconds: 0, source: 'task' })
    }
  }
  impedance(1059, 'Fp1', 7.5)
  await writer.close()
  return { bytes: data.bytes, sums: sums.bytes }
}

async function reported(bytes: Uint8Array, sums: Uint8Array | null) {
  const recording = await openRecording(memorySource(bytes), 'rest.xdf')
  const checksums = sums && (await checkSums(memorySource(bytes), memorySource(sums)))
  return integrityReport('/data/rest.xdf', recording, checksums)
}

describe('the account of a recording', () => {
  test('has what was expected, what came, and what is missing when', async () => {
    const { bytes, sums } = await recorded()
    const report = await reported(bytes, sums)
    expect(report).toMatchObject({ verdict: 'gaps', problems: [], checksums: { closed: true } })
    expect(report.ledger).toEqual({ expected: 21_000, received: 20_875, lost: 125 })
    const [board, sender] = report.streams
    expect(board!.gaps).toEqual([
      {
        second: expect.closeTo(20.498, 3),
        seconds: 0.5,
        atSample: 5125,
        lostSamples: 125,
        exact: true,
        reason: 'disconnected',
      },
    ])
    expect(board!.driftPpm).toBeCloseTo(100, 1)
    expect(board!.arrival!.medianMs).toBeCloseTo(10, 0)
    expect(board!.clock).toBeNull()
    expect(sender!.clock).toMatchObject({ measurements: 12 })
    expect(sender!.clock!.driftPpm).toBeCloseTo(40, 0)
    expect(sender!.clock!.spreadMs).toBeLessThan(0.06)
    expect(sender!.clock!.offsetsMs[0]).toBeCloseTo(2000, 0)
    expect(report.impedances).toEqual([
      {
        electrode: 'Fp1',
        first: { kohm: 5.02, second: 0 },
        last: { kohm: 7.5, second: 59 },
      },
      { electrode: 'Fp2', first: { kohm: 'off', second: 0 }, last: null },
      { electrode: 'Cz', first: { kohm: 8, second: 0 }, last: null },
    ])
  })

  test('a changed bit makes it damaged; without checksums it cannot be known', async () => {
    const { bytes, sums } = await recorded()
    const changed = bytes.slice()
    changed[bytes.length >> 1]! ^= 4
    expect((await reported(changed, sums)).verdict).toBe('damaged')
    expect((await reported(bytes, null)).checksums).toBeNull()
  })
})

describe('the page', () => {
  test('says it all, and lets no text of the file in as HTML', async () => {
    const { bytes, sums } = await recorded()
    const report = await reported(bytes, sums)
    const page = reportHtml(report, new Date(1.8e12))
    for (const text of ['Sound, with gaps', 'disconnected', '5.02', 'rest.xdf', '+100 ppm']) {
      expect(page).toContain(text)
    }
    expect(page).toContain(report.checksums!.sha256!)
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<b>')
    // It needs nothing from anywhere.
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import/)
  })

  describe('shows what is missing', () => {
    const gapAt = (second: number, lasts: number | null): ReportedGap => ({
      second,
      seconds: lasts,
      atSample: 0,
      lostSamples: 1,
      exact: true,
      reason: 'lost',
    })
    /** Of an hour: the share of the strip that is red, and of its columns with a mark. */
    async function shownOf(gaps: readonly ReportedGap[]) {
      const { bytes } = await recorded()
      const report = await reported(bytes, null)
      const stream = { ...report.streams[0]!, firstSecond: 0, lastSecond: 3600, gaps }
      const page = reportHtml({ ...report, seconds: 3600, streams: [stream] }, new Date(1.8e12))
      const [, , width, height] = /class="strip" viewBox="(\S+) (\S+) (\S+) (\S+)"/
        .exec(page)!
        .slice(1)
        .map(Number)
      const top = Number(/class="there" y="(\d+)"/.exec(page)![1])
      const areaOf = (kind: string) => {
        const path = new RegExp(`class="${kind}" d="([^"]*)"`).exec(page)![1]!
        const steps = [...path.matchAll(/M(\S+) (\S+?)V(\S+?)H(\S+?)V/g)]
        return steps.reduce((sum, step) => {
          const [from, floor, edge, to] = step.slice(1).map(Number)
          return sum + (to! - from!) * (floor! - edge!)
        }, 0)
      }
      const red = areaOf('lost') / (width! * (height! - top))
      return { red, marks: areaOf('mark'), allMarks: width! * 4, page }
    }

    test('by its share: thousands of short gaps are marked all along, and next to nothing is red', async () => {
      const gaps = Array.from({ length: 7200 }, (_, i) => gapAt(i / 2, 0.0005))
      const { red, marks, allMarks, page } = await shownOf(gaps)
      expect(red).toBeCloseTo(0.001, 4)
      expect(marks).toBe(allMarks)
      expect(page).toContain('how much of each 5 s is missing')
    })

    test('where all of an hour’s half is missing, half of it is red', async () => {
      const { red, marks, allMarks } = await shownOf([gapAt(900, 1200), gapAt(2700, 600)])
      expect(red).toBeCloseTo(0.5, 6)
      expect(marks).toBe(allMarks / 2)
    })

    test('and one gap alone has its mark, wherever it is and however short', async () => {
      for (const second of [0, 1234.5, 3599.999, 3600]) {
        for (const lasts of [0.001, null]) {
          const { marks, red } = await shownOf([gapAt(second, lasts)])
          expect(marks).toBe(2 * 4)
          expect(red).toBeLessThan(1e-5)
        }
      }
    })
  })

  test('of a recording of nothing is a page, too', async () => {
    const sink = new MemorySink()
    const writer = new XdfWriter(sink, { startedAt: new Date(1.8e12) })
    writer.addStream(streamOf('board', 8, 250), { deviceTime: false, sequence: false })
    await writer.close()
    const page = reportHtml(await reported(sink.bytes, null), new Date(1.8e12))
    expect(page).toContain('No markers')
    expect(page).not.toContain('NaN')
  })
})

test('words for numbers', () => {
  expect([count(0), count(1234567)]).toEqual(['0', '1\u202f234\u202f567'])
  expect([duration(4.25), duration(187), duration(7387)]).toEqual([
    '4.25 s',
    '3:07.0 min',
    '2:03:07 h',
  ])
  expect([moment(0), moment(59.96), moment(605), moment(-3)]).toEqual([
    '0:00.0',
    '1:00.0',
    '10:05',
    '−0:03.0',
  ])
  expect([digits(-0.0012345), digits(123456), digits(0)]).toEqual(['−0.00123', '123\u202f000', '0'])
  expect([percent(1, 1), percent(999_999, 1_000_000), percent(1, 0)]).toEqual([
    '100 %',
    '99.9999 %',
    '—',
  ])
})

test('quantiles of delays are within their step, however many there are', () => {
  const delays = new DelayHistogram()
  expect(delays.summary).toBeNull()
  for (let i = 1; i <= 10_000; i++) delays.add(i / 1e6)
  const { medianMs, p99Ms, mostMs } = delays.summary!
  expect(Math.abs(medianMs / 5 - 1)).toBeLessThan(0.03)
  expect(Math.abs(p99Ms / 9.9 - 1)).toBeLessThan(0.03)
  expect(mostMs).toBe(10)
})
