import { expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { parseOptions } from '../../signal/index.ts'
import { midi } from './index.ts'
import { MidiReader } from './notes.ts'

function markersOf(bytes: readonly number[], options: Record<string, unknown> = {}, cut = 1e9) {
  const out = new DeviceLog(() => undefined)
  const reader = new MidiReader(out, parseOptions('midi', midi.options, options))
  for (let at = 0; at < bytes.length; at += cut) {
    reader.bytes(Uint8Array.from(bytes.slice(at, at + cut)), 5)
  }
  return out.markers
}

const all = { kinds: ['note-on', 'note-off', 'control', 'program', 'pitch'] }
const song = [
  ...[0x90, 60, 100, 62, 90], // running status
  ...[0xf8, 0x80, 0xfe, 60, 64], // real-time bytes around and in the midst of a note off
  ...[0xf0, 0x7e, 0x10, 0x41, 0xf7], // system exclusive
  ...[64, 65], // no status is running after that
  ...[0xb9, 7, 127, 0xc1, 5, 0xe0, 0, 64, 0xe0, 127, 127],
  ...[0x90, 60, 0], // off by velocity 0
  ...[0xf2, 1, 2, 0x91, 61, 1],
]

test('notes, controllers, programs and the wheel are markers with channel and value', () => {
  const found = markersOf(song, all).map(({ label, value, source }) => [label, value, source])
  expect(found).toEqual([
    ['note 60', 100, 'midi/channel 1'],
    ['note 62', 90, 'midi/channel 1'],
    ['note off 60', 64, 'midi/channel 1'],
    ['control 7', 127, 'midi/channel 10'],
    ['program 5', 5, 'midi/channel 2'],
    ['pitch', 0, 'midi/channel 1'],
    ['pitch', 8191, 'midi/channel 1'],
    ['note off 60', 0, 'midi/channel 1'],
    ['note 61', 1, 'midi/channel 2'],
  ])
})

test('the same however the bytes are cut', () => {
  const whole = markersOf(song, all)
  for (const cut of [1, 2, 3, 5]) expect(markersOf(song, all, cut)).toEqual(whole)
})

test('unless told, notes that begin and controllers; of one channel where told', () => {
  expect(markersOf(song).map(({ label }) => label)).toEqual([
    ...['note 60', 'note 62', 'control 7', 'note 61'],
  ])
  expect(markersOf(song, { channel: 2 }).map(({ label }) => label)).toEqual(['note 61'])
})

test('messages of noise throw nothing, and the next note is heard', {
  timeout: fuzzTimeout,
}, () => {
  const out = new DeviceLog(() => undefined)
  const reader = new MidiReader(out, parseOptions('midi', midi.options, all))
  let state = 7
  const noise = new Uint8Array(3000)
  const rounds = fuzzedPackets / 1000
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < noise.length; i++) noise[i] = (state = (state * 48271) % 2147483647) >> 8
    reader.bytes(noise, round)
  }
  const before = out.markers.length
  reader.bytes(Uint8Array.of(0x92, 60, 1), rounds)
  expect(out.markers.length).toBe(before + 1)
  for (const { value } of out.markers) expect(value).toBeLessThanOrEqual(8191)
})
