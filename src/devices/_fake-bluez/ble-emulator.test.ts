import { expect, test } from 'vitest'
import { openBoard } from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { MemorySink } from '../../../test/memory-sink.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { XdfWriter } from '../../formats/xdf/xdf-writer.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { museEmulator } from '../muse/emulator.ts'
import { muse } from '../muse/index.ts'
import { npgEmulator } from '../npg-lite/emulator.ts'
import { npgLite } from '../npg-lite/index.ts'

const seconds = 3

/** A recording of so many channels whose values tell channel and sample. */
async function recording(rateHz: number, unit: string, perMicrovolt: number): Promise<string> {
  const info: StreamInfo = {
    id: 'somebody/eeg',
    name: 'Somebody',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: rateHz,
    channels: ['a', 'b', 'c', 'd', 'e'].map((label) => physicalChannel(label, 'EEG', unit)),
    origin: { source: 'somebody' },
  }
  const sink = new MemorySink()
  const writer = new XdfWriter(sink, { startedAt: new Date(0) })
  const columns = { deviceTime: false, sequence: false }
  writer.addStream(info, columns)
  const frames = seconds * rateHz
  const chunk = newChunkBuffer({ format: 'float32', channels: 5, maxFrames: frames })
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    chunk.time[f] = chunk.hostTime[f] = 50 + f / rateHz
    for (let c = 0; c < 5; c++) chunk.data[f * 5 + c] = microvoltsAt(f, c) * perMicrovolt
  }
  writer.write(info.id, chunk)
  await writer.close()
  return scratchFolder().write('played.xdf', sink.bytes)
}

const microvoltsAt = (f: number, c: number) => ((f * 7 + c * 31) % 400) - 200

test('a Muse plays a recording: what the driver has is what stands in the file, again and again', async () => {
  const from = await recording(256, 'mV', 1e-3)
  const { clock, session, out } = await openBoard(muse, museEmulator, { from })
  await during(clock, session.start())
  await clock.run(2 * seconds)
  await during(clock, session.close())
  const { values, gaps } = out.stream('muse/eeg')
  expect(gaps).toEqual([])
  const { scale, offset } = session.streams[0]!.channels[0]!
  expect(values.length).toBeGreaterThan(seconds * 256 + 100)
  for (const [f, row] of values.entries()) {
    for (const [c, value] of row.slice(0, 4).entries()) {
      const wanted = microvoltsAt(f % (seconds * 256), c)
      expect(Math.abs(value * scale + offset - wanted)).toBeLessThanOrEqual(scale / 2 + 1e-3)
    }
  }
})

test('a recording of another rate is refused, and why', async () => {
  const from = await recording(256, 'uV', 1)
  await expect(openBoard(npgLite, npgEmulator, { from })).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringMatching(/256 Hz.*500/),
  })
})
