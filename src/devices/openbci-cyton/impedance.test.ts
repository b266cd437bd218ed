import { afterAll, describe, expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { realClock as clock } from '../../../test/device-real-clock.ts'
import { parseOptions } from '../../signal/index.ts'
import { cytonOptions } from '../_cyton/options.ts'
import { emulatorCatalog } from '../catalog.ts'
import { systemTransports } from '../index.ts'
import { openbciCyton } from './index.ts'

const endings: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of endings) await end()
})
const supported = process.platform === 'linux' || process.platform === 'darwin'
if (!supported) process.stderr.write('skipping the pseudo-terminals: this system has none\n')

/** Four times as fast as a board: what is counted is samples. */
async function streaming(options: Record<string, unknown>) {
  const made = emulatorCatalog.get('openbci-cyton')!
  const parsed = parseOptions('openbci-cyton', made.options, { speed: 4, ...options })
  const emulator = await made.start(parsed, { clock, event: () => {} })
  const session = await openbciCyton.open(
    emulator.address,
    parseOptions('openbci-cyton', cytonOptions, {}),
    { out: new DeviceLog(() => undefined), clock, transports: systemTransports(clock, []) },
  )
  endings.push(
    () => session.close(),
    async () => emulator.close(),
  )
  await session.start()
  return { impedance: session.impedance!, session, emulator }
}

describe.skipIf(!supported).concurrent('the impedance of an emulated Cyton’s electrodes', () => {
  test('is what they have, to 2 %, beside EEG, mains and blinks', async () => {
    const { impedance } = await streaming({ impedanceKohm: [5, 50, 500, 1_000_000] })
    expect(impedance.inputs.map(({ id, label }) => `${id} ${label}`).slice(0, 3)).toEqual([
      '1N Fp1',
      '2N Fp2',
      '3N C3',
    ])
    for (const [input, kohm] of [
      ['1N', 5],
      ['2N', 50],
      ['3N', 500],
    ] as const) {
      const { ohms, uncertaintyOhms } = await impedance.measure(input)
      expect(Math.abs(ohms / (kohm * 1000) - 1), `${input}: ${ohms} Ω`).toBeLessThan(0.02)
      expect(uncertaintyOhms).toBeLessThan(0.02 * kohm * 1000)
    }
    expect(await impedance.measure('4N')).toMatchObject({ ohms: Number.POSITIVE_INFINITY })
  })

  test('is the same where packets are lost and damaged', async () => {
    const { impedance } = await streaming({ impedanceKohm: [50], lose: 0.003, corrupt: 0.002 })
    const { ohms } = await impedance.measure('1N')
    expect(Math.abs(ohms / 50_000 - 1)).toBeLessThan(0.02)
  })

  test('is refused where nothing can be measured', async () => {
    const { impedance, session } = await streaming({})
    await expect(impedance.measure('9N')).rejects.toMatchObject({ code: 'bad-option' })
    const first = impedance.measure('1N')
    await expect(impedance.measure('2N')).rejects.toMatchObject({ code: 'not-ready' })
    await first
    await session.stop()
    await expect(impedance.measure('1N')).rejects.toMatchObject({ code: 'not-ready' })
  })

  test('ends with an error when the board falls silent', async () => {
    const { impedance, emulator } = await streaming({})
    const reading = impedance.measure('1N')
    emulator.command('unplug')
    await expect(reading).rejects.toMatchObject({ code: 'silent-device' })
  })
})
