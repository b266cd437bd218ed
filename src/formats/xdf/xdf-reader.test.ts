import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { XdfBuilder, type XdfRow } from '../../../test/xdf-builder.ts'
import { openFileSource } from '../file-io.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { summarise } from '../recording.ts'

const minimal = dataFile('xdf-modules__example-files/minimal.xdf')
const empty = dataFile('xdf-modules__example-files/empty_streams.xdf')
const eeglab = dataFile('sccn__eeglab/test.xdf')
const lie = dataFile('Garfield100__xdf_rs/chunk_length_lie.xdf')

const openFile = async (path: string) => {
  const source = await openFileSource(path)
  onTestFinished(() => source.close())
  return openRecording(source, path)
}
const openBuilt = (file: XdfBuilder) => openRecording(memorySource(file.bytes), 'built.xdf')

describe('recordings of other programs', () => {
  it.skipIf(!minimal)('minimal.xdf has the values that its readme lists', async () => {
    const recording = await openFile(minimal!)
    const { streams, markers, problems, ledger } = summarise(recording)
    expect(problems).toEqual([])
    expect(ledger).toEqual({ expected: 18, received: 18, lost: 0 })
    expect(streams.map(({ id, samples }) => [id, samples])).toEqual([
      ['0', 9],
      ['46202862', 9],
    ])
    expect(streams[0]).toMatchObject({ name: 'SendDataC', type: 'EEG', nominalRateHz: 10 })
    const content = (await readAll(recording)).get('0')!
    expect(content.rows).toEqual([
      [192, 255, 238],
      [12, 22, 32],
      [13, 23, 33],
      [14, 24, 34],
      [15, 25, 35],
      [12, 22, 32],
      [13, 23, 33],
      [14, 24, 34],
      [15, 25, 35],
    ])
    // The measured clock offsets are −0.1 s; those in the footer differ and are ignored.
    for (const [i, time] of content.time.entries()) expect(time).toBeCloseTo(5 + i / 10, 9)
    expect(markers.map(({ label }) => label).slice(1)).toEqual([
      'Hello',
      'World',
      'from',
      'LSL',
      'Hello',
      'World',
      'from',
      'LSL',
    ])
    for (const [i, { time }] of markers.entries()) expect(time).toBeCloseTo(5.1 + i / 10, 9)
  })

  it.skipIf(!empty)('empty_streams.xdf has 0, 10, 1 and 0 samples', async () => {
    const recording = await openFile(empty!)
    expect(recording.startedAt).toEqual(new Date('2025-01-31T00:21:17Z'))
    expect(recording.streams.map(({ info, samples }) => [info.id, samples])).toEqual([
      ['3', 0],
      ['4', 10],
      ['1', 1],
      ['2', 0],
    ])
    expect(recording.markers.map(({ label, source }) => [label, source])).toEqual([
      ['{"state": 2}', 'ctrl'],
    ])
    expect(recording.problems).toEqual([])
  })

  it.skipIf(!eeglab)('the test.xdf of EEGLAB runs at 998.421 Hz', async () => {
    const { streams } = summarise(await openFile(eeglab!))
    expect(streams).toHaveLength(1)
    expect(streams[0]).toMatchObject({ samples: 9520, nominalRateHz: 1000, gaps: [] })
    expect(streams[0]!.channels).toHaveLength(8)
    expect(streams[0]!.effectiveRateHz).toBeCloseTo(998.421, 3)
  })

  it.skipIf(!lie)('chunk_length_lie.xdf is refused as damaged', async () => {
    await expect(openFile(lie!)).rejects.toMatchObject({ code: 'file-damaged' })
  })

  it.skipIf(!minimal || !empty || !eeglab)('values and times are those of pyxdf', async () => {
    const files = [minimal!, empty!, eeglab!]
    await expectLikePyxdf(files, await Promise.all(files.map(openFile)))
  })
})

/** Times laid on a line, stamps on the recorder's clock, and values, of all numeric streams. */
async function expectLikePyxdf(
  files: readonly string[],
  recordings: readonly Awaited<ReturnType<typeof openFile>>[],
): Promise<void> {
  const fitted = await askPyxdf({ files, dejitter: true, values: true })
  const stamped = await askPyxdf({ files, dejitter: false, values: false })
  for (const [i, recording] of recordings.entries()) {
    const contents = await readAll(recording)
    expect(fitted[i]!.error).toBeNull()
    for (const [j, stream] of fitted[i]!.streams.entries()) {
      const own = recording.streams.find(({ info }) => info.id === String(stream.id))!
      expect(own.samples).toBe(stream.samples)
      if (stream.format === 'string' || stream.samples === 0) continue
      const content = contents.get(String(stream.id))!
      expect(content.rows).toEqual(stream.values)
      expectClose(content.time, stream.stamps)
      expectClose(content.hostTime, stamped[i]!.streams[j]!.stamps)
      expect(own.gaps).toHaveLength(stream.rateHz > 0 ? stream.segments.length - 1 : 0)
      const one = own.gaps.length === 0 && stream.rateHz > 0
      if (one) expect(own.effectiveRateHz / stream.effectiveRateHz).toBeCloseTo(1, 7)
    }
  }
}

/** To the microsecond, which is far below what any clock offset is known to. */
function expectClose(own: readonly number[], theirs: readonly (number | null)[]): void {
  expect(own).toHaveLength(theirs.length)
  const worst = own.reduce((most, time, i) => Math.max(most, Math.abs(time - theirs[i]!)), 0)
  expect(worst).toBeLessThan(1e-6)
}

/** Reproducible noise in 0…1. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453
  return x - Math.floor(x)
}

/** Rows at a rate, jittering by so much, some without a stamp of their own. */
function jitteredRows(count: number, start: number, rateHz: number, jitter: number): XdfRow[] {
  return Array.from({ length: count }, (_, i) => {
    const stamp = start + i / rateHz + jitter * noise(i + start)
    return { ...(i % 7 === 3 ? {} : { stamp }), values: [i % 100, (i * 31) % 120] }
  })
}

describe('every format, jitter, breaks and clocks', () => {
  const formats = ['int8', 'int16', 'int32', 'int64', 'float32', 'double64']

  it('are read as pyxdf reads them', async () => {
    const folder = scratchFolder()
    const files = formats.map((format, i) => {
      const file = new XdfBuilder().fileHeader()
      file.stream(7, { format, channels: 2, rateHz: 100 + i, name: format })
      file.stream(8, { format, channels: 2, rateHz: 0, name: 'irregular' })
      const start = 5000 * (i + 1)
      for (let k = 0; k < 6; k++) {
        // After the third part the stream pauses for 50 s.
        const begin = start + k * 10 + (k >= 3 ? 50 : 0)
        file.samples(7, format, jitteredRows(10 * (100 + i), begin, 100 + i, 0.004))
        file.samples(8, format, [{ stamp: begin, values: [k, -k] }])
        for (const stream of [7, 8]) {
          for (const half of [0, 5]) {
            // A clock that drifts, and now and then a measurement stuck in the network.
            const late = noise(begin + half + stream) > 0.8 ? 0.05 : 0
            const time = begin + half
            file.clockOffset(stream, time, -0.3 + 2e-5 * (time - start) + late)
          }
        }
      }
      return folder.write(`${format}.xdf`, file.bytes)
    })
    await expectLikePyxdf(files, await Promise.all(files.map(openFile)))
  })

  it('a clock that was reset in the middle is followed', async () => {
    const file = new XdfBuilder()
      .fileHeader()
      .stream(1, { format: 'int16', channels: 2, rateHz: 50 })
    for (let k = 0; k < 24; k++) {
      // The device restarts after a minute: its clock begins anew, its offset jumps.
      const [time, offset] = k < 12 ? [1000 + 5 * k, 10] : [20 + 5 * (k - 12), 1050]
      file.samples(1, 'int16', jitteredRows(250, time, 50, 0.002))
      file.clockOffset(1, time + 4.9, offset + 1e-4 * noise(k))
    }
    const path = scratchFolder().write('reset.xdf', file.bytes)
    const recording = await openFile(path)
    expect(recording.streams[0]!.firstTime).toBeCloseTo(1010, 1)
    expect(recording.streams[0]!.lastTime).toBeCloseTo(1130, 1)
    await expectLikePyxdf([path], [recording])
  })

  it('a break is a gap of about the samples that fit into it', async () => {
    const file = new XdfBuilder()
      .fileHeader()
      .stream(1, { format: 'float32', channels: 2, rateHz: 250 })
    file.samples(1, 'float32', jitteredRows(1000, 100, 250, 0))
    file.samples(1, 'float32', jitteredRows(1000, 114, 250, 0))
    const { streams, ledger } = summarise(await openBuilt(file))
    // 4 s of samples, then 10 s of silence until 114 s.
    expect(streams[0]!.gaps).toEqual([
      { atSample: 1000, lostSamples: 2500, startTime: expect.closeTo(104, 6) },
    ])
    expect(ledger).toEqual({ expected: 4500, received: 2000, lost: 2500 })
    expect(streams[0]!.effectiveRateHz).toBeCloseTo(250, 6)
  })

  it('a stream that says that it drops samples keeps its stamps', async () => {
    const desc = '<synchronization><can_drop_samples>true</can_drop_samples></synchronization>'
    const file = new XdfBuilder().fileHeader()
    file.stream(1, { format: 'int16', rateHz: 10, desc })
    const stamps = [1, 1.1, 1.2, 1.5, 1.6]
    file.samples(
      1,
      'int16',
      stamps.map((stamp) => ({ stamp, values: [0] })),
    )
    const content = (await readAll(await openBuilt(file))).get('1')!
    expect(content.time).toEqual(stamps)
  })

  it('64-bit integers are exact up to 2^53, and noted beyond', async () => {
    const build = (values: readonly bigint[]) => {
      const file = new XdfBuilder().fileHeader().stream(1, { format: 'int64' })
      return file.samples(
        1,
        'int64',
        values.map((value, i) => ({ stamp: i + 1, values: [value] })),
      )
    }
    const exact = [2n ** 53n - 1n, -(2n ** 53n) + 1n, 0n, -1n, 2n ** 31n]
    const sound = await openBuilt(build(exact))
    expect(sound.problems).toEqual([])
    expect((await readAll(sound)).get('1')!.rows.flat()).toEqual(exact.map(Number))
    const inexact = await openBuilt(build([2n ** 62n]))
    expect(inexact.problems.map(({ code }) => code)).toEqual(['inexact-integers'])
  })

  it('texts of several channels and numbers of a trigger box become markers', async () => {
    const file = new XdfBuilder().fileHeader()
    file.stream(1, { format: 'string', channels: 2, type: 'Markers', name: 'task' })
    file.stream(2, { format: 'int32', type: 'Markers', name: 'box' })
    file.samples(1, 'string', [{ stamp: 2, values: ['größer', '中文'] }])
    file.samples(2, 'int32', [
      { stamp: 1, values: [17] },
      { stamp: 3, values: [-2] },
    ])
    const { markers } = await openBuilt(file)
    expect(markers).toEqual([
      { time: 1, label: '17', durationSeconds: 0, source: 'box', value: 17 },
      { time: 2, label: 'größer, 中文', durationSeconds: 0, source: 'task' },
      { time: 3, label: '-2', durationSeconds: 0, source: 'box', value: -2 },
    ])
  })

  it('labels, types, units, positions and the maker come from the LSL conventions', async () => {
    const desc =
      '<channels><channel><label>Cz</label><type>EEG</type><unit>microvolts</unit>' +
      '<location><X>0.5</X><Y>-9.1</Y><Z>124.4</Z></location></channel>' +
      '<channel><label>ax</label><type>Accelerometer</type><unit>g</unit></channel></channels>' +
      '<acquisition><manufacturer>Maker</manufacturer><model>M</model>' +
      '<serial_number>7</serial_number></acquisition>'
    const file = new XdfBuilder().fileHeader().stream(3, { format: 'float32', channels: 3, desc })
    const { info } = (await openBuilt(file)).streams[0]!
    expect(info.channels).toEqual([
      {
        ...{ label: 'Cz', type: 'EEG', unit: 'uV', scale: 1, offset: 0 },
        position: [0.0005, -0.0091, 0.1244],
      },
      { label: 'ax', type: 'ACCEL', unit: 'g', scale: 1, offset: 0 },
      { label: 'EEG 3', type: 'EEG', unit: '1', scale: 1, offset: 0 },
    ])
    expect(info.origin).toMatchObject({ manufacturer: 'Maker', model: 'M', serialNumber: '7' })
  })

  it('streams far apart in the file come out in the order of their times', async () => {
    const file = new XdfBuilder().fileHeader()
    file.stream(1, { format: 'int16', rateHz: 1000 }).stream(2, { format: 'int16', rateHz: 1000 })
    const rows = (from: number) =>
      Array.from({ length: 400 }, (_, i) => ({ stamp: from + i / 1000, values: [i] }))
    for (const stream of [1, 2]) {
      for (let k = 0; k < 500; k++) file.samples(stream, 'int16', rows(k * 0.4 + stream / 10))
    }
    // Each stream's part is longer than the distance that a cursor walks without a jump.
    const contents = await readAll(await openBuilt(file))
    expect(contents.get('1')!.rows).toHaveLength(200_000)
    expect(contents.get('2')!.rows).toHaveLength(200_000)
  })
})

describe('a recording can be read again, and from a disk in pieces', () => {
  it.skipIf(!eeglab)('with the same result', async () => {
    const recording = await openFile(eeglab!)
    const first = await readAll(recording)
    const again = await readAll(recording)
    expect(again).toEqual(first)
    const fromMemory = await readAll(
      await openRecording(memorySource(readFileSync(eeglab!)), 'memory'),
    )
    expect(fromMemory).toEqual(first)
  })
})
