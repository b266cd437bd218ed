import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { oraclePython, oracleScript } from '../../../test/oracles/oracle.ts'
import { askMne } from '../../../test/oracles/signal-facts.ts'
import { readColumns } from '../../../test/read-all.ts'
import { random } from '../../../test/sound-recording.ts'
import { SynapseError } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording, openRecordingFile } from '../open.ts'
import { verifyRecording } from '../verify.ts'

const scratch = mkdtempSync(join(tmpdir(), 'synapse-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

it('eeglab_data: 32 channels, 128 Hz, 30 504 samples, 80 "square", 74 "rt"', {
  timeout: 60_000,
}, async ({ skip }) => {
  const path = dataFile('sccn__eeglab/eeglab_data.set') ?? skip('not here')
  const recording = await openRecordingFile(path)
  const { info, samples } = recording.streams[0]!
  expect(info.channels).toHaveLength(32)
  expect(info.nominalRateHz).toBe(128)
  expect(samples).toBe(30_504)
  const count = (label: string) => recording.markers.filter((each) => each.label === label).length
  expect([count('square'), count('rt')]).toEqual([80, 74])
  expect((await verifyRecording(recording)).sound).toBe(true)
  const [facts] = await askMne([path], 16)
  const columns = await readColumns(recording)
  expect(info.channels.map(({ label }) => label)).toEqual(facts!.labels)
  for (const [i, label] of facts!.labels.entries()) {
    const found = columns.get(label)!
    const off = facts!.columns[i]!.map((volts, k) => Math.abs(found[16 * k]! * 1e-6 - volts))
    expect(Math.max(...off)).toBeLessThan(1e-12)
  }
  const times = recording.markers.map(({ time }) => time)
  const theirs = facts!.annotations.map(([onset]) => onset)
  for (const [i, time] of times.entries()) expect(time).toBeCloseTo(theirs[i]!, 6)
  await recording.close()
})

describe('sets that SciPy wrote', () => {
  const names = ['plain', 'packed', 'fields', 'double'] as const
  beforeAll(() => {
    execFileSync(oraclePython(), [oracleScript('write_sets.py'), scratch])
  })

  it.each(names)('%s: samples within the file', async (name) => {
    const recording = await openRecordingFile(join(scratch, `${name}.set`))
    const columns = await readColumns(recording)
    const [a, b] = ['Fp1', 'Cz'].map((label) => columns.get(label)!)
    expect(a).toHaveLength(20_000)
    const wanted = (i: number) => Math.fround(i * 0.25)
    expect(a).toEqual(Array.from({ length: 20_000 }, (_, i) => wanted(i)))
    expect(b).toEqual(Array.from({ length: 20_000 }, (_, i) => -wanted(i)))
    expect(recording.markers).toEqual([
      { time: 0.4, label: 'go', durationSeconds: 0 },
      { time: 4, label: '7', durationSeconds: 0.1 },
    ])
    expect(recording.streams[0]!.info.origin.settings).toEqual({ reference: 'common' })
    // A second pass reads the same.
    expect(await readColumns(recording)).toEqual(columns)
    await recording.close()
  })

  it('damage of any bit, or a cut anywhere: refused with a code, or read', async () => {
    const next = random(5)
    const sets = names.map((name) => readFileSync(join(scratch, `${name}.set`)))
    for (let run = 0; run < 200; run++) {
      const whole = sets[run % sets.length]!
      const bytes = Uint8Array.from(whole)
      const at = Math.floor(next() * (run % 2 ? bytes.length : 3000))
      bytes[at]! ^= 1 << Math.floor(next() * 8)
      const damaged = run % 5 === 0 ? bytes.subarray(0, at) : bytes
      try {
        await verifyRecording(await openRecording(memorySource(damaged), 'x.set'))
      } catch (cause) {
        if (!(cause instanceof SynapseError)) throw cause
        expect(cause.code).toMatch(/^file-/)
      }
    }
  })
})

it('MATLAB 7.3 is refused, and says how to save it', async () => {
  const bytes = new TextEncoder().encode('MATLAB 7.3 MAT-file, Platform: GLNXA64'.padEnd(600))
  await expect(openRecording(memorySource(bytes), 'x.set')).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('7.3'),
    remedy: expect.stringContaining('-v7'),
  })
})
