/** Electrodes measured over a real terminal, from the command line and into a recording. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openHost } from '../../src/main/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { emulatedCyton, infoOf, synapse } from './synapse.ts'

const electrodes = ['--impedance-kohm', '5,50,500', '--speed', '4']

test('from the command line: values, their error, and what they mean', async () => {
  const link = scratchFolder().path('port')
  const board = await emulatedCyton(link, ...electrodes)
  const device = ['--device', `openbci-cyton:${link}`]
  const { code, stdout, stderr } = await synapse(
    ...['impedance', ...device, '--input', '1N', '--input', '2N', '--json'],
  )
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const { found } = JSON.parse(stdout)
  expect(found).toMatchObject([
    { input: '1N', label: 'Fp1', contact: 'good' },
    { input: '2N', label: 'Fp2', contact: expect.stringMatching(/usable|poor/) },
  ])
  expect(found[0].kohm).toBeCloseTo(5, 0)
  expect(found[1].kohm / 50).toBeCloseTo(1, 1)
  const refused = await synapse('impedance', ...device, '--input', '9N')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(/^synapse: .*"9N".*\[bad-option\].*\n$/)
  const cannot = await synapse('impedance', '--device', 'synthetic')
  expect(cannot.code).toBe(2)
  expect(cannot.stderr).toMatch(/^synapse: .*cannot.*\[bad-option\].*\n$/)
  await board.end()
})

test('before and after stand in the recording, whatever filters the display has', async () => {
  const folder = scratchFolder()
  const board = await emulatedCyton(folder.path('port'), ...electrodes)
  const host = openHost({ folder: folder.path('.') })
  try {
    const id = await host.open('openbci-cyton', folder.path('port'), {})
    const check = host.impedanceOf(id)
    await check.run(['1N'])
    await host.startRecording(folder.path('session.xdf'))
    host.setView({ lowCutHz: 8, highCutHz: 12, notchHz: null })
    await check.run(['1N'])
    await pause(300)
    await host.stopRecording()
  } finally {
    await host.end()
    await board.end()
  }
  const { markers } = await infoOf(folder.path('session.xdf'))
  const values = markers.map(({ label }) => /^impedance Fp1 ([\d.]+) kΩ$/.exec(label)?.[1])
  expect(values).toHaveLength(2)
  for (const value of values) expect(Math.abs(Number(value) / 5 - 1)).toBeLessThan(0.02)
})
