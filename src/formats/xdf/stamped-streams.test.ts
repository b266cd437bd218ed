import { expect, test } from 'vitest'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { createFileSink, openFileSource } from '../file-io.ts'
import { openRecording } from '../open.ts'
import { mergeDescription } from './merge-description.ts'
import { XdfWriter } from './xdf-writer.ts'

const rateHz = 100
const offsetSeconds = -7200
const driftPerSecond = 50e-6

const info: StreamInfo = {
  id: 'lsl/amp',
  name: 'Amplifier',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: {
    source: 'lsl',
    description:
      '<desc><channels><channel><label>Cz</label><impedance>4.2</impedance></channel></channels>' +
      '<cap><name>A &amp; B</name></cap></desc>',
  },
}

/** Host times of the samples, and of the sender's clock, which drifts. */
const hostTime = (sample: number) => 1000 + sample / rateHz
const offsetAt = (time: number) => offsetSeconds + driftPerSecond * (time - 1000)

/** 30 s, of which a second is missing, with an offset measured every 5 s. */
async function written(path: string): Promise<void> {
  const writer = new XdfWriter(createFileSink(path), { startedAt: new Date(0) })
  writer.addStream(info, { deviceTime: true, sequence: false }, null)
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 50, deviceTime: true })
  for (let first = 0; first < 3000; first += 50) {
    const now = hostTime(first)
    writer.tick(now)
    if (first % 500 === 0) {
      writer.clockOffset(info.id, { time: now, offsetSeconds: offsetAt(now) })
    }
    if (first === 1000) {
      writer.gap(info.id, { atSample: 1000, lostSamples: 100, exact: false, reason: 'lost' })
    }
    if (first >= 1000 && first < 1100) continue
    for (let f = 0; f < 50; f++) {
      const time = hostTime(first + f)
      chunk.data[f] = first + f
      chunk.time[f] = chunk.hostTime[f] = time
      chunk.deviceTime![f] = time - offsetAt(time)
    }
    chunk.firstSample = first
    chunk.frames = 50
    writer.write(info.id, chunk)
  }
  await writer.close()
}

test('stamps stay as they came, and the offsets bring them to the host clock: for pyxdf and for us', async () => {
  const path = scratchFolder().path('stamped.xdf')
  await written(path)
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: true })
  const stream = file!.streams.find(({ name }) => name === 'Amplifier')!
  const late = stream.values!.map(([value], i) =>
    Math.abs(stream.stamps[i]! - hostTime(Number(value))),
  )
  expect(late).toHaveLength(2900)
  expect(Math.max(...late)).toBeLessThan(1e-4)
  expect(Number(stream.footer!.info.first_timestamp![0])).toBeCloseTo(8200, 6)
  const recording = await openRecording(await openFileSource(path), path)
  const read = recording.streams.find(({ info }) => info.name === 'Amplifier')!
  expect(read.gaps).toMatchObject([
    { atSample: 1000, lostSamples: 100, exact: false, startTime: expect.closeTo(1010, 3) },
  ])
  expect([read.firstTime, read.lastTime]).toEqual([
    expect.closeTo(1000, 3),
    expect.closeTo(hostTime(2999), 3),
  ])
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk' || item.stream !== info.id) continue
    const { data, time, deviceTime } = item.chunk
    expect(time[0]).toBeCloseTo(hostTime(data[0]!), 3)
    expect(deviceTime![0]).toBeCloseTo(hostTime(data[0]!) - offsetAt(hostTime(data[0]!)), 6)
  }
  await recording.close()
})

test('what another program said of its stream and we do not is in the header', async () => {
  const path = scratchFolder().path('described.xdf')
  await written(path)
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: false })
  const [desc] = file!.streams.find(({ name }) => name === 'Amplifier')!.desc
  expect(desc).toMatchObject({
    cap: [{ name: ['A & B'] }],
    channels: [{ channel: [{ label: ['Cz'], unit: ['microvolts'], impedance: ['4.2'] }] }],
  })
})

test.each(['<desc><a></desc>', 'nonsense', '', undefined])(
  'a description that is not well-formed (%j) is left out',
  (received) => {
    expect(mergeDescription('<desc><b>1</b></desc>', received)).toBe('<desc><b>1</b></desc>')
  },
)
