import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { sentCounts } from '../../../test/device-memory-board.ts'
import { realClock, until } from '../../../test/device-real-clock.ts'
import { terminal } from '../../../test/device-terminal.ts'
import { parseOptions, type SynapseError } from '../../signal/index.ts'
import { cytonOptions } from '../_cyton/options.ts'
import type { EmulatorEvent, RunningEmulator } from '../_emulator/emulator.ts'
import type { Pty } from '../_pty/pty.ts'
import { emulatorCatalog } from '../catalog.ts'
import { systemTransports } from '../index.ts'
import { openbciCyton } from './index.ts'

const clock = realClock
const endings: (() => unknown)[] = []
/** The tests of this file run at the same time, so they share a folder until all are over. */
const folder = mkdtempSync(join(tmpdir(), 'synapse-test-'))
let files = 0
const newPath = () => join(folder, `port-${files++}`)
afterAll(async () => {
  for (const end of endings) await end()
  rmSync(folder, { recursive: true, force: true })
})
const supported = process.platform === 'linux' || process.platform === 'darwin'
if (!supported) process.stderr.write('skipping the pseudo-terminals: this system has none\n')

interface Emulated {
  readonly emulator: RunningEmulator
  readonly events: EmulatorEvent[]
  readonly link: string
}

async function emulated(options: Record<string, unknown> = {}): Promise<Emulated> {
  const made = emulatorCatalog.get('openbci-cyton')!
  const link = newPath()
  const events: EmulatorEvent[] = []
  const parsed = parseOptions('openbci-cyton', made.options, { link, ...options })
  const emulator = await made.start(parsed, { clock, event: (event) => events.push(event) })
  endings.push(() => emulator.close())
  return { emulator, events, link }
}

async function opened(address: string, options: Record<string, unknown> = {}) {
  const out = new DeviceLog(() => undefined)
  const session = await openbciCyton.open(
    address,
    parseOptions('openbci-cyton', cytonOptions, options),
    { out, clock, transports: systemTransports(clock, []) },
  )
  endings.unshift(() => session.close())
  return { session, out, eeg: out.stream('openbci-cyton/eeg') }
}

const failure = (address: string): Promise<SynapseError> =>
  opened(address).then(
    () => expect.fail('it opened'),
    (error: SynapseError) => error,
  )

/** Every sample that came is the one that the board made at its index. */
function expectBoardSamples(eeg: DeviceLog['stream'] extends (id: string) => infer L ? L : never) {
  const sent = sentCounts(1, eeg.next)
  const wrong = eeg.values.findIndex((frame, i) =>
    frame.some((value, c) => value !== sent[eeg.indices[i]! * 8 + c]),
  )
  expect(wrong, 'the first sample that is not the board’s').toBe(-1)
  expect(eeg.values.length + eeg.lost).toBe(eeg.next)
}

function answering(answer: Parameters<typeof terminal>[0]): Pty {
  const pty = terminal(answer)
  endings.push(() => pty.close())
  return pty
}

describe.skipIf(!supported).concurrent('a Cyton on a real terminal', () => {
  test('is greeted, streams the board’s samples bit for bit, stops and starts again', async () => {
    const { emulator, link } = await emulated({ speed: 4 })
    const { session, out, eeg } = await opened(link)
    expect(session.streams.map(({ id }) => id)).toEqual([
      'openbci-cyton/eeg',
      'openbci-cyton/accel',
    ])
    expect(session.streams[0]!.origin.firmware).toBe('v3.1.2')
    await session.start()
    await until(() => eeg.next > 500, '500 samples')
    await session.stop()
    const before = eeg.next
    expect(before).toBe(emulator.summary().packets)
    await new Promise((resolve) => clock.after(0.3, () => resolve(undefined)))
    await session.start()
    await until(() => eeg.next > before + 300, '300 more')
    await session.close()
    expect(out.violations).toEqual([])
    expect(eeg.gaps).toEqual([])
    expect(emulator.summary()).toMatchObject({ lost: 0, corrupted: 0, packets: eeg.next })
    expectBoardSamples(eeg)
    expect(eeg.sequence).toEqual(eeg.indices.map((index) => index & 255))
    expect(eeg.deviceTimes.every((time, i, all) => i === 0 || time > all[i - 1]!)).toBe(true)
    expect(out.stream('openbci-cyton/accel').values.slice(1)).toContainEqual([0, 0, 8000])
    expect(out.states).toEqual(['streaming', 'paused', 'streaming', 'paused', 'closed'])
  })

  test('streams without the board clock, and says that no time comes with it', async () => {
    const { link } = await emulated()
    const { session, out, eeg } = await opened(link, { boardClock: false })
    await session.start()
    await until(() => eeg.next > 100, '100 samples')
    await session.close()
    expect([out.violations, eeg.gaps]).toEqual([[], []])
    expect(eeg.deviceTimes.every(Number.isNaN)).toBe(true)
    expectBoardSamples(eeg)
  })

  test('loses, corrupts and delays: the gaps are those of the emulator', async () => {
    const { emulator, events, link } = await emulated({
      speed: 8,
      lose: 0.02,
      corrupt: 0.02,
      delay: 0.002,
      delaySeconds: 0.05,
    })
    const { session, out, eeg } = await opened(link)
    await session.start()
    await until(() => eeg.next > 2000, '2000 samples')
    await session.close()
    const missing = events
      .filter(({ kind, packet }) => /lost|corrupted/.test(kind) && packet < eeg.next)
      .map(({ packet }) => packet)
    const inGaps = eeg.gaps.flatMap(({ atSample, lostSamples }) =>
      Array.from({ length: lostSamples }, (_, i) => atSample + i),
    )
    expect(inGaps).toEqual(missing)
    expect([out.violations, missing.length > 30]).toEqual([[], true])
    expect(emulator.summary().lost + emulator.summary().corrupted).toBeGreaterThan(30)
    expectBoardSamples(eeg)
  })

  test('that is unplugged is resumed within 3 s, in the same streams, with the gap marked', async () => {
    const { emulator, events, link } = await emulated()
    const { session, out, eeg } = await opened(link)
    await session.start()
    await until(() => eeg.next > 100, '100 samples')
    emulator.command('unplug 1')
    await until(() => out.states.includes('reconnecting'), 'the loss to be noticed', 1)
    expect(out.links.at(-1)?.cause?.code).toBe('link-lost')
    await until(() => events.some(({ kind }) => kind === 'plugged'), 'the plug')
    const pluggedAt = clock.now()
    const before = eeg.values.length
    await until(() => eeg.values.length > before + 50, '50 samples more')
    expect(clock.now() - pluggedAt).toBeLessThan(3)
    await session.close()
    expect(out.violations).toEqual([])
    expect(eeg.gaps).toMatchObject([{ exact: true, reason: 'disconnected' }])
    const [gap] = eeg.gaps
    const lost = events.filter(({ kind }) => kind === 'lost').map(({ packet }) => packet)
    expect([lost[0], lost.at(-1)]).toEqual([gap!.atSample, gap!.atSample + gap!.lostSamples - 1])
    expect(gap!.lostSamples).toBe(emulator.summary().lost)
    expectBoardSamples(eeg)
    expect(out.states).toEqual(['streaming', 'reconnecting', 'streaming', 'paused', 'closed'])
  })

  test('may be closed while it is reconnecting, and opens no port afterwards', async () => {
    const { emulator, link } = await emulated()
    const { session, out, eeg } = await opened(link)
    await session.start()
    await until(() => eeg.next > 20, '20 samples')
    emulator.command('unplug 0.4')
    await until(() => out.states.includes('reconnecting'), 'the loss to be noticed', 1)
    await session.close()
    await session.close()
    const seen = eeg.next
    await new Promise((resolve) => clock.after(0.8, () => resolve(undefined)))
    expect([eeg.next, out.states.at(-1)]).toEqual([seen, 'closed'])
    // Nobody holds the port: it can be opened by another.
    await (await opened(link)).session.close()
  })

  test('that is paused when it is unplugged is silent and paused when it is back', async () => {
    const { emulator, link } = await emulated()
    const { session, out, eeg } = await opened(link)
    await session.start()
    await until(() => eeg.next > 20, '20 samples')
    await session.stop()
    emulator.command('unplug 0.1')
    await until(() => out.states.includes('reconnecting'), 'the loss to be noticed', 1)
    await until(() => out.states.at(-1) === 'paused', 'the port')
    await session.start()
    const before = eeg.next
    await until(() => eeg.next > before + 20, '20 samples more')
    await session.close()
    expect([out.violations, eeg.gaps]).toEqual([[], []])
    expectBoardSamples(eeg)
  })

  test('that streamed on while it was closed is stopped and opened anew', async () => {
    const { link } = await emulated()
    const first = await opened(link)
    await first.session.start()
    await until(() => first.eeg.next > 20, '20 samples')
    const second = await failure(link)
    expect(second.code).toBe('port-busy')
    expect(second.line).toMatch(/another program uses it.*Close the other program/)
    await first.session.close()
    const third = await opened(link)
    await third.session.start()
    await until(() => third.eeg.next > 20, '20 samples')
    expect(third.out.violations).toEqual([])
  })
})

describe
  .skipIf(!supported)
  .concurrent('what is not a Cyton is refused with a code and a remedy', () => {
    test('a port that is not there', async () => {
      const error = await failure(newPath())
      expect(error).toMatchObject({ name: 'SynapseError', code: 'port-missing' })
    })

    test('a regular file, a folder and a device that is no terminal', async () => {
      const file = newPath()
      writeFileSync(file, new Uint8Array(10))
      for (const address of [file, folder, '/dev/null']) {
        expect(await failure(address)).toMatchObject({ name: 'SynapseError', code: 'wrong-device' })
      }
    })

    test('no name, or a name that is none', async () => {
      for (const address of ['', 'a\0b', 'COM99', `/dev/${'x'.repeat(5000)}`]) {
        const error = await failure(address)
        expect([error.name, /^port-/.test(error.code)]).toEqual(['SynapseError', true])
        expect(error.remedy.length).toBeGreaterThan(5)
      }
    })

    test('a terminal that answers with something else, within 6 s', async () => {
      const { path } = answering((said) => Buffer.concat([said, Buffer.from('\x07\xff login: ')]))
      const startedAt = clock.now()
      expect(await failure(path)).toMatchObject({ code: 'wrong-device' })
      expect(clock.now() - startedAt).toBeLessThan(6)
    })

    test('a terminal that says nothing, within 6 s', async () => {
      const { path } = answering(() => null)
      const startedAt = clock.now()
      const error = await failure(path)
      expect(error).toMatchObject({ code: 'silent-device' })
      expect(error.remedy).toMatch(/battery/)
      expect(clock.now() - startedAt).toBeLessThan(6)
    })

    test('a dongle whose board is off', async () => {
      const words = 'Failure: Communications timeout - Device failed to poll Host$$$'
      const { path } = answering((said) => (said.includes(0x76) ? Buffer.from(words) : null))
      expect(await failure(path)).toMatchObject({ code: 'silent-device' })
    })

    test('a symbolic link that leads nowhere', async () => {
      const path = newPath()
      symlinkSync('/dev/pts/99999', path)
      expect(await failure(path)).toMatchObject({ code: 'port-missing' })
    })
  })

test.skipIf(process.platform !== 'linux')(
  'no file stays open after an opening that failed',
  async () => {
    const openFiles = () => readdirSync('/proc/self/fd').length
    const file = newPath()
    writeFileSync(file, new Uint8Array(10))
    await failure(file)
    const before = openFiles()
    for (let i = 0; i < 5; i++) {
      await failure(file)
      await failure('/dev/null')
    }
    expect(openFiles()).toBeLessThanOrEqual(before)
  },
)
