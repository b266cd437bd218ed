import { describe, expect, it, onTestFinished } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { readAll } from '../../../test/read-all.ts'
import { random } from '../../../test/sound-recording.ts'
import { SynapseError } from '../../signal/index.ts'
import { openFileSource } from '../file-io.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { type Recording, summarise } from '../recording.ts'

const sample = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const openText = (lines: readonly string[]) =>
  openRecording(memorySource(Buffer.from(`${lines.join('\n')}\n`, 'latin1')), 'text')
const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

describe('the sample file of OpenBCI, version 6', () => {
  it.skipIf(!sample)('has 22 490 samples at 250 Hz and no gap', async () => {
    const source = await openFileSource(sample!)
    onTestFinished(() => source.close())
    const recording = await openRecording(source, sample!)
    const { format, streams, markers, problems } = summarise(recording)
    expect([format, markers, problems]).toEqual(['openbci-text', [], []])
    expect(streams.map(({ id, type, samples, gaps }) => [id, type, samples, gaps])).toEqual([
      ['exg', 'EEG', 22_490, []],
      ['accel', 'ACC', 22_490, []],
      ['aux', 'Misc', 22_490, []],
    ])
    expect(streams.map(({ nominalRateHz }) => nominalRateHz)).toEqual([250, 250, 250])
    expect(streams[0]!.samples / streams[0]!.nominalRateHz).toBe(89.96)
    expect(recording.startedAt!.toISOString().slice(0, 21)).toBe('2019-05-15T16:00:53.3')
    const contents = await readAll(recording)
    const { rows, sequence, indices, time } = contents.get('exg')!
    // The first and the last line of the file, as they are printed there.
    expect(rows[0]).toEqual([
      61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.1, 1740.11,
    ])
    expect(rows.at(-1)).toEqual([
      58705.56, 46972.84, -18624.12, -27123.57, -9153.87, -18340.03, -5887.83, -6470.99,
    ])
    expect(contents.get('accel')!.rows.at(-1)).toEqual([0.028, 0.768, 0.614])
    expect(sequence.slice(254, 258)).toEqual([254, 255, 0, 1])
    expect(sequence.at(-1)).toBe(217)
    expect(indices).toEqual(Array.from({ length: 22_490 }, (_, i) => i))
    for (let i = 1; i < time.length; i++) expect(time[i]! - time[i - 1]!).toBeGreaterThan(0)
  })

  it.skipIf(!sample)('gives the counts of the converter back', async () => {
    const source = await openFileSource(sample!)
    onTestFinished(() => source.close())
    const recording = await openRecording(source, sample!)
    const perCount = Number(recording.streams[0]!.info.origin.settings!.microvoltsPerCount)
    expect(perCount).toBeCloseTo(0.02235174, 8)
    const { rows } = (await readAll(recording)).get('exg')!
    for (const value of rows.flat().slice(0, 80_000)) {
      // Printed with two digits, a count is 0.022 µV: the nearest one prints the same.
      expect(Math.abs(Math.round(value / perCount) * perCount - value)).toBeLessThan(0.0112)
    }
  })
})

const header = (rate: number, channels: number, board: string) => [
  '%OpenBCI Raw EXG Data',
  `%Number of channels = ${channels}`,
  `%Sample Rate = ${rate} Hz`,
  `%Board = OpenBCI_GUI$${board}`,
]
const cytonNames =
  'Sample Index, EXG Channel 0, EXG Channel 1, Accel Channel 0, Accel Channel 1, ' +
  'Accel Channel 2, Other, Other, Timestamp, Marker Channel, Timestamp (Formatted)'

interface RowFields {
  readonly index: number
  readonly seconds: number
  readonly marker?: number
}

/** As version 5 and 6 print it: Unix seconds in Java's notation. */
const cytonRow = ({ index, seconds, marker = 0 }: RowFields) =>
  `${index}.0, ${index / 8}, ${-index / 4}, 0.5, 0.25, 1.0, 192.0, 0.0, ` +
  `${(1.7e9 + seconds).toFixed(6)}, ${marker}.0, 2023-11-14 22:13:20.000`

const cyton = (rows: readonly RowFields[]) => [
  ...header(250, 2, 'BoardCytonSerial'),
  cytonNames,
  ...rows.map(cytonRow),
]

/** Rows at 250 Hz that arrive in bursts of ten. */
const burst = (samples: readonly number[]) =>
  samples.map((sample) => ({ index: sample % 256, seconds: Math.ceil((sample + 1) / 10) * 0.04 }))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('losses', () => {
  it('a jump of the index within one turn of the counter is exact', async () => {
    const recording = await openText(cyton(burst([...range(0, 1000), ...range(1100, 2000)])))
    const { gaps, samples } = recording.streams[0]!
    expect(samples).toBe(1900)
    expect(gaps).toEqual([
      {
        ...{ atSample: 1000, lostSamples: 100, exact: true, reason: 'lost' },
        startTime: expect.closeTo(4, 1),
      },
    ])
    expect(recording.streams.map((stream) => stream.gaps)).toEqual([gaps, gaps, gaps])
    expect(recording.ledger).toEqual({ expected: 6000, received: 5700, lost: 300 })
    const { indices, time } = (await readAll(recording)).get('exg')!
    expect(indices[1000]).toBe(1100)
    // The stamps come ten at a time; the line through them does not.
    const steps = time.slice(1, 1000).map((each, i) => each - time[i]!)
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-9)
    expect(time.at(-1)! - time[0]!).toBeCloseTo(1999 / 250, 2)
  })

  it('a pause longer than the counter can tell is an estimate that fits the counter', async () => {
    const recording = await openText(cyton(burst([...range(0, 1000), ...range(3456, 4000)])))
    const { gaps } = recording.streams[0]!
    expect(gaps).toMatchObject([{ atSample: 1000, exact: false, reason: 'lost' }])
    expect(gaps[0]!.lostSamples % 256).toBe(2456 % 256)
    expect(Math.abs(gaps[0]!.lostSamples - 2456)).toBeLessThanOrEqual(256)
  })

  it('a second of silence and then all at once is no loss', async () => {
    const rows = range(0, 1000).map((sample) => ({
      index: sample % 256,
      seconds: sample > 400 && sample < 700 ? 2.8 : sample / 250,
    }))
    expect((await openText(cyton(rows))).ledger.lost).toBe(0)
  })

  it('a row that is repeated is no loss of almost a turn', async () => {
    const recording = await openText(cyton(burst([...range(0, 600), 599, ...range(600, 1000)])))
    expect(recording.ledger.lost).toBe(0)
    expect(codes(recording)).toEqual(['bad-sample-index'])
  })

  it('Daisy counts in twos, Ganglion twice', async () => {
    const odd = range(0, 1000).map((i) => ({ index: (2 * i + 1) % 256, seconds: i / 125 }))
    const daisy = [
      ...header(125, 2, 'BoardCytonSerialDaisy'),
      cytonNames,
      ...[...odd.slice(0, 500), ...odd.slice(507)].map(cytonRow),
    ]
    expect((await openText(daisy)).streams[0]!.gaps).toMatchObject([
      { atSample: 500, lostSamples: 7, exact: true },
    ])
    const twice = range(0, 1000).map((i) => ({ index: Math.floor(i / 2) % 100, seconds: i / 200 }))
    const ganglion = [
      ...header(200, 2, 'BoardGanglionNative'),
      cytonNames,
      ...[...twice.slice(0, 300), ...twice.slice(306)].map(cytonRow),
    ]
    expect((await openText(ganglion)).streams[0]!.gaps).toMatchObject([
      { atSample: 300, lostSamples: 6, exact: true },
    ])
  })
})

describe('what a row says', () => {
  it('a marker that is not 0 is a marker at the time of its row', async () => {
    const rows = burst(range(0, 1000)).map((row, i) => ({ ...row, marker: i === 500 ? 7 : 0 }))
    const recording = await openText(cyton(rows))
    const { time } = (await readAll(recording)).get('exg')!
    expect(recording.markers).toEqual([
      { time: time[500], label: '7', durationSeconds: 0, value: 7 },
    ])
  })

  it('rows that are cut or no rows are skipped and noted', async () => {
    const lines = cyton(burst(range(0, 600)))
    lines[100] = lines[100]!.slice(0, 30)
    lines[200] = 'nonsense'
    lines.push('88, 1.0, 2.')
    const recording = await openText(lines)
    expect(codes(recording)).toEqual(['bad-row'])
    expect(recording.problems[0]!.message).toMatch(/line 101 .*, and 2 more/)
    expect(recording.streams[0]).toMatchObject({ samples: 598 })
    // The counter knows of the two rows that could not be read.
    expect(recording.streams[0]!.gaps.map((gap) => gap.lostSamples)).toEqual([1, 1])
  })

  it('carriage returns and a byte order mark are no fault', async () => {
    const text = `\u00ef\u00bb\u00bf${cyton(burst(range(0, 600))).join('\r\n')}`
    const recording = await openRecording(memorySource(Buffer.from(text, 'latin1')), 'text')
    expect(recording.problems).toEqual([])
    expect(recording.streams[0]!.samples).toBe(600)
  })

  it('columns of the same name are told apart', async () => {
    const { streams } = await openText(cyton(burst(range(0, 10))))
    expect(streams[2]!.info.channels.map(({ label }) => label)).toEqual(['Other 0', 'Other 1'])
  })

  it('a header without a row is damaged', async () => {
    await expect(openText(cyton([]))).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

describe('damage at random', () => {
  it('600 mutated files: samples, or a coded error', async () => {
    const sound = Buffer.from(cyton(burst(range(0, 400))).join('\n'), 'latin1')
    const next = random(4)
    let rows = 0
    for (let run = 0; run < 600; run++) {
      const mutated = Uint8Array.from(sound)
      for (let i = 0; i < 4; i++) {
        // Half of them in the description, where a byte means most.
        const at = Math.floor(next() * (run % 2 ? sound.length : 300))
        mutated[at] = Math.floor(next() * 256)
      }
      const length = Math.floor(sound.length * Math.min(1, 0.5 + next()))
      try {
        const recording = await openRecording(memorySource(mutated.subarray(0, length)), 'text')
        const contents = await readAll(recording)
        for (const { info, samples } of recording.streams) {
          expect(contents.get(info.id)!.rows).toHaveLength(samples)
        }
        rows += recording.streams[0]!.samples
      } catch (cause) {
        if (!(cause instanceof SynapseError)) throw cause
        expect(cause.code).toMatch(/^file-(damaged|unreadable)$/)
      }
    }
    expect(rows).toBeGreaterThan(100_000)
  })
})

describe('version 4 of the GUI', () => {
  const old = [
    '%OpenBCI Raw EEG Data',
    '%Number of channels = 2',
    '%Sample Rate = 250.0 Hz',
    '%First Column = SampleIndex',
    '%Last Column = Timestamp',
    '%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data',
  ]
  const time = (i: number) => {
    // Ten seconds before midnight.
    const seconds = (86_390 + i / 250) % 86_400
    const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
    const part = (value: number) => String(value).padStart(2, '0')
    return `${part(hour)}:${part(minute)}:${(seconds % 60).toFixed(3).padStart(6, '0')}`
  }

  it('has no column names; the time of day goes on past midnight', async () => {
    const rows = range(0, 5000).map((i) => `${i % 256}, 1.25, -2.50, 0.1, 0.2, 0.3, ${time(i)}`)
    const recording = await openText([...old, ...rows])
    expect(recording.problems).toEqual([])
    expect(recording.startedAt).toBeNull()
    expect(recording.streams.map(({ info, samples }) => [info.id, samples])).toEqual([
      ['exg', 5000],
      ['accel', 5000],
    ])
    expect(recording.streams[0]!.effectiveRateHz).toBeCloseTo(250, 2)
    expect((await readAll(recording)).get('accel')!.rows[0]).toEqual([0.1, 0.2, 0.3])
  })

  it('may print decimals with a comma', async () => {
    const rows = range(0, 600).map(
      (i) => `${i % 256}, -187500,02, 2,5, 0,10, 0,20, 0,30, ${time(i)}`,
    )
    const recording = await openText([...old, ...rows])
    const contents = await readAll(recording)
    expect(contents.get('exg')!.rows[0]).toEqual([-187500.02, 2.5])
    expect(contents.get('accel')!.rows[0]).toEqual([0.1, 0.2, 0.3])
  })

  it('may not even say how many channels there are', async () => {
    const lines = old.map((line) => (line.startsWith('%Number') ? '%' : line))
    const rows = range(0, 600).map((i) => `${i % 256}, 1, 2, 3, 4, 0.1, 0.2, 0.3, ${time(i)}`)
    const recording = await openText([...lines, ...rows])
    expect(recording.streams[0]!.info.channels).toHaveLength(4)
    expect(codes(recording)).toEqual(['unknown-layout'])
  })
})

describe('BrainFlow CSV', () => {
  const rows = (
    columns: number,
    rateHz: number,
    separator: string,
    counts: (i: number) => number,
  ) =>
    range(0, 1200).map((i) =>
      [
        counts(i),
        ...range(1, columns - 2).map((column) => column + i / 1024),
        (1.7e9 + i / rateHz).toFixed(6),
        i === 700 ? 3 : 0,
      ].join(separator),
    )

  it.each([
    ['Cyton', 24, 250, [8, 3, 10], '\t'],
    ['Cyton', 24, 250, [8, 3, 10], ','],
    ['Ganglion', 15, 200, [4, 3, 5], '\t'],
    ['Cyton Daisy', 32, 125, [16, 3, 10], '\t'],
  ])('%s: %i columns, %i Hz', async (name, columns, rateHz, channels, separator) => {
    const recording = await openText(rows(columns, rateHz, separator, (i) => i % 256))
    expect(recording.format).toBe('brainflow-csv')
    expect(recording.streams.map(({ info }) => info.channels.length)).toEqual(channels)
    expect(recording.streams[0]!.info).toMatchObject({
      nominalRateHz: rateHz,
      origin: { source: 'brainflow', model: name },
    })
    expect(recording.startedAt).toEqual(new Date(1.7e12))
    expect(codes(recording)).toEqual(['rate-inferred'])
    expect(recording.markers.map(({ label, time }) => [label, time])).toEqual([
      ['3', expect.closeTo(700 / rateHz, 6)],
    ])
    expect((await readAll(recording)).get('exg')!.rows[1024]).toEqual(
      range(1, 1 + channels[0]!).map((column) => column + 1),
    )
  })

  it('an unknown board: all columns, with a note', async () => {
    const recording = await openText(rows(9, 52, '\t', (i) => i))
    expect(codes(recording)).toEqual(['unknown-layout', 'rate-inferred'])
    expect(recording.streams.map(({ info }) => [info.id, info.channels.length])).toEqual([
      ['aux', 6],
    ])
    expect(recording.streams[0]!.info.nominalRateHz).toBeCloseTo(52, 1)
  })
})
