/**
 * A board's bytes through a real terminal into a file, and out again with somebody else's reader:
 * the whole way of a sample that a user depends on.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EmulatorEvent } from '../../src/devices/index.ts'
import { dataFile } from '../data-folder.ts'
import { askPyxdf, type PyxdfStream } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { emulatedCyton, infoOf, synapse } from './synapse.ts'

const sample = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const microvoltsPerCount = 4.5e6 / 24 / (2 ** 23 - 1)
const channels = 8

/** The counts of the recording, read without any of our code. */
function countsIn(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const cells = line.split(',').slice(1, 1 + channels)
      return cells.map((cell) => Math.round(Number(cell) / microvoltsPerCount))
    })
}

async function pyxdfStreams(path: string): Promise<{ eeg: PyxdfStream; clock: PyxdfStream }> {
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: true })
  const byName = (name: string) => file!.streams.find((stream) => stream.name === name)!
  return { eeg: byName('Cyton EEG'), clock: byName('Cyton EEG clock') }
}

/** Sample index of every row, as the companion stream has it. */
function indicesOf(clock: PyxdfStream): number[] {
  return clock.values!.map((row) => Number(row[0]))
}

async function recordBoard(link: string, out: string, seconds: number) {
  const options = ['--device', 'openbci-cyton', '--port', link, '--seconds', String(seconds)]
  const result = await synapse('record', ...options, '--out', out, '--json')
  expect(result.stderr).not.toMatch(/\[(?!silent|link)/)
  expect(result.code).toBe(0)
  return JSON.parse(result.stdout)
}

describe.runIf(sample !== undefined)(
  'a real recording, played by the board and recorded again',
  () => {
    test('comes back bit for bit, with nothing lost', async () => {
      const folder = scratchFolder()
      const speed = 8
      const truth = countsIn(sample!)
      const link = folder.path('port')
      const board = await emulatedCyton(link, '--from', sample!, '--speed', String(speed))
      const seconds = truth.length / 250 / speed + 2
      await recordBoard(link, folder.path('again.xdf'), seconds)
      await board.end()
      const { eeg, clock } = await pyxdfStreams(folder.path('again.xdf'))
      expect(eeg.values!.length).toBe(truth.length)
      expect(eeg.values).toEqual(truth)
      expect(indicesOf(clock)).toEqual(truth.map((_, i) => i))
      const info = await infoOf(folder.path('again.xdf'))
      expect(info.code).toBe(0)
      const stream = info.streams.find(({ type }) => type === 'EEG')!
      expect(stream.samples).toBe(truth.length)
      expect(stream.gaps).toEqual([])
      expect(info.ledger.lost).toBe(0)
    })

    test('with packets lost and corrupted, every gap stands where it was made', async () => {
      const folder = scratchFolder()
      const truth = countsIn(sample!)
      const link = folder.path('port')
      const faults = ['--lose', '0.01', '--corrupt', '0.01', '--seed', '7']
      const board = await emulatedCyton(link, '--from', sample!, '--speed', '8', ...faults)
      await recordBoard(link, folder.path('damaged.xdf'), truth.length / 250 / 8 + 2)
      const { events } = await board.end()
      const missing = damagedPackets(events)
      const { eeg, clock } = await pyxdfStreams(folder.path('damaged.xdf'))
      const indices = indicesOf(clock)
      const last = indices.at(-1)!
      const expected = truth.map((_, i) => i).filter((i) => !missing.has(i) && i <= last)
      expect(indices).toEqual(expected)
      expect(eeg.values).toEqual(expected.map((i) => truth[i]))
      const { streams } = await infoOf(folder.path('damaged.xdf'))
      const { samples, gaps } = streams.find(({ type }) => type === 'EEG')!
      const lost = gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
      const missed = [...missing].filter((i) => i <= last)
      expect(missing.size).toBeGreaterThan(200)
      expect({ samples, lost }).toEqual({ samples: expected.length, lost: missed.length })
      const inGaps = gaps.flatMap(({ atSample, lostSamples }) =>
        Array.from({ length: lostSamples }, (_, i) => atSample + i),
      )
      expect(inGaps).toEqual(missed.sort((a, b) => a - b))
    })

    test('unplugged and plugged in again, it goes on within 3 s, with the gap marked', async () => {
      const folder = scratchFolder()
      const truth = countsIn(sample!)
      const link = folder.path('port')
      const pull = ['--unplug-at', '2', '--unplug-seconds', '1.5']
      const board = await emulatedCyton(link, '--from', sample!, ...pull)
      await recordBoard(link, folder.path('pulled.xdf'), 8)
      const { events } = await board.end()
      const plugged = events.find(({ kind }) => kind === 'plugged')!.packet
      const { eeg, clock } = await pyxdfStreams(folder.path('pulled.xdf'))
      const indices = indicesOf(clock)
      expect(eeg.values).toEqual(indices.map((i) => truth[i]))
      const { streams } = await infoOf(folder.path('pulled.xdf'))
      const { gaps } = streams.find(({ type }) => type === 'EEG')!
      expect(gaps.length).toBe(1)
      const [gap] = gaps
      const resumed = gap!.atSample + gap!.lostSamples
      expect(gap!.lostSamples).toBeGreaterThanOrEqual(1.5 * 250 - 2)
      expect((resumed - plugged) / 250).toBeLessThan(3)
      expect(indices.at(-1)).toBeGreaterThan(resumed + 250)
    })
  },
)

function damagedPackets(events: readonly EmulatorEvent[]): Set<number> {
  const damaged = events.filter(({ kind }) => kind === 'lost' || kind === 'corrupted')
  return new Set(damaged.map(({ packet }) => packet))
}
