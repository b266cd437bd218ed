/** Event and spectral nodes on recordings of other people, against what is known of these. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { dataFile } from '../../../test/data-folder.ts'
import { physicalChannel } from '../../signal/index.ts'

const spindleFile = dataFile('raphaelvallat__yasa/data_N2_spindles_15sec_200Hz.txt')
const blinkFile = dataFile('NeuroTechX__eeg-101/blinks.csv')
const cleanFile = dataFile('NeuroTechX__eeg-101/clean.csv')
const openBciFile = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const closedFile = dataFile('PIA-Group__BioSPPy/eeg_ec.txt')
const openFile = dataFile('PIA-Group__BioSPPy/eeg_eo.txt')
const flickerFiles = ['21.20.04', '21.22.51'].map((at) =>
  dataFile(`alexandrebarachant__muse-lsl/SSVEP/data_2017-09-14-${at}.csv`),
)

function signalOf(
  rateHz: number,
  labels: readonly string[],
  rows: readonly (readonly number[])[],
): TestSignal {
  return {
    samples: rows.length,
    value: (sample, channel) => rows[sample]![channel]!,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

/** Rows of numbers; lines that are not are left out. */
function readRows(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => line.split(',').map(Number))
    .filter((row) => row.every(Number.isFinite))
}

interface Found {
  readonly onset: number
  readonly end: number
  readonly more: readonly number[]
}

function eventsOf(node: string, signal: TestSignal, options: Record<string, unknown> = {}) {
  const { frames } = runNode({ node, options, signal, chunks: [23] })
  return frames.map(([, hostTime, , since, duration, ...more]): Found => {
    // The test's samples arrive 10 ms after their time.
    const onset = hostTime! - 0.01 - since!
    return { onset, end: onset + duration!, more }
  })
}

describe.skipIf(!spindleFile)('on 15 s of sleep with two spindles', () => {
  const sleep = () => signalOf(200, ['Cz'], mirrored(readRows(spindleFile!), 650))

  test('finds both, and nothing else, within 0.1 s and 0.3 Hz of YASA', () => {
    const known = [
      { onset: 3.305, end: 4.055, hz: 12.85 },
      { onset: 13.265, end: 13.84, hz: 12.15 },
    ]
    const found = eventsOf('spindle', sleep())
    expect(found.length).toBe(2)
    found.forEach(({ onset, end, more }, i) => {
      expect(Math.abs(onset - known[i]!.onset)).toBeLessThan(0.1)
      expect(Math.abs(end - known[i]!.end)).toBeLessThan(0.1)
      expect(Math.abs(more[1]! - known[i]!.hz)).toBeLessThan(0.3)
    })
  })

  test('finds the same after restore in the middle of a spindle', () => {
    const run = { node: 'spindle', signal: sleep(), chunks: [23] }
    const whole = runNode(run).frames
    for (const restoreAt of [700, 1100, 1300, 3200]) {
      expect(runNode({ ...run, restoreAt }).frames).toEqual(whole)
    }
  })
})

/** Goes on with its own mirror image, as MNE's filters see it: what is near its end can be judged. */
function mirrored(rows: readonly (readonly number[])[], samples: number): (readonly number[])[] {
  const last = rows.at(-1)!
  const after = Array.from({ length: samples }, (_, i) =>
    last.map((value, c) => 2 * value - rows.at(-2 - i)![c]!),
  )
  return [...rows, ...after]
}

describe.skipIf(!blinkFile || !cleanFile)('on a Muse', () => {
  const labels = ['TP9', 'AF7', 'AF8', 'TP10']

  test('the three blinks are found where there are some', () => {
    const found = eventsOf('blink-detector', signalOf(256, labels, readRows(blinkFile!)))
    expect(found.length).toBe(3)
    const wanted = [0.25, 1.7, 3.7]
    found.forEach(({ onset }, i) => {
      expect(Math.abs(onset - wanted[i]!)).toBeLessThan(0.1)
    })
  })

  test('no blink is found in a clean recording', () => {
    const signal = signalOf(256, labels, readRows(cleanFile!))
    expect(eventsOf('blink-detector', signal)).toEqual([])
  })
})

describe.skipIf(!openBciFile)('on a Cyton recording of blinks, jaw clenching and alpha', () => {
  test('blinks are found at its beginning, and none during the alpha with closed eyes', () => {
    const rows = readFileSync(openBciFile!, 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(',').slice(1, 9).map(Number))
    const labels = ['Fp1', 'Fp2', 'C3', 'C4', 'P7', 'P8', 'O1', 'O2']
    const onsets = eventsOf('blink-detector', signalOf(250, labels, rows)).map((each) => each.onset)
    expect(onsets.filter((onset) => onset < 26).length).toBeGreaterThanOrEqual(5)
    expect(onsets.filter((onset) => onset > 26 && onset < 75)).toEqual([])
  })
})

describe.skipIf(!closedFile || !openFile)('on eyes closed and open', () => {
  const closed = () => signalOf(125, ['EEG'], readRows(closedFile!))
  const open = () => signalOf(125, ['EEG'], readRows(openFile!))

  test.each([
    ['at the highest bin', { interpolate: false }, 1e-9],
    ['between the bins, half of one off at most,', {}, 0.125],
  ])('the alpha peak %s lies at 9.75 Hz', (_how, how, offHz) => {
    const options = { windowSeconds: 300, hopSeconds: 1, segmentSeconds: 4, ...how }
    const { frames } = runNode({ node: 'alpha-peak', options, signal: closed(), chunks: [64] })
    expect(Math.abs(frames.at(-1)![2]! - 9.75)).toBeLessThan(offHz)
  })

  test('the share of alpha from 1 to 30 Hz is 0.120 closed and 0.054 open', () => {
    const options = { windowSeconds: 240, segmentSeconds: 4, lowHz: 1, highHz: 30 }
    const [whenClosed, whenOpen] = [closed(), open()].map((signal) => {
      const { frames } = runNode({ node: 'psd', options, signal, chunks: [64] })
      const density = frames.at(-1)!.slice(2)
      const sum = (from: number, to: number) =>
        density.slice((from - 1) * 4, (to - 1) * 4 + 1).reduce((all, each) => all + each, 0)
      return sum(8, 13) / sum(1, 30)
    })
    expect(Math.abs(whenClosed! / 0.12 - 1)).toBeLessThan(0.05)
    expect(Math.abs(whenOpen! / 0.054 - 1)).toBeLessThan(0.05)
  })

  test('alpha power sliding over the recordings is stronger with the eyes closed', () => {
    const options = { scale: 'relative', bands: [{ name: 'alpha', lowHz: 8, highHz: 13 }] }
    const shares = [closed(), open()].map((signal) => {
      const whole = { lowHz: 1, highHz: 30 }
      const run = { node: 'band-power', options: { ...options, whole }, signal, chunks: [64] }
      const { frames } = runNode(run)
      return frames.reduce((sum, frame) => sum + frame[2]!, 0) / frames.length
    })
    expect(shares[0]! / shares[1]!).toBeGreaterThan(1.5)
  })
})

describe.skipIf(!flickerFiles.every(Boolean))('on a Muse in front of a flickering screen', () => {
  const rateHz = 256
  const aux = 5
  const marker = 6

  /** Density of the AUX channel from 5 to 40 Hz, over 2 s that begin 0.5 to 1 s after a marker. */
  function densityAfter(path: string, wanted: number) {
    const rows = readRows(path)
    const signal = signalOf(
      rateHz,
      ['AUX'],
      rows.map((row) => [row[aux]!]),
    )
    const options = { windowSeconds: 2, hopSeconds: 0.125, segmentSeconds: 2, lowHz: 5, highHz: 40 }
    const { frames } = runNode({ node: 'psd', options, signal, chunks: [64] })
    const ends = rows.flatMap((row, at) => (row[marker] === wanted ? [at + 2.5 * rateHz] : []))
    const inside = frames.filter(([hop]) => {
      const end = (hop! + 1) * 32
      return ends.some((from) => end >= from && end <= from + 0.5 * rateHz)
    })
    expect(inside.length).toBeGreaterThan(20)
    return Array.from({ length: 71 }, (_, k) => ({
      hz: 5 + k / 2,
      power: inside.reduce((sum, frame) => sum + frame[2 + k]!, 0),
    }))
  }

  test.each([
    [1, 30],
    [2, 20],
  ])('marker %i is followed by %i Hz', (wanted, flickerHz) => {
    for (const path of flickerFiles) {
      const density = densityAfter(path!, wanted)
      const near = density.filter(({ hz }) => Math.abs(hz - flickerHz) <= 4)
      const peak = near.reduce((best, each) => (each.power > best.power ? each : best))
      expect(peak.hz).toBe(flickerHz)
      const beside = near.filter(({ hz }) => Math.abs(hz - flickerHz) >= 1.5)
      const mean = beside.reduce((sum, { power }) => sum + power, 0) / beside.length
      expect(peak.power / mean).toBeGreaterThan(5)
    }
  })
})
