/**
 * Everything on the desk in one recording, on one clock: a Cyton on a cable, a Muse in the air, a
 * program that sends by LSL, and markers. Each link delays as it does; where pyxdf then sees a sample
 * is compared with when its emulator took it.
 */
import { expect, test } from 'vitest'
import { generatedSource } from '../../src/devices/_cyton/board-source.ts'
import { deviceCatalog } from '../../src/devices/catalog.ts'
import { museEmulator } from '../../src/devices/muse/emulator.ts'
import { CytonBoard } from '../../src/devices/openbci-cyton/board.ts'
import { DeviceLink, type LinkStream } from '../../src/main/device-link.ts'
import { RingReader } from '../../src/ring/index.ts'
import {
  type ChunkBuffer,
  type ClockOffset,
  newChunkBuffer,
  parseOptions,
  type StreamId,
  type Transports,
} from '../../src/signal/index.ts'
import { Recorder } from '../../src/sinks/index.ts'
import { during, ManualClock } from '../device-clock.ts'
import { airedBoard } from '../device-memory-air.ts'
import { MemoryLsl } from '../device-memory-lsl.ts'
import { memorySerial } from '../device-memory-serial.ts'
import { transportsWith } from '../device-transports.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'

const sound = {
  speed: 1,
  unplugSeconds: 1,
  lose: 0.01,
  corrupt: 0,
  delay: 0.01,
  delaySeconds: 0.12,
}
const seconds = 90
const settleSeconds = 20
const alignedSeconds = 0.001

interface Recorded {
  readonly stream: LinkStream
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
}

/** What the record thread does, at the pace of the test's clock. */
class Desk {
  readonly clock = new ManualClock()
  readonly path = scratchFolder().path('session.xdf')
  readonly recorder = new Recorder({
    path: this.path,
    startedAt: new Date('2026-05-04T03:02:01Z'),
    now: this.clock.now(),
  })
  readonly links: DeviceLink[] = []
  readonly #offsets = new Map<StreamId, ClockOffset>()
  #recorded: Recorded[] = []

  async open(driver: string, address: string, transports: Partial<Transports>): Promise<void> {
    const known = deviceCatalog.get(driver)!
    const link = new DeviceLink(driver, known, address, this.clock, {
      changed: () => {},
      clockOffset: (stream, offset) => {
        this.#offsets.set(stream, offset)
        if (this.#recorded.length > 0) this.recorder.clockOffset(stream, offset)
      },
      marker: (marker) => this.recorder.marker(marker),
      trouble: (_link, error) => expect.fail(error.line),
    })
    const options = parseOptions(driver, known.options, {})
    const all = transportsWith(transports)
    await during(
      this.clock,
      link.open(known, options, all, (id) => id),
    )
    this.links.push(link)
  }

  async start(): Promise<void> {
    for (const link of this.links) await during(this.clock, link.start())
    this.#recorded = this.links
      .flatMap(({ streams }) => streams)
      .map((stream) => {
        const { format, channels, deviceTime, sequence } = stream.writer.shared.shape
        const columns = { deviceTime, sequence }
        this.recorder.addStream(
          stream.info,
          columns,
          stream.stamps ? (this.#offsets.get(stream.info.id) ?? null) : undefined,
        )
        const chunk = newChunkBuffer({ format, channels, maxFrames: 512, ...columns })
        return { stream, reader: new RingReader(stream.writer.shared, 'oldest'), chunk }
      })
  }

  async run(seconds: number): Promise<void> {
    const end = this.clock.now() + seconds
    while (this.clock.now() < end) {
      this.clock.advance(0.25)
      await this.clock.run(0)
      for (const each of this.#recorded) this.#drain(each)
      this.recorder.tick(this.clock.now())
    }
  }

  #drain({ stream, reader, chunk }: Recorded): void {
    for (let read = reader.read(chunk); read !== 'empty'; read = reader.read(chunk)) {
      if (read === 'chunk') this.recorder.write(stream.info.id, chunk)
      else this.recorder.gap(stream.info.id, reader.gap)
    }
  }
}

test('Cyton, Muse, LSL and markers: pyxdf finds every sample within 1 ms of when it was taken', async () => {
  const desk = new Desk()
  const { clock } = desk
  const cyton = memorySerial(
    { ...sound, seed: 1, sparePackets: 10 },
    (reply) => new CytonBoard(generatedSource(1), (text) => reply(Buffer.from(text, 'latin1'))),
    { clock, readSeconds: 0.001 },
  )
  const muse = await airedBoard(museEmulator, { lose: 0.01, delay: 0.01, seed: 2 }, clock)
  const lsl = new MemoryLsl(clock)
  await desk.open('openbci-cyton', 'memory', { serial: cyton.serial })
  await desk.open('muse', muse.address, { ble: muse.air })
  await desk.open('lsl', 'amp-1', { lsl })
  await desk.start()
  await desk.run(seconds / 2)
  const marker = { label: 'stimulus', durationSeconds: 0, source: 'test' }
  const markedAt = clock.now()
  desk.recorder.marker({ ...marker, time: markedAt })
  await desk.run(seconds / 2)
  for (const link of desk.links) await during(clock, link.stop())
  await desk.run(1)
  await desk.recorder.close()
  for (const link of desk.links) await during(clock, link.close())

  const [file] = await askPyxdf({ files: [desk.path], dejitter: false, values: true })
  expect(file!.error).toBeNull()
  const byName = (name: RegExp) => file!.streams.find((stream) => name.test(stream.name))!
  const [shown] = byName(/^Markers$/).stamps
  expect(Math.abs(shown! - markedAt)).toBeLessThan(1e-6)
  // A sample that says its own number, as sent: its time is its number times the period.
  const sent = byName(/^Amplifier$/)
  const first = sent.stamps[0]! - Number(sent.values![0]![0]) / 250
  const errors = sent.stamps.map((time, i) => time! - first - Number(sent.values![i]![0]) / 250)
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(alignedSeconds)
  const [cytonStart, museStart] = [cyton, muse].map(
    ({ events }) => events.find(({ kind }) => kind === 'started')!.time,
  ) as [number, number]
  const truths = [
    // The first is taken one period after the start.
    {
      name: /^Cyton EEG$/,
      rateHz: 250,
      takenAt: (index: number) => cytonStart + (index + 1) / 250,
    },
    { name: /^Muse EEG$/, rateHz: 256, takenAt: (index: number) => museStart + (index + 1) / 256 },
  ]
  for (const { name, rateHz, takenAt } of truths) {
    const stream = byName(name)
    const indices = byName(new RegExp(`^${stream.name} clock$`)).values!.map((row) =>
      Number(row[0]),
    )
    expect(stream.samples).toBeGreaterThan(0.9 * seconds * rateHz)
    const errors = stream.stamps.map((time, i) => time! - takenAt(indices[i]!))
    const worst = Math.max(...errors.slice(settleSeconds * rateHz).map(Math.abs))
    expect(worst, stream.name).toBeLessThan(alignedSeconds)
  }
})
