import { expect, test } from 'vitest'
import { packetOf } from '../../../test/device-cyton-bytes.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { parseOptions } from '../../signal/index.ts'
import { cytonOptions } from '../_cyton/options.ts'
import { CytonChunks } from './chunks.ts'
import { cytonStreams } from './streams.ts'

function chunks() {
  const out = new DeviceLog(() => undefined)
  const options = parseOptions('openbci-cyton', cytonOptions, {})
  const streams = cytonStreams('port', 'v3.1.2', options)
  return { out, made: new CytonChunks(out, streams, options), streams }
}

function stamped(index: number, value: number): Uint8Array {
  const packet = packetOf(index, { boardMs: index * 4 })
  new DataView(packet.buffer).setInt16(26, value)
  return packet
}

test('the accelerometer of stamped packets is put together from three of them', () => {
  const { out, made } = chunks()
  for (let i = 0; i < 30; i++) made.packet(stamped(i, i), 0, i)
  made.flush()
  const accel = out.stream('openbci-cyton/accel')
  expect(accel.values).toEqual([
    [7, 8, 9],
    [17, 18, 19],
    [27, 28, 29],
  ])
  expect(accel.hostTimes).toEqual([9, 19, 29])
})

test('a reading of which a packet was lost is left out', () => {
  const { out, made } = chunks()
  for (let i = 0; i < 60; i++) if (![7, 18, 29].includes(i)) made.packet(stamped(i, i), 0, i)
  made.flush()
  expect(out.stream('openbci-cyton/accel').values).toEqual([
    [37, 38, 39],
    [47, 48, 49],
    [57, 58, 59],
  ])
})

test('plain packets bear a reading when they bear one: zeros are none', () => {
  const { out, made } = chunks()
  for (let i = 0; i < 20; i++) {
    const packet = packetOf(i)
    if (i % 10 === 4) new DataView(packet.buffer).setInt16(30, 8192)
    made.packet(packet, 0, i)
  }
  made.flush()
  expect(out.stream('openbci-cyton/accel').values).toEqual([
    [0, 0, 8192],
    [0, 0, 8192],
  ])
})

test('no chunk is longer than its buffer, however many packets one read brings', () => {
  const { out, made, streams } = chunks()
  for (let i = 0; i < 1000; i++) made.packet(packetOf(i), 0, 1)
  made.flush()
  const log = out.stream(streams.eeg.id)
  expect(Math.max(...log.chunks)).toBeLessThanOrEqual(128)
  expect([log.next, out.violations]).toEqual([1000, []])
})

test('the streams say what a value is worth, and how far the converter reaches', () => {
  const { streams } = chunks()
  const [first] = streams.eeg.channels
  expect(first).toMatchObject({ label: 'Fp1', unit: 'uV', type: 'EEG' })
  expect(first!.scale).toBeCloseTo(0.02235174, 8)
  expect(first!.range![0]).toBeCloseTo(-187500.022, 2)
  expect(first!.range![1]).toBeCloseTo(187500, 2)
  expect(streams.auxiliary.channels.map(({ unit, scale }) => [unit, scale])).toEqual([
    ['g', 0.000125],
    ['g', 0.000125],
    ['g', 0.000125],
  ])
})
