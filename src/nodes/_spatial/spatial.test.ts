import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { type Channel, physicalChannel, tenFiveDirection } from '../../signal/index.ts'
import { leadField } from '../_scalp/concentric-spheres.ts'

type Table = number[][]
interface Golden {
  labels: string[]
  positions: [number, number, number][]
  input: Table
  average: Table
  ears: Table
  pairs: [string, string][]
  bipolar: Table
  rest: Table
  bads: string[]
  interpolated: Table
  spherical: Record<string, [number, number, number]>
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/prepare_spatial.json', import.meta.url), 'utf8'),
)

function signalOf(channels: readonly Channel[], values: Table): TestSignal {
  return {
    samples: values.length,
    value: (s, c) => values[s]![c]!,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: 250,
      channels,
      origin: { source: 'test' },
    },
  }
}

const cap = golden.labels.map(
  (label, i): Channel => ({
    ...physicalChannel(label, 'EEG', 'uV', [-187500, 187500]),
    position: golden.positions[i]!,
  }),
)
const recorded = signalOf(cap, golden.input)

function run(node: string, options: Record<string, unknown>, signal = recorded) {
  const { frames, info } = runNode({ node, options, signal, chunks: [7, 1, 16] })
  return { values: frames.map(([, , ...values]) => values), info }
}

/** Largest difference relative to the largest input. */
function worst(found: Table, wanted: Table): number {
  expect([found.length, found[0]!.length]).toEqual([wanted.length, wanted[0]!.length])
  const scale = Math.max(...golden.input.flat().map(Math.abs))
  const errors = found.flatMap((row, f) => row.map((value, c) => Math.abs(value - wanted[f]![c]!)))
  return Math.max(...errors) / scale
}

test('common average, ears, chosen references and pairs are MNE’s within 1e-7 of the input', () => {
  const average = run('montage', {})
  expect(worst(average.values, golden.average)).toBeLessThan(1e-7)
  expect(average.info.channels[0]).toEqual({
    ...physicalChannel('Fp1', 'EEG', 'uV'),
    position: cap[0]!.position,
  })
  expect(worst(run('montage', { scheme: 'linked-ears' }).values, golden.ears)).toBeLessThan(1e-7)
  const references = ['TP9', 'TP10']
  const chosen = run('montage', { scheme: 'channels', references })
  expect(worst(chosen.values, golden.ears)).toBeLessThan(1e-7)
  const bipolar = run('montage', { scheme: 'bipolar', pairs: golden.pairs })
  expect(worst(bipolar.values, golden.bipolar)).toBeLessThan(1e-7)
  expect(bipolar.info.channels.map(({ label }) => label)).toEqual(['Fp1-F7', 'F7-T7', 'C3-Cz'])
})

test('REST over the same lead field is MNE’s within 1e-6 of the input', () => {
  const { values } = run('montage', { scheme: 'rest' })
  expect(worst(values, golden.rest)).toBeLessThan(1e-6)
})

test('REST comes nearer to the potentials against infinity than the average does', () => {
  const directions = golden.labels.map((label) => tenFiveDirection(label.toUpperCase())!)
  const field = leadField(directions)
  const truth = [0, 150, 300, 450].map((first) => {
    // Neighbouring sources together are a patch of cortex under the cap; the lattice has them in turns.
    const patch = [0, 13, 21, 34, 55].map((step) => first + step)
    return field.map((row) => patch.reduce((sum, source) => sum + row[source]!, 0))
  })
  const bare = golden.labels.map((label) => physicalChannel(label, 'EEG', 'uV'))
  const error = (scheme: string) => {
    const { values } = run('montage', { scheme }, signalOf(bare, truth))
    return truth.map((row, f) => Math.hypot(...row.map((value, c) => values[f]![c]! - value)))
  }
  const [rest, average] = [error('rest'), error('average')]
  rest.forEach((value, f) => {
    expect(value).toBeLessThan(0.5 * average[f]!)
  })
})

test('interpolated channels are MNE’s spherical splines within 1e-6, the others untouched', () => {
  const { values, info } = run('interpolate', { channels: golden.bads })
  expect(worst(values, golden.interpolated)).toBeLessThan(1e-6)
  golden.labels.forEach((label, c) => {
    if (golden.bads.includes(label)) expect(info.channels[c]!.range).toBeUndefined()
    else expect(values.map((row) => row[c])).toEqual(golden.input.map((row) => row[c]))
  })
})

test('by labels alone the interpolation comes near to that by positions', () => {
  const bare = golden.labels.map((label) => physicalChannel(`EEG ${label}-Ref`, 'EEG', 'uV'))
  const { values } = run('interpolate', { channels: golden.bads }, signalOf(bare, golden.input))
  expect(worst(values, golden.interpolated)).toBeLessThan(0.06)
})

test('all electrodes of the 10-05 system lie where MNE’s standard head has them, within 0.01°', () => {
  const { directions }: { directions: Record<string, number[]> } = JSON.parse(
    readFileSync(new URL('../../../test/golden/scalp_nodes.json', import.meta.url), 'utf8'),
  )
  expect(Object.keys(directions).length).toBe(344)
  for (const [label, wanted] of Object.entries(directions)) {
    const found = tenFiveDirection(label.toUpperCase())!
    expect(Math.hypot(...found)).toBeCloseTo(1, 12)
    const off = Math.hypot(...found.map((value, k) => value - wanted[k]!))
    expect(off).toBeLessThan((0.01 * Math.PI) / 180)
  }
  expect(tenFiveDirection('T3')).toEqual(tenFiveDirection('T7'))
  expect(tenFiveDirection('X1')).toBeUndefined()
})

test('a spherical cap has its electrodes at most 20° beside them', () => {
  for (const [label, [x, y, z]] of Object.entries(golden.spherical)) {
    const [a, b, c] = tenFiveDirection(label.toUpperCase())!
    expect((Math.acos(Math.min(1, a * x + b * y + c * z)) * 180) / Math.PI).toBeLessThan(20)
  }
})

test('the small Laplacian subtracts the mean of the nearest electrodes', () => {
  const labels = ['Cz', 'C1', 'C2', 'FCz', 'CPz', 'Fp1', 'O2']
  const channels = labels.map((label) => physicalChannel(label, 'EEG', 'uV'))
  const table = [[10, 1, 2, 3, 4, 1000, 2000]]
  const { values } = run('montage', { scheme: 'laplacian' }, signalOf(channels, table))
  expect(values[0]![0]).toBe(10 - 2.5)
  const options = { scheme: 'laplacian', neighbours: 3, exclude: ['C1'] }
  expect(run('montage', options, signalOf(channels, table)).values[0]![0]).toBe(10 - 3)
})

test('channels of other types pass as they are; bad ones count in no average', () => {
  const channels = [
    ...['Fp1', 'Fp2', 'C3'].map((label) => physicalChannel(label, 'EEG', 'uV')),
    physicalChannel('X', 'ACCEL', 'g', [-4, 4]),
  ]
  const signal = signalOf(channels, [[1, 2, 600, 0.5]])
  const { values, info } = run('montage', { exclude: ['C3'] }, signal)
  expect(values).toEqual([[-0.5, 0.5, 598.5, 0.5]])
  expect(info.channels[3]).toEqual(channels[3])
  const pairs = run('montage', { scheme: 'bipolar', pairs: [['Fp1', 'C3']] }, signal)
  expect(pairs.values).toEqual([[-599, 0.5]])
  expect(pairs.info.channels.map(({ label }) => label)).toEqual(['Fp1-C3', 'X'])
})

test('a value that is not finite spoils its own frame, and only where it takes part', () => {
  const channels = ['Fp1', 'Fp2', 'C3'].map((label) => physicalChannel(label, 'EEG', 'uV'))
  const signal = signalOf(channels, [
    [1, 2, 3],
    [Number.NaN, 2, 3],
    [Number.POSITIVE_INFINITY, 2, 3],
    [4, 5, 6],
  ])
  const pairs = [
    ['Fp1', 'Fp2'],
    ['C3', 'Fp2'],
  ]
  const { values } = run('montage', { scheme: 'bipolar', pairs }, signal)
  expect(values).toEqual([
    [-1, 1],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [-1, 1],
  ])
  const deaf = golden.input.map((row) => row.with(golden.labels.indexOf('C4'), Number.NaN))
  const mended = run('interpolate', { channels: golden.bads }, signalOf(cap, deaf))
  expect(worst(mended.values, golden.interpolated)).toBeLessThan(1e-6)
})

test('labels and types are given anew, and nothing else is touched', () => {
  const { values, info } = run('rename', {
    labels: { Fp1: 'Fp2', Fp2: 'Fp1', '2': 'VEOG' },
    types: { F7: 'EOG' },
  })
  expect(values).toEqual(golden.input)
  expect(info.channels[0]).toEqual({ ...cap[0], label: 'Fp2' })
  expect(info.channels[1]).toEqual({ ...cap[1], label: 'Fp1' })
  expect(info.channels[2]).toEqual({ ...cap[2], label: 'VEOG', type: 'EOG' })
})

test('what cannot be is refused, naming what is there', () => {
  const bad = (node: string, options: Record<string, unknown>, signal = recorded) =>
    expect(() => run(node, options, signal))
  bad('rename', { labels: { Nope: 'X' } }).toThrow(/labels.*0 channels "Nope"/)
  bad('rename', { labels: { Fp1: 'Fp2' } }).toThrow(/two channels.*"Fp2"/)
  bad('montage', { scheme: 'channels' }).toThrow(/references is empty/)
  bad('montage', { scheme: 'channels', references: ['A1'] }).toThrow(/exactly one channel "A1"/)
  bad('montage', { scheme: 'bipolar' }).toThrow(/pairs is empty/)
  bad('montage', { scheme: 'bipolar', pairs: [['C3', 'C3']] }).toThrow(/against itself/)
  const few = signalOf([physicalChannel('C3', 'EEG', 'uV')], [[1]])
  bad('montage', {}, few).toThrow(/1 channels of type EEG, and 2/)
  bad('montage', { scheme: 'linked-ears' }, few).toThrow(/A1\/A2, M1\/M2, TP9\/TP10/)
  const nameless = ['1', '2', '3', '4', '5'].map((label) => physicalChannel(label, 'EEG', 'uV'))
  const flat = signalOf(nameless, [[1, 2, 3, 4, 5]])
  bad('montage', { scheme: 'rest' }, flat).toThrow(/channel "1" lies/)
  bad('interpolate', { channels: ['3'] }, flat).toThrow(/channel "\d" lies/)
  bad('interpolate', { channels: golden.labels.slice(3) }).toThrow(/3 good channels.*4/)
  const mixed = ['C3', 'C4'].map((label, i) => physicalChannel(label, 'EEG', i ? 'uV' : 'mV'))
  bad('montage', {}, signalOf(mixed, [[1, 2]])).toThrow(/different units: mV, uV/)
  const twice = ['C3', 'C4', 'Fz', 'T3', 'T7'].map((label) => physicalChannel(label, 'EEG', 'uV'))
  bad('montage', { scheme: 'laplacian' }, signalOf(twice, [[1, 2, 3, 4, 5]])).toThrow(
    /"T3" and "T7" lie at the same place/,
  )
})
