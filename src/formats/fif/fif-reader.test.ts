import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { oraclePython, oracleScript } from '../../../test/oracles/oracle.ts'
import { askMne, type SignalFacts } from '../../../test/oracles/signal-facts.ts'
import { readAll, readColumns } from '../../../test/read-all.ts'
import { random } from '../../../test/sound-recording.ts'
import { SynapseError } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording, openRecordingFile } from '../open.ts'
import { verifyRecording } from '../verify.ts'

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const names = ['short', 'int', 'single', 'double'] as const
beforeAll(() => {
  execFileSync(oraclePython(), [oracleScript('write_fif.py'), scratch])
}, 60_000)

/** Every 7th sample of every channel, as MNE has it. */
async function expectAsMne(path: string, known?: SignalFacts): Promise<void> {
  const recording = await openRecordingFile(path)
  const facts = known ?? (await askMne([path], 7))[0]
  const { info, samples } = recording.streams[0]!
  expect(samples).toBe(facts!.samples)
  expect(info.nominalRateHz).toBeCloseTo(facts!.rate, 6)
  expect(info.channels.map(({ label }) => label)).toEqual(facts!.labels)
  const columns = await readColumns(recording)
  for (const [i, { label, scale }] of info.channels.entries()) {
    const found = columns.get(label)!
    for (const [k, wanted] of facts!.columns[i]!.entries()) {
      const off = Math.abs(found[7 * k]! * scale - wanted)
      if (off > Math.abs(wanted) * 1e-6) expect.fail(`${label}, sample ${7 * k}: ${off} off`)
    }
  }
  expect(recording.markers.map(({ time, label }) => [time, label])).toEqual(
    facts!.annotations.map(([onset, , text]) => [expect.closeTo(onset, 3), text]),
  )
  expect((await verifyRecording(recording)).sound).toBe(true)
  await recording.close()
}

describe('as MNE reads it', () => {
  const files = [
    'mne-tools__mne-python/test_bin_raw.fif',
    'sylvchev__dataset-ssvep-exoskeleton/subject01/record-[2012.07.06-19.02.16]_raw.fif',
  ]
  it.for(files)('%s', { timeout: 60_000 }, async (name, { skip }) => {
    await expectAsMne(dataFile(name) ?? skip(`${name} is not here`))
  })

  it('samples of every type, with annotations and long names', { timeout: 60_000 }, async () => {
    const paths = names.map((name) => join(scratch, `${name}_raw.fif`))
    const facts = await askMne(paths, 7)
    for (const [i, path] of paths.entries()) await expectAsMne(path, facts[i])
  })
})

it('28 channels of the BrainVision recording are those of its FIF; 4 are in no millionths', async ({
  skip,
}) => {
  const fif = dataFile('mne-tools__mne-python/test_bin_raw.fif') ?? skip('not here')
  const vhdr = dataFile('mne-tools__mne-python/test.vhdr') ?? skip('not here')
  const [a, b] = [await openRecordingFile(fif), await openRecordingFile(vhdr)]
  const [mine, theirs] = [await readColumns(a), await readColumns(b)]
  let alike = 0
  for (const [c, { label, scale, unit }] of b.streams[0]!.info.channels.entries()) {
    const factor = /^[uµ]/.test(unit) ? 1e-6 : 1
    const other = a.streams[0]!.info.channels[c]!
    const volts = mine.get(other.label)!
    const off = theirs
      .get(label)!
      .map((raw, i) => Math.abs(raw * scale * factor - volts[i]! * other.scale))
    if (Math.max(...off) < 1e-9) alike += 1
  }
  expect(alike).toBe(28)
  await a.close()
  await b.close()
})

it('a skip is a gap of so many samples, and what follows keeps its time', async () => {
  const recording = await openRecordingFile(join(scratch, 'skip_raw.fif'))
  const { gaps } = recording.streams[0]!
  expect(gaps).toMatchObject([{ atSample: 1000, lostSamples: 1000, exact: true, startTime: 10 }])
  const { indices, time } = [...(await readAll(recording)).values()][0]!
  expect(indices[1000]).toBe(2000)
  expect(time[1000]).toBe(20)
  await recording.close()
})

it('events alone are refused, and MNE is named', async ({ skip }) => {
  const name = 'sylvchev__dataset-ssvep-exoskeleton/subject01/record-[2012.07.06-19.02.16]-eve.fif'
  const path = dataFile(name) ?? skip('not here')
  await expect(openRecordingFile(path)).rejects.toMatchObject({
    code: 'file-unreadable',
    remedy: expect.stringContaining('MNE'),
  })
})

it('damage of any bit, or a cut anywhere: refused with a code, or read', async () => {
  const next = random(3)
  const whole = readFileSync(join(scratch, 'short_raw.fif'))
  for (let run = 0; run < 300; run++) {
    const bytes = Uint8Array.from(whole)
    const at = Math.floor(next() * (run % 2 ? bytes.length : 6000))
    bytes[at]! ^= 1 << Math.floor(next() * 8)
    const damaged = run % 5 === 0 ? bytes.subarray(0, at) : bytes
    try {
      await verifyRecording(await openRecording(memorySource(damaged), 'x_raw.fif'))
    } catch (cause) {
      if (!(cause instanceof SynapseError)) throw cause
      expect(cause.code).toMatch(/^file-/)
    }
  }
})
