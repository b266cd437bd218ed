import { expect, test } from 'vitest'
import { OscBundle, type OscValue, oscAddress, readOsc } from './osc.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

function read(bytes: Uint8Array) {
  const found: [string, readonly OscValue[], number][] = []
  const isSound = readOsc(bytes, {
    message: (address, values, time) => void found.push([address, values, time]),
  })
  return { found, isSound }
}

// The examples of the specification itself ("OSC Message Examples").
const oscillator = '2f6f7363 696c6c61 746f722f 342f6672 65717565 6e637900 2c660000 43dc0000'
const foo =
  '2f666f6f 00000000 2c696973 66660000 000003e8 ffffffff 68656c6c 6f000000 3f9df3b6 40b5b22d'

test('the examples of the specification are read as printed', () => {
  expect(read(bytesOf(oscillator)).found).toEqual([['/oscillator/4/frequency', [440], Number.NaN]])
  const [[address, values]] = read(bytesOf(foo)).found as [[string, OscValue[], number]]
  expect([address, ...values]).toEqual([
    ...['/foo', 1000, -1, 'hello', Math.fround(1.234), Math.fround(5.678)],
  ])
})

test('and written as printed, behind the head of a bundle', () => {
  const bundle = new OscBundle(256)
  bundle.begin(0)
  bundle.message('/foo', [1000, -1, 'hello', 1.234, 5.678])
  expect(Buffer.from(bundle.bytes.slice(20)).toString('hex')).toBe(foo.replaceAll(' ', ''))
  // "#bundle", the first second of 1970 in NTP's count, the length of the message.
  expect(Buffer.from(bundle.bytes.slice(0, 20)).toString('hex')).toBe(
    `2362756e646c650083aa7e8000000000${(40).toString(16).padStart(8, '0')}`,
  )
})

test('frames of floats come back with the time of their bundle', () => {
  const bundle = new OscBundle(1200)
  bundle.begin(1_700_000_000.25)
  bundle.message('/eeg/sample', [7])
  bundle.floats('/eeg', [9, 1.5, -2.25, 3], 1, 3)
  expect(read(bundle.bytes)).toEqual({
    isSound: true,
    found: [
      ['/eeg/sample', [7], 1_700_000_000.25],
      ['/eeg', [1.5, -2.25, 3], 1_700_000_000.25],
    ],
  })
})

test('types beyond the four are read or passed over', () => {
  const message = bytesOf(
    '2f610000 2c684464 544e4249 73000000'.replace('44', '64').replace('42', '62') +
      '00000000 00000005 3ff80000 00000000 40000000 00000000 00000003 01020300 78000000',
  )
  expect(read(message).found).toEqual([['/a', [5, 1.5, 2, 1, null, null, null, 'x'], Number.NaN]])
})

test('an address has no signs that patterns have', () => {
  expect(oscAddress('lsl/my stream #2?')).toBe('/lsl/my_stream_2_')
})

test('10⁵ damaged packets throw nothing, and are told from sound ones', () => {
  const bundle = new OscBundle(1200)
  bundle.begin(1)
  bundle.message('/eeg/channels', ['Fp1', 'Fp2'])
  bundle.floats('/eeg', [1, 2, 3, 4, 5, 6, 7, 8], 0, 8)
  const sound = bundle.bytes.slice()
  let state = 1
  const random = (below: number) => (state = (state * 48271) % 2147483647) % below
  let refused = 0
  for (let i = 0; i < 1e5; i++) {
    const bytes = sound.slice(0, random(3) ? sound.length : random(sound.length))
    for (let n = random(4); n >= 0 && bytes.length; n--) bytes[random(bytes.length)] = random(256)
    if (!read(bytes).isSound) refused++
  }
  expect(refused).toBeGreaterThan(2e4)
})
