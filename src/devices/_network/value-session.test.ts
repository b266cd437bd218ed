import { describe, expect, test } from 'vitest'
import { during, ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { MemoryNetwork } from '../../../test/device-memory-network.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { OscBundle } from '../../network/index.ts'
import {
  type DeviceDriver,
  newChunkBuffer,
  parseOptions,
  type StreamInfo,
} from '../../signal/index.ts'
import { JsonOutlet, OscOutlet } from '../../sinks/index.ts'
import { osc } from '../osc/index.ts'
import { udp } from '../udp/index.ts'
import { websocket } from '../websocket/index.ts'

function onNetwork() {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const out = new DeviceLog(() => undefined)
  const transports = transportsWith({ network })
  const open = (driver: DeviceDriver, address: string, given: Record<string, unknown> = {}) =>
    driver.open(address, parseOptions(driver.id, driver.options, given), { out, clock, transports })
  return { clock, network, out, open }
}

const lines = { labels: ['a', 'b'], rateHz: 100 }

async function streamingLines(given: Record<string, unknown> = {}) {
  const all = onNetwork()
  const session = await during(all.clock, all.open(udp, '9000', { ...lines, ...given }))
  await session.start()
  return { ...all, session, log: all.out.stream('udp/values') }
}

describe('udp', () => {
  test('lines of numbers are rows, whatever stands between them', async () => {
    const { network, log } = await streamingLines()
    for (const text of ['1,2', '3; 4\n5\t6', '# remark\n 7 8 \r\n', '-1e-3,+2.5']) {
      network.datagram(9000, text)
    }
    expect(log.values).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [-0.001, 2.5],
    ])
    expect(log.gaps).toEqual([])
  })

  test('what is neither lines nor JSON, or has other channels, is refused and counted', async () => {
    const { network, log, session, out } = await streamingLines()
    for (const text of ['x,y', '1,2,3', '1', '{"data":[1]}', '{', '[1,"2"]', '']) {
      network.datagram(9000, text)
    }
    network.datagram(9000, '1,2')
    expect(log.values).toEqual([[1, 2]])
    await session.stop()
    expect(out.facts).toContainEqual({ name: 'refused', value: 6, unit: 'messages' })
  })

  test('a counter tells exactly what is lost; what is late or doubled counts as that', async () => {
    const { network, log, session, out } = await streamingLines({ counter: 'first' })
    for (const count of [10, 11, 15, 13, 15, 16]) network.datagram(9000, `${count},1,2`)
    expect([log.values.length, log.lost, log.next]).toEqual([4, 3, 7])
    expect(log.gaps).toEqual([{ atSample: 2, lostSamples: 3, exact: true, reason: 'lost' }])
    await session.stop()
    expect(out.facts).toContainEqual({ name: 'late', value: 2, unit: 'messages' })
  })

  test('a sender that begins anew goes on behind a gap that time tells', async () => {
    const { clock, network, log } = await streamingLines({ counter: 'first' })
    network.datagram(9000, '50000,1,2')
    await clock.run(0.5)
    network.datagram(9000, '0,3,4')
    network.datagram(9000, '1,3,4')
    expect(log.gaps).toEqual([{ atSample: 1, lostSamples: 49, exact: false, reason: 'lost' }])
    expect(log.values).toHaveLength(3)
  })

  test('a message without an index follows the one before it, and the count goes on behind it', async () => {
    const { network, log } = await streamingLines()
    for (const text of [
      '{"sample":10,"data":[1,2]}',
      '{"data":[3,4]}',
      '{"sample":14,"data":[5,6]}',
    ]) {
      network.datagram(9000, text)
    }
    expect(log.gaps).toEqual([{ atSample: 2, lostSamples: 2, exact: true, reason: 'lost' }])
    expect([log.values.length, log.next]).toEqual([3, 5])
  })

  test('silence is told within two seconds, and its end', async () => {
    const { clock, network, out } = await streamingLines()
    network.datagram(9000, '1,2')
    await clock.run(2)
    expect(out.states.at(-1)).toBe('stalled')
    network.datagram(9000, '1,2')
    expect(out.states.at(-1)).toBe('streaming')
  })

  test('without a word of its channels, the first message tells; of several streams, one is taken', async () => {
    const { clock, network, open, out } = onNetwork()
    const opening = open(udp, '9000')
    await clock.run(0.1)
    network.datagram(9000, '{"kind":"stream","stream":"b","rateHz":50,"channels":[{"label":"x"}]}')
    network.datagram(9000, '{"stream":"a","sample":3,"frames":[[1,2,3]]}')
    await clock.run(0.1)
    network.datagram(
      9000,
      '{"kind":"stream","stream":"a","type":"ECG","rateHz":500,"channels":[{"label":"I","unit":"mV"},{"label":"II","unit":"mV"},{"label":"III","unit":"mV"}]}',
    )
    const session = await during(clock, opening)
    expect(session.streams[0]).toMatchObject({ name: 'a', type: 'ECG', nominalRateHz: 500 })
    expect(session.streams[0]!.channels.map(({ label, unit }) => label + unit)).toEqual([
      ...['ImV', 'IImV', 'IIImV'],
    ])
    await session.start()
    network.datagram(9000, '{"stream":"b","sample":0,"frames":[[9]]}')
    network.datagram(9000, '{"stream":"a","sample":10,"frames":[[1,2,3],[4,5,6]]}')
    expect(out.stream('udp/values').sequence).toEqual([10, 11])
  })

  test('where nothing comes, it says so', async () => {
    const { clock, open } = onNetwork()
    await expect(during(clock, open(udp, '9000'))).rejects.toMatchObject({ code: 'silent-device' })
  })
})

test('websocket: hung up, it is taken up again, and the index tells what is missing', async () => {
  const { clock, network, out, open } = onNetwork()
  const opening = open(websocket, 'ws://127.0.0.1:9000', lines)
  const session = await during(clock, opening)
  await session.start()
  const log = out.stream('websocket/values')
  for (let round = 0; round < 100; round++) {
    network.broadcast(`{"sample":${round * 10},"data":[1,2]}`)
    network.serves = false
    network.hangUp()
    await clock.run(0.3)
    expect(out.states.at(-1)).toBe('reconnecting')
    network.serves = true
    await clock.run(0.3)
  }
  network.broadcast('{"sample":1000,"data":[1,2]}')
  expect([log.values.length, log.lost, log.next]).toEqual([101, 900, 1001])
  expect(log.gaps.every(({ exact, reason }) => exact && reason === 'disconnected')).toBe(true)
  await during(clock, session.close())
  expect([out.states.at(-1), out.violations]).toEqual(['closed', []])
})

const info: StreamInfo = {
  id: 'board/eeg',
  name: 'Board EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: 250,
  channels: ['C3', 'C4'].map((label) => ({
    label,
    type: 'EEG',
    unit: 'uV',
    scale: 0.25,
    offset: 1,
  })),
  origin: { source: 'board' },
}

/** 100 frames from sample 40 on, padded. */
function sentChunk() {
  const chunk = newChunkBuffer({ format: 'int32', channels: 2, maxFrames: 100, stride: 4 })
  chunk.firstSample = 40
  chunk.frames = 100
  for (let f = 0; f < 100; f++) {
    chunk.data.set([f, -4 * f], f * 4)
    chunk.time[f] = 10 + f / 250
  }
  return chunk
}

test.each(['osc', 'udp', 'websocket'] as const)(
  '%s: what our outlet sends, our driver has, sample for sample, with labels, rate and losses',
  async (kind) => {
    const { clock, network, out, open } = onNetwork()
    const say = {
      osc: (bytes: Uint8Array | string) => void network.datagram(9000, bytes),
      udp: (text: Uint8Array | string) => void network.datagram(9000, text),
      websocket: (text: Uint8Array | string) => network.broadcast(text as string),
    }[kind]
    const outlet = kind === 'osc' ? new OscOutlet(say, 0) : new JsonOutlet(say, 1200)
    const driver = { osc, udp, websocket }[kind]
    const address = kind === 'websocket' ? 'ws://127.0.0.1:9000' : '9000'
    const opening = open(driver, address)
    await clock.run(0.1)
    outlet.addStream(info)
    outlet.write(info.id, sentChunk())
    const session = await during(clock, opening)
    expect(session.streams[0]).toMatchObject({
      nominalRateHz: 250,
      name: expect.stringMatching(/board.eeg/),
    })
    expect(session.streams[0]!.channels.map(({ label }) => label)).toEqual(['C3', 'C4'])
    await session.start()
    outlet.write(info.id, sentChunk())
    const later = sentChunk()
    later.firstSample = 150
    outlet.write(info.id, later)
    outlet.marker({ time: 1, label: 'go', durationSeconds: 0, source: 'cli', value: 3 })
    const log = out.stream(session.streams[0]!.id)
    const once = Array.from({ length: 100 }, (_, f) => [f * 0.25 + 1, 1 - f])
    expect(log.values).toEqual([...once, ...once])
    expect(log.gaps).toMatchObject([{ atSample: 100, lostSamples: 10, exact: true }])
    expect(out.violations).toEqual([])
    await session.stop()
    expect(out.facts).toEqual([])
  },
)

test('osc: 10⁴ datagrams of noise between sound ones grow nothing and lose nothing', async () => {
  const { clock, network, out, open } = onNetwork()
  const opening = open(osc, '9000', { labels: ['x'], rateHz: 100, stream: '/x' })
  const session = await during(clock, opening)
  await session.start()
  const bundle = new OscBundle(64)
  let state = 3
  const noise = new Uint8Array(44)
  for (let i = 0; i < 1e4; i++) {
    for (let b = 0; b < noise.length; b++) noise[b] = (state = (state * 48271) % 2147483647) & 255
    network.datagram(9000, noise)
    bundle.begin(0)
    bundle.floats('/x', [i], 0, 1)
    network.datagram(9000, bundle.bytes)
  }
  expect(out.stream('osc/values').values.length).toBe(1e4)
})
