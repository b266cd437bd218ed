/** `synapse record` with files, copy and checksums, and what `verify`, `report` and `info` say. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { IntegrityReport, Verification } from '../../src/formats/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, synapse } from './synapse.ts'

const device = 'synthetic?channels=8&rateHz=500'

test('in files of a second with a copy: each opens alone, together they are whole', async () => {
  const [folder, mirror] = [scratchFolder(), scratchFolder()]
  const path = folder.path('rest.xdf')
  const options = ['--seconds', '3.5', '--split', '1s', '--mirror', mirror.path('.'), '--json']
  const recorded = await synapse('record', '--device', device, ...options, '--out', path)
  expect(recorded.stderr).toBe('')
  expect(recorded.code).toBe(0)
  const { ledger, ...named } = JSON.parse(recorded.stdout)
  const names = readdirSync(folder.path('.')).sort()
  expect(names.length).toBeGreaterThanOrEqual(6)
  expect(readdirSync(mirror.path('.')).sort()).toEqual(names)
  for (const name of names) {
    expect(readFileSync(mirror.path(name)).equals(readFileSync(folder.path(name)))).toBe(true)
  }
  const files = names.filter((name) => name.endsWith('.xdf')).map((name) => folder.path(name))
  // By the first of them, as Sessions has it.
  expect(named).toMatchObject({ path, paths: files })
  for (const { error } of await askPyxdf({ files, dejitter: false, values: false })) {
    expect(error).toBeNull()
  }
  const part = await infoOf(files.at(-1)!)
  expect(part.ledger.received).toBeLessThan(ledger.received)
  const whole = await synapse('verify', files.at(-1)!, '--parts', '--json')
  expect(whole.code).toBe(0)
  const verified = JSON.parse(whole.stdout) as Verification
  expect(verified.ledger).toEqual(ledger)
  expect(verified.checksums).toMatchObject({ closed: true, uncheckedBytes: 0 })
  // What is made of it is made of all its files, unless one is asked for.
  const joined = await synapse('repair', path, folder.path('whole.xdf'))
  expect(joined.code).toBe(0)
  expect(joined.stdout).toMatch(
    /^\d files of one recording are read as one: rest\.xdf, rest_part-2/,
  )
  expect((await infoOf(folder.path('whole.xdf'))).ledger).toEqual(ledger)
  const one = await synapse('convert', path, folder.path('one.csv'), '--one-file', '--json')
  expect(JSON.parse(one.stdout).samples).toBeLessThan(ledger.received)
  const set = folder.path('set/')
  const fields = ['--subject', '07', '--task', 'rest', '--json']
  const bids = await synapse('convert', path, set, ...fields)
  expect([bids.code, bids.stderr]).toEqual([0, ''])
  expect(JSON.parse(bids.stdout)).toMatchObject({ format: 'bids', parts: files, ledger })
  expect(readdirSync(`${set}sub-07/eeg`)).toContain('sub-07_task-rest_eeg.bdf')
})

test('a bit that flips in a sample is found, named, and stands in the report', async () => {
  const folder = scratchFolder()
  const path = folder.path('rest.xdf')
  await synapse('record', '--device', device, '--seconds', '1.5', '--out', path)
  const sound = await synapse('report', path, '--out', folder.path('sound.html'))
  expect([sound.code, sound.stderr]).toEqual([0, ''])
  expect(readFileSync(folder.path('sound.html'), 'utf8')).toContain('Complete')
  const bytes = readFileSync(path)
  const at = bytes.length - 30_000
  bytes[at]! ^= 16
  writeFileSync(path, bytes)
  const verified = await synapse('verify', path)
  expect(verified.code).toBe(3)
  expect(verified.stdout).toMatch(/bytes \d+ to \d+ are not what was written \[checksum-mismatch\]/)
  const report = await synapse('report', path, '--json')
  expect(report.code).toBe(3)
  const { verdict, checksums } = JSON.parse(report.stdout) as IntegrityReport
  expect(verdict).toBe('damaged')
  const [place] = checksums!.damaged
  expect(place!.from <= at && at < place!.to).toBe(true)
  const repaired = await synapse('repair', path, folder.path('again.xdf'))
  expect(repaired.code).toBe(3)
  expect((await synapse('verify', folder.path('again.xdf'))).code).toBe(0)
})

test('rules and folders that make no sense are refused, and no file is left', async () => {
  const folder = scratchFolder()
  const record = ['record', '--device', device, '--seconds', '1', '--out', folder.path('rest.xdf')]
  const rule = await synapse(...record, '--split', '5')
  expect([rule.code, rule.stderr]).toEqual([2, expect.stringContaining('--split 5')])
  const mirror = await synapse(...record, '--mirror', folder.path('missing'))
  expect([mirror.code, mirror.stderr]).toEqual([2, expect.stringContaining('file-missing')])
  expect(readdirSync(folder.path('.'))).toEqual([])
})
