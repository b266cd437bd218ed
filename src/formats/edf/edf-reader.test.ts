import { describe, expect, it } from 'vitest'
import {
  annotationBytes,
  type EdfFields,
  edfHeader,
  int16Samples,
  int24Samples,
} from '../../../test/edf-builder.ts'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { readAll, readColumns } from '../../../test/read-all.ts'
import { SynapseError } from '../../signal/index.ts'
import { exportRecording } from '../export/export.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { isHarmless } from '../problems.ts'
import type { Recording } from '../recording.ts'

const openBytes = (...parts: readonly Uint8Array[]) =>
  openRecording(memorySource(new Uint8Array(Buffer.concat(parts))), 'built.edf')
const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

describe('a header that is odd', () => {
  const one = (fields: Partial<EdfFields>): EdfFields => ({
    records: 2,
    seconds: 1,
    signals: [{ label: 'EEG Fp1', samples: 4 }],
    ...fields,
  })
  const eight = int16Samples([1, 2, 3, 4, -5, -6, -7, -8])

  it('a count of −1 is computed from the size, and a record that was cut is left out', async () => {
    const recording = await openBytes(edfHeader(one({ records: -1 })), eight.subarray(0, 13))
    expect(codes(recording)).toEqual(['unknown-record-count', 'truncated'])
    expect((await readColumns(recording)).get('EEG Fp1')).toEqual([1, 2, 3, 4])
  })

  it('a count of −1 is a file that was never finished, and no sound one', async () => {
    const recording = await openBytes(edfHeader(one({ records: -1 })), eight)
    expect(recording.streams[0]!.samples).toBe(8)
    expect(recording.problems.every(isHarmless)).toBe(false)
  })

  it('a digital minimum above the maximum scales nothing, and is told', async () => {
    const signals = [{ label: 'EEG Fp1', digital: [99_999, 32_767] as const, samples: 4 }]
    const recording = await openBytes(edfHeader(one({ signals })), eight)
    expect(codes(recording)).toEqual(['bad-scaling'])
    expect(recording.streams[0]!.info.channels[0]).toMatchObject({ unit: 'counts', scale: 1 })
  })

  it('what it says of subject, recording and filters, and we do not, is told by its kind', async () => {
    const recording = 'Startdate 02-JAN-2026 ADM777 Jones Amp-7 zebra'
    const said = await openBytes(edfHeader(one({ recording })), eight)
    expect(said.unread).toEqual([expect.objectContaining({ count: 3 })])
    expect(JSON.stringify(said.unread)).not.toMatch(/ADM777|Jones|zebra/)
    const silent = await openBytes(edfHeader(one({})), eight)
    expect(silent.unread).toEqual([])
    const header = Buffer.from(edfHeader(one({})))
    header.write('C1 F 02-AUG-1951 Jane_Doe', 8, 'latin1')
    header.write('AgAgCl', 256 + 16, 'latin1')
    const personal = await openBytes(header, eight)
    expect(personal.unread!.map(({ count }) => count)).toEqual([4, 1])
    expect(JSON.stringify(personal.unread)).not.toMatch(/Jane|1951|C1/)
    const folder = new MemoryFolder()
    const { losses } = await exportRecording(personal, { format: 'xdf', path: 'x' }, folder)
    expect(losses.filter(({ subject }) => subject === 'header')).toHaveLength(2)
  })

  it('µ and ° in its texts are read, and no damage', async () => {
    const signals = [{ label: 'Température', dimension: '°C', samples: 4 }]
    const recording = await openBytes(edfHeader(one({ signals })), eight)
    expect(recording.streams[0]!.info.channels[0]).toMatchObject({
      label: 'Température',
      unit: '°C',
    })
    expect(codes(recording)).toEqual(['foreign-characters'])
    expect(recording.problems.every(isHarmless)).toBe(true)
  })

  it('fewer records than announced: the whole ones are read', async () => {
    const recording = await openBytes(edfHeader(one({ records: 1000 })), eight)
    expect(codes(recording)).toEqual(['truncated'])
    expect(recording.streams[0]!.samples).toBe(8)
  })

  it('BDF has 24 bits, signed, and its own annotations', async () => {
    const extremes = [8_388_607, -8_388_608, 0, -1]
    const header = edfHeader({
      kind: 'bdf',
      reserved: '24BIT',
      records: 1,
      seconds: 2,
      signals: [
        { label: 'Status', samples: 4 },
        { label: 'BDF Annotations', samples: 20 },
      ],
    })
    const lists = annotationBytes(['+0.25\x14\x14', '+1\x150.5\x14größer\x14'], 60)
    const recording = await openBytes(header, int24Samples(extremes), lists)
    expect(recording.format).toBe('bdf+c')
    expect((await readColumns(recording)).get('Status')).toEqual(extremes)
    expect(recording.streams[0]).toMatchObject({ firstTime: 0.25, lastTime: 1.75 })
    expect(recording.streams[0]!.info.channels[0]!.type).toBe('TRIG')
    expect(recording.markers).toEqual([{ time: 1, durationSeconds: 0.5, label: 'größer' }])
  })

  it('physical values: scale, offset and range, polarity turned or not', async () => {
    const signals = [
      { label: 'a', physical: [-100, 100], digital: [-2048, 2047], samples: 4 },
      { label: 'b', physical: [100, -100], digital: [0, 100], samples: 0 },
      { label: 'c', dimension: 'mV', physical: [5, 5], digital: [0, 100], samples: 0 },
    ] as const
    const recording = await openBytes(edfHeader(one({ signals })), eight)
    const [a, b, c] = recording.streams.flatMap(({ info }) => info.channels)
    expect(a!.scale * -2048 + a!.offset).toBeCloseTo(-100, 12)
    expect(a!.scale * 2047 + a!.offset).toBeCloseTo(100, 12)
    expect([b!.scale, b!.offset, b!.range]).toEqual([-2, 100, [-100, 100]])
    expect(c).toMatchObject({ scale: 1, offset: 0, unit: 'counts' })
    expect(codes(recording)).toEqual(['bad-scaling'])
  })

  it('annotations that are damaged, and records that overlap or do not say when', async () => {
    const signals = [
      { label: 'x', samples: 2 },
      { label: 'EDF Annotations', samples: 16 },
    ]
    const header = edfHeader({ records: 4, seconds: 1, reserved: 'EDF+D', signals })
    const record = (value: number, list: string) =>
      Buffer.concat([int16Samples([value, value]), annotationBytes([list], 32)])
    const recording = await openBytes(
      header,
      record(1, '+5\x14\x14first\x14'),
      record(2, 'no list at all'),
      record(3, '+6.5\x14\x14'),
      record(4, '+12\x14\x14'),
    )
    expect(codes(recording)).toEqual(['bad-annotation', 'overlapping-records'])
    const content = (await readAll(recording)).get('edf')!
    expect(content.time).toEqual([5, 5.5, 6, 6.5, 6.5, 7, 12, 12.5])
    expect(content.rows.flat()).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(recording.markers).toEqual([{ time: 5, label: 'first', durationSeconds: 0 }])
    // 7.5 s to 12 s are 9 samples; counted from 5 s, sample 14 is due at 12 s.
    expect(content.indices.at(-2)).toBe(14)
  })

  it.each([
    ['nonsense where the number of signals is', 252, 'abcd', 'file-unreadable'],
    ['more signals than the file has bytes for', 252, '9999', 'file-damaged'],
    ['no signal at all', 252, '0   ', 'file-damaged'],
  ])('%s', async (_, at, text, code) => {
    const header = Buffer.from(edfHeader(one({})))
    header.write(text, at, 'latin1')
    await expect(openBytes(header, eight)).rejects.toMatchObject({ code })
  })

  it('9999 signals of 99 999 999 samples are refused or empty, without allocating them', async () => {
    const signals = Array.from({ length: 9999 }, () => ({ label: 'x', samples: 99_999_999 }))
    const recording = await openBytes(edfHeader(one({ records: 99_999_999, signals })))
    expect(recording.streams[0]!.samples).toBe(0)
    expect(await readAll(recording)).toEqual(new Map())
  }, 60_000)

  it('a number of samples that is none is refused', async () => {
    const signals = [{ label: 'x', samples: '12x' }]
    await expect(openBytes(edfHeader(one({ signals })))).rejects.toMatchObject({
      code: 'file-damaged',
    })
  })

  it('the year reaches from 1985 to 2084, further with EDF+', async () => {
    const start = async (fields: Partial<EdfFields>) =>
      (await openBytes(edfHeader(one(fields)), eight)).startedAt?.toISOString().slice(0, 10)
    expect(await start({ recording: '', date: '31.12.85' })).toBe('1985-12-31')
    expect(await start({ recording: '', date: '31.12.84' })).toBe('2084-12-31')
    expect(await start({ recording: 'Startdate 01-FEB-2099 X X X', date: '01.02.yy' })).toBe(
      '2099-02-01',
    )
    expect(await start({ recording: '', date: '31.02.20' })).toBeUndefined()
  })
})

describe('damage at random', () => {
  it('1500 mutated headers and 60 cuts: samples, or a coded error', async () => {
    const signals = [
      { label: 'EEG Fp1', samples: 50 },
      { label: 'EEG Fp2', samples: 25 },
      { label: 'EDF Annotations', samples: 20 },
    ]
    const header = edfHeader({ records: 6, seconds: 0.5, reserved: 'EDF+D', signals })
    const records = [0, 1, 2, 5, 6, 7].map((k) =>
      Buffer.concat([
        int16Samples(Array.from({ length: 75 }, (_, i) => i * 31 - 900)),
        annotationBytes([`+${k / 2}\x14\x14`, `+${k}\x14m\x14`], 40),
      ]),
    )
    const sound = Buffer.concat([header, ...records])
    let state = 7
    const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    let read = 0
    const attempt = async (bytes: Uint8Array) => {
      try {
        const recording = await openBytes(bytes)
        for await (const item of recording.read()) read += item.kind === 'chunk' ? 1 : 0
      } catch (cause) {
        if (!(cause instanceof SynapseError)) throw cause
        expect(cause.code).toMatch(/^file-(damaged|unreadable)$/)
      }
    }
    for (let run = 0; run < 1500; run++) {
      const mutated = Uint8Array.from(sound)
      for (let i = 0; i < 3; i++) {
        mutated[Math.floor(next() * (run % 2 ? header.length : 256))] = Math.floor(next() * 128)
      }
      await attempt(mutated)
    }
    for (let cut = 0; cut < 60; cut++) {
      await attempt(sound.subarray(0, Math.floor(next() * sound.length)))
    }
    expect(read).toBeGreaterThan(5000)
  }, 60_000)
})
