/** A session without a stream that it was made for is not recorded by accident. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, synapse } from './synapse.ts'

const record = (out: string, ...expected: string[]) =>
  synapse('record', '--device', 'synthetic', '--seconds', '1', '--json', ...expected, '--out', out)

test('what is expected is asked for by name or type; without it nothing is recorded', async () => {
  const folder = scratchFolder()
  const sound = await record(
    folder.path('sound.xdf'),
    '--expect',
    'EEG',
    '--expect',
    'Synthetic EEG',
  )
  expect([sound.code, sound.stderr]).toEqual([0, ''])
  const refused = await record(folder.path('refused.xdf'), '--expect', 'Muse EEG')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    /^synapse: .*not there: Muse EEG \[stream-missing\].*--anyway.*\n$/,
  )
  expect(existsSync(folder.path('refused.xdf'))).toBe(false)
})

test('recorded anyway, the file says what is missing, and so does the exit code', async () => {
  const folder = scratchFolder()
  const path = folder.path('anyway.xdf')
  const { code, stderr } = await record(path, '--expect', 'Muse EEG', '--anyway')
  expect(code).toBe(3)
  expect(stderr).toMatch(/not there: Muse EEG/)
  const { markers } = await infoOf(path)
  expect(markers.map(({ label }) => label)).toContain('missing: Muse EEG')
})
