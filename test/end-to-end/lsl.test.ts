/**
 * LSL with somebody else's programs on the other side: what pylsl sends is in the file, and what we
 * send pylsl receives, sample for sample. The senders' clocks are hours apart from ours.
 */
import { statSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  clockApart,
  enterLslSession,
  type LslRows,
  type LslSpec,
  lslReceiver,
  lslSender,
} from '../oracles/lsl.ts'
import { askPyxdf, type PyxdfStream } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, type Started, startSynapse } from './synapse.ts'

const apartSeconds = clockApart(7200)

beforeAll(() => enterLslSession())

function streamOf(format: string, rateHz = 250): LslSpec {
  return {
    name: `Amplifier ${format}`,
    type: 'EEG',
    sourceId: `amp-${format}`,
    format,
    rateHz,
    channels: ['Fz', 'Cz', 'Pz'],
  }
}

const numeric = ['float32', 'double64', 'int8', 'int16', 'int32', 'int64']
const irregular: LslSpec = {
  ...streamOf('float32', 0),
  name: 'Pupil',
  sourceId: 'pupil',
  type: 'Gaze',
}
const texts: LslSpec = {
  name: 'Task',
  type: 'Markers',
  sourceId: 'task',
  format: 'string',
  rateHz: 0,
  channels: ['event'],
}
const log: LslSpec = {
  ...texts,
  name: 'Log',
  type: 'Text',
  sourceId: 'log',
  channels: ['who', 'what'],
}
const triggers: LslSpec = { ...texts, name: 'Trigger box', sourceId: 'trigger', format: 'int32' }

async function pyxdf(path: string): Promise<(name: string) => PyxdfStream> {
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: true })
  expect(file!.error).toBe(null)
  return (name) => file!.streams.find((stream) => stream.name === name)!
}

/** The largest distance between when samples were taken and when the file says that they were. */
function worstSeconds(stamps: readonly (number | null)[], sent: readonly number[]): number {
  return Math.max(...stamps.map((stamp, i) => Math.abs(stamp! - (sent[i]! - apartSeconds))))
}

describe('recording what others send', () => {
  test('every format, regular or not, is in the file sample for sample, aligned to 1 ms', async () => {
    const out = scratchFolder().path('lsl.xdf')
    const streams = [...numeric.map((format) => streamOf(format)), irregular, texts, triggers, log]
    const sender = await lslSender({ streams, seconds: 5.5, waits: true }, apartSeconds)
    const devices = streams.flatMap(({ sourceId }) => ['--device', `lsl:${sourceId}`])
    const recorder = startSynapse('record', ...devices, '--out', out, '--json')
    const { sent } = await whileRunning(recorder, sender.answer())
    // What was sent last is on its way for a moment.
    await seconds(0.5)
    recorder.child.kill('SIGINT')
    const { stderr, code } = await recorder.finished
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    sender.end()
    const file = await pyxdf(out)
    for (const { name, sourceId } of [...numeric.map((format) => streamOf(format)), irregular]) {
      const stream = file(name)
      expect(stream.values, name).toEqual(sent[sourceId]!.values)
      expect(worstSeconds(stream.stamps, sent[sourceId]!.stamps), name).toBeLessThan(0.001)
    }
    expectMarkers(file, sent)
    expect(file(log.name).values).toEqual(sent[log.sourceId]!.values)
    expect(worstSeconds(file(log.name).stamps, sent[log.sourceId]!.stamps)).toBeLessThan(0.001)
    expectDescription(file('Amplifier float32'))
    const info = await infoOf(out)
    expect(info.ledger.lost).toBe(0)
    expect(info.streams.find(({ name }) => name === 'Amplifier int16')).toMatchObject({
      type: 'EEG',
      channels: [{ label: 'Fz', type: 'EEG', unit: 'uV' }, {}, {}],
    })
  })

  test('a sender that is killed and comes back goes on in the same stream, its gap marked', async () => {
    const out = scratchFolder().path('killed.xdf')
    const spec = streamOf('int32')
    const streams = [spec, texts]
    const first = await lslSender({ streams, seconds: 60, waits: true }, apartSeconds)
    // Both as one device: the signal and the events of the one program.
    const device = "lsl:starts-with(hostname,'')"
    const recorder = startSynapse('record', '--device', device, '--out', out, '--json')
    await untilLarger(out, 30_000, recorder)
    first.kill()
    await seconds(2)
    const request = { streams, seconds: 6, waits: false, firstSample: 100_000 }
    const second = await lslSender(request, apartSeconds)
    const { sent } = await whileRunning(recorder, second.answer())
    await seconds(0.3)
    recorder.child.kill('SIGINT')
    const { stderr, stdout } = await recorder.finished
    expect(stderr).toMatch(/silent-device/)
    expect(JSON.parse(stdout).devices[0].facts).toContainEqual({
      name: `${spec.name}: recoveries`,
      value: 1,
    })
    const file = await pyxdf(out)
    const stream = file(spec.name)
    const [gap, another] = file('Gaps').values!.map(([text]) => JSON.parse(String(text)))
    expect(gap).toMatchObject({ reason: 'disconnected', exact: false })
    expect(another).toBe(undefined)
    const received = gap.atSample
    expect(stream.values!.slice(0, received)).toEqual(int32Rows(received))
    expectResumed(stream, received, sent[spec.sourceId]!, Number(second.ready.ready))
    // Events are heard again as soon: some of every tenth tick of 20 ms.
    const events = file('Markers').values!.map(([text]) => String(text))
    const resumed = sent[texts.sourceId]!.values.findIndex(([text]) =>
      events.includes(String(text)),
    )
    const resumedAt = sent[texts.sourceId]!.stamps[resumed]!
    expect(resumedAt - Number(second.ready.ready)).toBeLessThan(3.2)
    const pause = stream.stamps[received]! - stream.stamps[received - 1]!
    expect(Math.abs((gap.lostSamples + 1) / spec.rateHz - pause)).toBeLessThan(0.004)
  })
})

/** What the sender sends as int32, from its first sample on. */
function int32Rows(rows: number): number[][] {
  const value = (k: number, c: number) => ((k * 1000003 + c * 7919) % 2 ** 32) - 2 ** 31
  return Array.from({ length: rows }, (_, k) => [value(k, 0), value(k, 1), value(k, 2)])
}

/** From some sample on, soon after the sender was back, everything is there, and nothing twice. */
function expectResumed(stream: PyxdfStream, from: number, sent: LslRows, readyAt: number): void {
  const values = stream.values!.slice(from)
  const missed = sent.values.length - values.length
  expect(values).toEqual(sent.values.slice(missed))
  expect(sent.stamps[missed]! - readyAt).toBeLessThan(3)
  const late = worstSeconds(stream.stamps.slice(from), sent.stamps.slice(missed))
  expect(late).toBeLessThan(0.001)
}

function expectMarkers(file: (name: string) => PyxdfStream, sent: Record<string, LslRows>): void {
  const { values, stamps } = file('Markers')
  const details = file('MarkerDetails').values!.map(([text]) => JSON.parse(String(text)))
  for (const { name, sourceId } of [texts, triggers]) {
    const own = details.flatMap(({ source }, i) => (source === name ? [i] : []))
    const rows = sent[sourceId]!
    expect(own.map((i) => values![i]![0])).toEqual(rows.values.map(([value]) => String(value)))
    expect(
      worstSeconds(
        own.map((i) => stamps[i]!),
        rows.stamps,
      ),
    ).toBeLessThan(0.001)
  }
  const boxed = details.filter(({ source }) => source === triggers.name)
  expect(boxed.map(({ value }) => value)).toEqual(sent.trigger!.values.map(([value]) => value))
}

function expectDescription({ desc }: PyxdfStream): void {
  const [{ channels, reference, cap, acquisition }] = desc as never as [Record<string, unknown[]>]
  expect(reference).toEqual([{ label: ['FCz'] }])
  expect(cap).toEqual([{ name: ['standard cap & chin strap'] }])
  expect(acquisition).toEqual([{ manufacturer: ['Acme'] }])
  const [{ channel }] = channels as [{ channel: unknown[] }]
  expect(channel).toHaveLength(3)
  expect(channel[1]).toMatchObject({
    label: ['Cz'],
    unit: ['microvolts'],
    type: ['EEG'],
    hardware: [{ model: ['Ag/AgCl'] }],
  })
}

test('what we send is received by others as it is recorded, and says what it is', async () => {
  const out = scratchFolder().path('sent.xdf')
  const endings = ['synthetic/eeg', 'markers']
  const device = 'synthetic?channels=4&rateHz=500'
  const recorder = startSynapse('record', '--device', device, '--lsl-out', '--out', out)
  const receiver = await whileRunning(recorder, lslReceiver(endings))
  recorder.child.stdin!.write('go left <"ü">\n')
  await seconds(2)
  recorder.child.kill('SIGINT')
  expect(await recorder.finished).toMatchObject({ code: 0, signal: null, stderr: '' })
  receiver.end()
  const { received } = await receiver.answer()
  const file = await pyxdf(out)
  const eeg = received['synthetic/eeg']!
  const { values, stamps } = file('Synthetic EEG')
  const first = stamps.findIndex((stamp) => Math.abs(stamp! - eeg.stamps[0]!) < 1e-4)
  expect(eeg.values.length).toBeGreaterThan(900)
  expect(first + eeg.values.length).toBe(values!.length)
  const scale = 4.5e6 / 24 / (2 ** 23 - 1)
  const physical = values!
    .slice(first)
    .map((row) => row.map((raw) => Math.fround(Number(raw) * scale)))
  expect(eeg.values).toEqual(physical)
  const late = eeg.stamps.map((stamp, i) => Math.abs(stamp - stamps[first + i]!))
  expect(Math.max(...late)).toBeLessThan(1e-4)
  expect(received.markers!.values).toEqual([['go left <"ü">']])
  expect(Math.abs(received.markers!.stamps[0]! - file('Markers').stamps[0]!)).toBeLessThan(1e-4)
  for (const label of ['Fp1', 'Fp2', 'C3', 'C4'])
    expect(eeg.xml).toContain(`<label>${label}</label>`)
  expect(eeg.xml.match(/<unit>microvolts<\/unit>/g)).toHaveLength(4)
  expect(eeg.xml).toContain('<manufacturer>SynapseStream</manufacturer>')
  expect(eeg.xml).toMatch(/<source_id>synapsestream\/[^<]+\/synthetic\/eeg<\/source_id>/)
})

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}

/** A recorder that ended says why; nobody waits for what it would have brought about. */
function whileRunning<T>(recorder: Started, awaited: Promise<T>): Promise<T> {
  const ended = recorder.finished.then(({ stderr }) => {
    throw new Error(`the recorder ended: ${stderr}`)
  })
  return Promise.race([awaited, ended])
}

async function untilLarger(path: string, bytes: number, recorder: Started): Promise<void> {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) {
    await whileRunning(recorder, seconds(0.05))
  }
}
