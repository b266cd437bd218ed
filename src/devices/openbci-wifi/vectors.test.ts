import { expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import type { StreamInfo } from '../../signal/index.ts'
import { witnessed } from '../_session/frame-finder.ts'
import { FramedStream } from '../_session/framed-stream.ts'
import { type BoardKind, boards } from './boards.ts'
import { jsonShape } from './json-samples.ts'
import { rawShape } from './packets.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

function reader(kind: BoardKind, output: 'raw' | 'json', gain = 24) {
  const told: [number, number][] = []
  const listener = {
    sampled: () => {},
    impedance: (input: number, kohm: number) => void told.push([input, kohm]),
  }
  const shape = output === 'raw' ? rawShape(kind, listener) : jsonShape(kind, gain, listener)
  const measure = output === 'raw' ? witnessed(shape.measure) : shape.measure
  const channels = Array.from({ length: boards[kind].channels }, () => ({}))
  const info = {
    id: 'x',
    channels,
    sampleFormat: 'int32',
    nominalRateHz: 250,
  } as never as StreamInfo
  const out = new DeviceLog(() => undefined)
  const stream = new FramedStream(out, info, { ...shape, measure })
  const log = out.stream('x')
  return { stream, log, told }
}

test('a packet of the Cyton, as the documentation has it', () => {
  const { stream, log } = reader('cyton', 'raw')
  const data = '00 00 00 00 00 01 ff ff ff 7f ff ff 80 00 00 00 ae c3 ff 51 3d 0f 42 40'
  for (const counter of ['05', '06']) {
    stream.bytes(hex(`a0 ${counter} ${data} 00 00 00 00 20 00 c0`), 1)
  }
  stream.cut()
  const counts = [0, 1, -1, 8388607, -8388608, 44739, -44739, 1000000]
  expect([log.values, log.sequence]).toEqual([
    [counts, counts],
    [5, 6],
  ])
})

test('a Daisy’s half follows the board’s, under the same number', () => {
  const { stream, log } = reader('daisy', 'raw')
  const half = (first: string) => `a0 09 ${first} ${'00 00 00 '.repeat(7)} 00 00 00 00 00 00 c0`
  stream.bytes(hex(half('00 00 01') + half('ff ff fe')), 1)
  stream.cut()
  expect(log.values).toEqual([[1, ...Array(7).fill(0), -2, ...Array(7).fill(0)]])
})

test('a Ganglion: four channels, a counter from 0 to 200, impedances behind C7', () => {
  const { stream, log, told } = reader('ganglion', 'raw')
  const data = (counter: string) =>
    `a0 ${counter} 01 86 a0 fe 79 60 7f ff ff 80 00 00 ${'00 '.repeat(12)} 00 01 ff c2 03 e8 c0`
  const tested = (input: string, digits: string) =>
    `a0 ${input} ${digits} ${'00 '.repeat(30 - digits.split(' ').filter(Boolean).length)} c7`
  stream.bytes(hex(data('c8') + data('00')), 1)
  // 42 kΩ at the first channel; nothing stands for 0; the fifth is the reference.
  stream.bytes(hex(tested('01', '34 32') + tested('03', '') + tested('05', '31 38')), 2)
  stream.bytes(hex(tested('06', '31') + tested('01', '34 5a')), 2)
  stream.cut()
  expect(log.values).toEqual(Array(2).fill([100000, -100000, 8388607, -8388608]))
  expect([log.gaps, log.sequence]).toEqual([[], [200, 0]])
  expect(told).toEqual([
    [0, 42],
    [2, 0],
    [4, 18],
  ])
})

const message =
  '{"chunk":[{"timestamp":81230412,"sampleNumber":7,"data":[0,22,-22,187500000,-187500022,999994,-999994,22351744]},' +
  '{"timestamp":81234412,"sampleNumber":8,"data":[44,0,0,0,0,0,0,-44]}],"count":3}'

test.each([1, 7, 64, 1000])(
  'JSON gives back the counts it was made of, read in %i bytes',
  (step) => {
    const { stream, log } = reader('cyton', 'json')
    const bytes = Buffer.from(
      `${message}\r\n{"count":4,"chunk":[{"data":[1,2,3,4,5,6,7,8],"sampleNumber":9}]}`,
    )
    for (let at = 0; at < bytes.length; at += step) stream.bytes(bytes.subarray(at, at + step), 1)
    stream.cut()
    expect(log.values[0]).toEqual([0, 1, -1, 8388607, -8388608, 44739, -44739, 1000000])
    expect(log.values[1]).toEqual([2, 0, 0, 0, 0, 0, 0, -2])
    expect(log.values).toHaveLength(3)
    expect([log.sequence, log.gaps]).toEqual([[7, 8, 9], []])
    expect(log.deviceTimes).toEqual([81.230412, 81.234412, Number.NaN])
    expect(stream.refusedBytes).toBe(0)
  },
)

test.each([
  ['cyton', 24],
  ['cyton', 1],
  ['cyton', 12],
  ['daisy', 6],
  ['ganglion', 51],
] as const)('%s at gain %i: every count comes back from its nanovolts', (kind, gain) => {
  const { stream, log } = reader(kind, 'json', gain)
  const { channels } = boards[kind]
  // As the firmware reckons: its constants, its rounding towards zero.
  const volts = {
    24: 0.000000022351744,
    12: 0.000000044703489,
    6: 0.000000089406978,
    1: 0.000000536441867,
    51: 0.00000000186995,
  }[gain]
  const sent: number[][] = []
  for (let n = 0; n < 2000; n++) {
    const counts = Array.from({ length: channels }, (_, c) =>
      n < 64 ? (n - 32) * (c + 1) : ((n * 8191 + c * 524287) % 16777216) - 8388608,
    )
    sent.push(counts)
    const data = counts.map((count) => Math.trunc(volts * count * 1e9) || 0)
    const text = JSON.stringify({
      chunk: [{ timestamp: n, sampleNumber: n % boards[kind].turn, data }],
      count: n,
    })
    stream.bytes(Buffer.from(text), n / 250)
  }
  expect(log.values).toEqual(sent)
})

test.each([
  '{"timestamp":1,"sampleNumber":7,"data":[1,2,3]}',
  '{"timestamp":1,"sampleNumber":7,"data":[1,2,3,4,5,6,7,8,9]}',
  '{"timestamp":1,"sampleNumber":256,"data":[1,2,3,4,5,6,7,8]}',
  '{"timestamp":1,"data":[1,2,3,4,5,6,7,8]}',
  '{"timestamp":1,"sampleNumber":7,"data":[1,2,3,4,5,6,7,-]}',
  '{"timestamp":1,"sampleNumber":7}',
  '{"timestamp":1e3,"sampleNumber":7,"data":[1,2,3,4,5,6,7,8]}',
  '{"timestamp":1,"sampleNumber":7,"data":[1,2,3,4,5,6,7,8]',
])('%s is no sample, and harms no other', (text) => {
  const { stream, log } = reader('cyton', 'json')
  const sound = (n: number) => `{"timestamp":1,"sampleNumber":${n},"data":[1,2,3,4,5,6,7,8]}`
  stream.bytes(Buffer.from(`{"chunk":[${sound(6)},${text},${sound(8)}],"count":0}`), 1)
  expect(log.sequence).toEqual([6, 8])
  expect(log.gaps).toMatchObject([{ atSample: 1, lostSamples: 1, exact: true, reason: 'corrupt' }])
})
