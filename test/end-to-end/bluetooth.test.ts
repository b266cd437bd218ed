/**
 * Bluetooth boards through the real noble and a BlueZ of our own into a file, and out again with
 * somebody else's reader.
 */
import { describe, expect, test } from 'vitest'
import type { EmulatorEvent } from '../../src/devices/index.ts'
import { museCounts } from '../../src/devices/muse/board.ts'
import { ganglionCounts } from '../../src/devices/openbci-ganglion/board.ts'
import { askPyxdf, type PyxdfStream } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapse, synapseWith } from './synapse.ts'

const address = 'C0:FF:EE:00:00:01'
const isLinux = process.platform === 'linux'
if (!isLinux) process.stderr.write('skipping Bluetooth: only Linux has a BlueZ to stand in for\n')

interface Emulated {
  readonly environment: Record<string, string>
  command(line: string): void
  event(kind: string): Promise<EmulatorEvent>
  end(): Promise<readonly EmulatorEvent[]>
}

async function emulated(...boards: string[]): Promise<Emulated> {
  const first = boards.findIndex((each) => each.startsWith('-'))
  const names = first < 0 ? boards : boards.slice(0, first)
  const options = boards.slice(names.length)
  const started = startSynapse('emulate', ...names, '--json', ...options)
  const ready = JSON.parse(await started.line((line) => line.includes('"ready"')))
  return {
    environment: { DBUS_SYSTEM_BUS_ADDRESS: ready.DBUS_SYSTEM_BUS_ADDRESS },
    command: (line) => void started.child.stdin!.write(`${line}\n`),
    event: async (kind) => JSON.parse(await started.line((line) => line.includes(`"${kind}"`))),
    async end() {
      started.child.kill('SIGINT')
      const { stdout } = await started.finished
      const lines = stdout.trim().split('\n')
      return lines.map((line) => JSON.parse(line))
    },
  }
}

async function streamsIn(path: string): Promise<(name: string) => PyxdfStream> {
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: true })
  return (name) => file!.streams.find((stream) => stream.name === name)!
}

const indicesOf = (clock: PyxdfStream) => clock.values!.map((row) => Number(row[0]))

function framesOf(counts: { next(into: Int32Array): void }, width: number, channels: number) {
  return (frames: number): number[][] =>
    Array.from({ length: frames }, () => {
      const frame = new Int32Array(width)
      counts.next(frame)
      return [...frame.subarray(0, channels)]
    })
}

describe.runIf(isLinux)('a board over Bluetooth', () => {
  test('a Muse that loses packets is found and recorded: pyxdf reads what it sent', async () => {
    const path = scratchFolder().path('muse.xdf')
    const muse = await emulated('muse', '--lose', '0.01', '--seed', '3')
    const device = ['--device', `muse:${address}`, '--seconds', '6']
    const recorded = await synapseWith(
      muse.environment,
      'record',
      ...device,
      '--out',
      path,
      '--json',
    )
    const events = await muse.end()
    expect(recorded.stderr).not.toMatch(/\[(?!silent|link)/)
    expect(recorded.code).toBe(0)
    const stream = await streamsIn(path)
    const indices = indicesOf(stream('Muse EEG clock'))
    const truth = framesOf(museCounts(3), 5, 4)(indices.at(-1)! + 1)
    expect(indices.length).toBeGreaterThan(1000)
    expect(stream('Muse EEG').values).toEqual(indices.map((index) => truth[index]))
    const missing = new Set(
      events
        .filter(({ kind, on }) => kind === 'lost' && /^273e000[3-6]/.test(on ?? ''))
        .map(({ index }) => index!),
    )
    const expected = truth.flatMap((_, i) => (missing.has(Math.floor(i / 12)) ? [] : [i]))
    expect(indices).toEqual(expected)
    const { streams, ledger } = await infoOf(path)
    expect(ledger.expected).toBe(ledger.received + ledger.lost)
    expect(streams.map(({ type }) => type).sort()).toEqual(['ACC', 'EEG', 'GYRO', 'PPG'])
  })

  test('a Ganglion out of range is taken up again within 3 s, the gap marked', async () => {
    const path = scratchFolder().path('ganglion.xdf')
    const ganglion = await emulated('openbci-ganglion', '--unplug-at', '2', '--unplug-seconds', '1')
    const device = ['--device', 'openbci-ganglion:Ganglion 1.3.0-3f2a', '--seconds', '10']
    const recorded = await synapseWith(
      ganglion.environment,
      'record',
      ...device,
      '--out',
      path,
      '--json',
    )
    await ganglion.end()
    expect(recorded.code).toBe(0)
    expect(recorded.stderr).toMatch(/link-lost/)
    const stream = await streamsIn(path)
    const values = stream('Ganglion EEG').values!
    const truth = framesOf(ganglionCounts(1), 4, 4)(values.length)
    expect(values).toEqual(truth.map((frame) => frame.map((count) => ((count >> 6) & ~1) << 6)))
    const { streams } = await infoOf(path)
    const { gaps } = streams.find(({ type }) => type === 'EEG')!
    expect(gaps.length).toBe(1)
    expect(gaps[0]!.lostSamples / 200).toBeGreaterThan(0.9)
    const indices = indicesOf(stream('Ganglion EEG clock'))
    expect(indices.at(-1)!).toBeGreaterThan(gaps[0]!.atSample + gaps[0]!.lostSamples + 200)
  })

  test('what is in the air is listed with its address; what is not is named with a remedy', async () => {
    const npg = await emulated('npg-lite')
    const listed = await synapseWith(npg.environment, 'devices', '--json')
    const { found } = JSON.parse(listed.stdout)
    const boards = found.filter((each: { driver: string }) => each.driver === 'npg-lite')
    expect(boards).toMatchObject([{ address, name: 'NPG-3F:2A:01' }])
    const out = scratchFolder().path('nothing.xdf')
    const record = ['record', '--device', `npg-lite:${address.replace('01', '02')}`, '--out', out]
    const refused = await synapseWith(npg.environment, ...record)
    await npg.end()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/does not advertise \[device-missing\]\. Switch the device on/)
  })

  test('several boards on one air are all found at once, and recorded together', async () => {
    const muse = await emulated('muse', 'openbci-ganglion', 'npg-lite')
    const listed = await synapseWith(muse.environment, 'devices', '--json')
    const { found } = JSON.parse(listed.stdout) as { found: { driver: string; address: string }[] }
    const addresses = ['muse', 'openbci-ganglion', 'npg-lite'].map((driver) =>
      found.filter((each) => each.driver === driver).map((each) => each.address),
    )
    expect(addresses).toEqual([1, 2, 3].map((last) => [address.replace(/1$/, String(last))]))
    const path = scratchFolder().path('two.xdf')
    const devices = ['muse', 'openbci-ganglion'].flatMap((driver, i) => [
      '--device',
      `${driver}:${addresses[i]![0]}`,
    ])
    const { code, stderr } = await synapseWith(
      muse.environment,
      'record',
      ...devices,
      '--seconds',
      '4',
      '--out',
      path,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await muse.end()
    const stream = await streamsIn(path)
    expect(stream('Muse EEG').values!.length).toBeGreaterThan(500)
    const ganglion = stream('Ganglion EEG').values!
    const truth = framesOf(ganglionCounts(1), 4, 4)(ganglion.length)
    expect(ganglion).toEqual(truth.map((frame) => frame.map((count) => ((count >> 6) & ~1) << 6)))
  })

  test('where there is no Bluetooth, the list says so once', async () => {
    const nowhere = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere/bus' }
    const { stdout } = await synapseWith(nowhere, 'devices', '--json')
    const { found } = JSON.parse(stdout)
    const problems = found.filter((each: { name: string }) => each.name === 'Bluetooth')
    expect(problems).toMatchObject([{ problem: { code: 'bluetooth-missing' } }])
  })
})
