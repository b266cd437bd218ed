import { describe, expect, test } from 'vitest'
import { graphAnswers, graphOutputOfOne } from '../../test/contract-graphs.ts'
import { reviewAnswers } from '../../test/contract-review.ts'
import { sessionAnswers } from '../../test/contract-sessions.ts'
import { MemoryChannel } from '../../test/memory-channel.ts'
import { newChunkBuffer, noSessionFields, SynapseError } from '../signal/index.ts'
import {
  ContractClient,
  ContractServer,
  type DeviceHealth,
  encodeFrames,
  frameBytes,
  type Handlers,
  type Method,
  methods,
  type Params,
  type Result,
  type Setup,
  type Status,
  type ViewFrames,
} from './index.ts'

const ledger = { expected: 3, received: 2, lost: 1 }
const marker = { time: 12.5, label: 'blink', durationSeconds: 0, source: 'keyboard' }
const at = { host: '127.0.0.1', port: 9000 }
const health: DeviceHealth = {
  device: 'eeg',
  firmware: 'v3.1.2',
  batteryPercent: 78,
  rssiDbm: null,
  bridgeLatencyMs: 16,
  silences: 1,
  reconnections: 0,
  lastSilence: { kind: 'silent', time: 4, seconds: 0.5 },
  buffer: { heldSeconds: 0.1, holdsSeconds: 20 },
  warnings: [{ topic: 'bridge', stream: '', message: 'It holds bytes back', remedy: 'Set it.' }],
}
const answers: { readonly [M in Method]: { params: Params<M>; result: Result<M> } } = {
  'devices.discover': {
    params: {},
    result: {
      found: [{ driver: 'synthetic', address: '', name: 'Synthetic board' }],
      drivers: [
        {
          id: 'synthetic',
          title: 'Synthetic board',
          help: 'No hardware.',
          address: null,
          options: {},
        },
      ],
    },
  },
  'devices.open': {
    params: { driver: 'synthetic', address: '', options: { channels: 64 } },
    result: { device: 'synthetic' },
  },
  'devices.configure': {
    params: { device: 'synthetic', options: { alphaUv: 5 } },
    result: { device: 'synthetic' },
  },
  'devices.close': { params: { device: 'synthetic' }, result: {} },
  'impedance.start': { params: { device: 'openbci-cyton', inputs: ['3N'] }, result: {} },
  'impedance.stop': { params: { device: 'openbci-cyton' }, result: {} },
  'view.set': { params: { lowCutHz: null, notchHz: 60 }, result: {} },
  'markers.add': { params: { label: 'blink' }, result: marker },
  ...sessionAnswers,
  ...graphAnswers,
  'recording.propose': { params: {}, result: { path: '/tmp/a.xdf' } },
  'recording.start': { params: { path: 'a.xdf' }, result: { path: '/tmp/a.xdf' } },
  'recording.stop': {
    params: {},
    result: { path: '/tmp/a.xdf', paths: ['/tmp/a.xdf'], bytes: 99, seconds: 1.5, ledger },
  },
  ...reviewAnswers,
  'trace.save': { params: { seconds: 5 }, result: { path: '/r/t.json', spans: 7, lost: 0 } },
  'lsl.send': { params: { what: 'devices' }, result: {} },
  'network.open': { params: { kind: 'osc', at }, result: { at } },
  'network.close': { params: { key: 'osc 1' }, result: {} },
  'network.send': { params: { what: 'everything' }, result: {} },
  'markers.listen': { params: { at: null }, result: { at: null } },
  'notices.dismiss': { params: { number: 3 }, result: {} },
}
const everyMethod = Object.keys(methods) as Method[]

/** Both ends, what the host was asked, and what the client heard. */
function connected(handlers: Partial<Record<Method, (params: unknown) => unknown>> = {}) {
  const [near, far] = [new MemoryChannel(), new MemoryChannel()]
  near.other = far
  far.other = near
  const asked: { method: string; params: unknown }[] = []
  const answering = Object.fromEntries(
    everyMethod.map((method) => [
      method,
      (params: unknown) => {
        asked.push({ method, params })
        return handlers[method] ? handlers[method](params) : answers[method].result
      },
    ]),
  ) as unknown as Handlers
  let serverEnds = 0
  const server = new ContractServer(far, answering, () => serverEnds++)
  const heard = {
    events: [] as { name: string; data: unknown }[],
    frames: [] as ViewFrames[],
    problems: [] as SynapseError[],
    closed: 0,
  }
  const client = new ContractClient(near, {
    event: (name, data) => heard.events.push({ name, data }),
    frames: (frames) => heard.frames.push(frames),
    problem: (error) => heard.problems.push(error),
    closed: () => heard.closed++,
  })
  return { near, far, server, client, asked, heard, serverEnds: () => serverEnds }
}

/** Lets everything that is under way arrive. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a call', () => {
  test.each(everyMethod)('%s: its parameters arrive, and its answer', async (method) => {
    const { client, asked, heard } = connected()
    const { params, result } = answers[method]
    expect(await client.call(method, params as never)).toEqual(result)
    expect(asked).toEqual([{ method, params }])
    expect(heard.problems).toEqual([])
  })

  test.each(everyMethod)('%s: its error arrives with code and remedy', async (method) => {
    const fails = () => {
      throw new SynapseError('port-busy', 'opening /dev/x: busy', { remedy: 'Close it.' })
    }
    const { client } = connected({ [method]: fails })
    const failed = { code: 'port-busy', message: 'opening /dev/x: busy', remedy: 'Close it.' }
    await expect(client.call(method, answers[method].params as never)).rejects.toMatchObject(failed)
  })

  test('that runs into a defect says so, and the channel goes on', async () => {
    const { client } = connected({
      'devices.close': () => Promise.reject(new TypeError('x is undefined')),
    })
    await expect(client.call('devices.close', { device: 'a' })).rejects.toMatchObject({
      code: 'internal',
      message: 'answering devices.close: x is undefined',
    })
    expect(await client.call('recording.propose', {})).toEqual({ path: '/tmp/a.xdf' })
  })

  test('that there is not is refused by name', async () => {
    const { client, asked } = connected()
    for (const name of ['devices.destroy', 'toString', '__proto__', '']) {
      await expect(client.call(name as Method, {} as never)).rejects.toMatchObject({
        code: 'bad-message',
        message: `answering "${name}": there is no such call`,
      })
    }
    expect(asked).toEqual([])
  })

  test.each([
    ['devices.open', { driver: 7, address: '' }, 'driver'],
    ['devices.open', { driver: 'synthetic', address: '', port: 1 }, 'port'],
    ['markers.add', { label: '   ' }, 'label'],
    ['markers.add', { label: 'x'.repeat(201) }, 'label'],
    ['markers.add', null, 'params'],
    ['view.set', { notchHz: 55 }, 'notchHz'],
    ['view.set', { binRateHz: 1e9 }, 'binRateHz'],
    ['recording.start', { path: '' }, 'path'],
    ['trace.save', { seconds: 1e9 }, 'seconds'],
    ['notices.dismiss', { number: 0.5 }, 'number'],
  ] as const)('%s with %j is refused, naming %s', async (method, params, name) => {
    const { client, asked } = connected()
    await expect(client.call(method, params as never)).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining(name),
    })
    expect(asked).toEqual([])
  })

  test('gets its own answer, also when a later call is answered first', async () => {
    let open = (_: unknown) => {}
    const opening = new Promise((resolve) => {
      open = resolve
    })
    const { client } = connected({ 'devices.open': () => opening })
    const first = client.call('devices.open', answers['devices.open'].params)
    expect(await client.call('recording.propose', {})).toEqual({ path: '/tmp/a.xdf' })
    open({ device: 'late' })
    expect(await first).toEqual({ device: 'late' })
  })

  test('is refused when the answer is not as agreed', async () => {
    const { client } = connected({ 'recording.propose': () => ({ path: 7 }) })
    await expect(client.call('recording.propose', {})).rejects.toMatchObject({
      code: 'bad-message',
      message: expect.stringContaining('path'),
    })
  })

  test('without an answer is refused with link-lost when the channel closes, and so is one after', async () => {
    const { client, far, heard, serverEnds } = connected({
      'devices.discover': () => new Promise(() => {}),
    })
    const waiting = client.call('devices.discover', {})
    await settled()
    far.close()
    await expect(waiting).rejects.toMatchObject({ code: 'link-lost' })
    await expect(client.call('recording.propose', {})).rejects.toMatchObject({ code: 'link-lost' })
    client.close()
    expect(heard.closed).toBe(1)
    expect(serverEnds()).toBe(1)
  })
})

test.each([
  'garbage',
  '{"call":',
  '[]',
  'null',
  '{"call":"recording.stop"}',
  '{"call":"recording.stop","id":-1,"params":{}}',
  '{"takenBytes":-1}',
  '{"takenBytes":"1"}',
  '{"takenBytes":1e999}',
  '{"takenBytes":1,"more":2}',
])('a client that sends %s is cut off', async (text) => {
  const { near, far, asked, serverEnds } = connected()
  near.send(text)
  await settled()
  expect(far.isClosed).toBe(true)
  expect(serverEnds()).toBe(1)
  expect(asked).toEqual([])
})

describe('back-pressure', () => {
  const windowBytes = 2 * 1024 * 1024
  const framesEach = 1000
  const chunk = newChunkBuffer({ format: 'float32', channels: 8, maxFrames: framesEach })
  chunk.frames = framesEach
  const each = frameBytes(framesEach, 8)
  const send = (server: ContractServer, count: number) => {
    let sent = 0
    for (let i = 0; i < count; i++) {
      if (server.frames(encodeFrames(1, chunk, 8), framesEach)) sent++
    }
    return sent
  }
  const fits = Math.floor(windowBytes / each)

  test('a client that takes nothing in gets no more than the window, and each frame withheld is counted', () => {
    const { server, near, far } = connected()
    near.isFrozen = true
    expect(send(server, 200)).toBe(fits)
    expect(server.droppedFrames).toBe((200 - fits) * framesEach)
    const bytes = far.sent.reduce((sum, data) => sum + data.length, 0)
    expect(bytes).toBe(fits * each)
  })

  test('a client that keeps up gets everything', async () => {
    const { server, heard } = connected()
    for (let round = 0; round < 20; round++) {
      expect(send(server, 40)).toBe(40)
      await settled()
    }
    expect(server.droppedFrames).toBe(0)
    expect(heard.frames).toHaveLength(800)
  })

  test('it gets frames again as soon as it says that it has taken some in', async () => {
    const { server, near } = connected()
    near.isFrozen = true
    send(server, 200)
    near.send(JSON.stringify({ takenBytes: 10 * each }))
    await settled()
    const dropped = server.droppedFrames
    expect(send(server, 20)).toBe(10)
    expect(server.droppedFrames).toBe(dropped + 10 * framesEach)
  })

  test('a client that lies about what it has taken in gains nothing by it', async () => {
    const { server, near } = connected()
    near.isFrozen = true
    near.send(JSON.stringify({ takenBytes: 1e15 }))
    await settled()
    expect(send(server, 200)).toBe(fits)
    near.send(JSON.stringify({ takenBytes: 1e15 }))
    near.send(JSON.stringify({ takenBytes: 1e15 }))
    await settled()
    expect(send(server, 200)).toBe(fits)
    // It can only harm itself.
    near.send(JSON.stringify({ takenBytes: 0 }))
    await settled()
    expect(send(server, 200)).toBe(0)
  })
})

describe('events', () => {
  const setup: Setup = {
    version: '0.1.0',
    drivers: [],
    devices: [],
    streams: [],
    outputs: [graphOutputOfOne],
    view: {
      montage: 'recorded',
      lowCutHz: 0.5,
      highCutHz: 45,
      notchHz: 50,
      removeBlinks: false,
      binRateHz: 250,
    },
    lsl: { sending: 'nothing', streams: 0 },
    network: { sending: 'devices', targets: [], markersAt: null },
    session: noSessionFields,
    notices: [],
  }
  const status: Status = {
    time: 5,
    ledger,
    streams: [{ id: 'eeg', ledger, effectiveRateHz: 250.01, clock: null }],
    devices: [health],
    network: {
      targets: [{ key: 'osc 1', sent: 9, dropped: 0, receivers: null }],
      missed: 0,
      lsl: { received: 0, dropped: 0 },
      markers: { received: 2, refused: 1 },
    },
    outputs: [
      { key: 'graph a/out', ledger, effectiveRateHz: 10, latency: { p50Ms: 0.4, p99Ms: 2 } },
    ],
    playbacks: [],
    recording: null,
    disk: { folder: '/tmp', freeBytes: 1e9, hoursLeft: null },
    latency: {
      filtered: null,
      inference: { count: 9, p50Ms: 4, p99Ms: 9 },
      budgetMs: 100,
      stages: [
        { stage: 'processing', budgetMs: 40, taken: { p50Ms: 0.4, p99Ms: 2 } },
        { stage: 'storage', budgetMs: 10, taken: null },
      ],
    },
    droppedFrames: 0,
  }

  test('arrive as they were sent', async () => {
    const { server, heard } = connected()
    server.event('setup', setup)
    server.event('status', status)
    server.event('marker', marker)
    await settled()
    expect(heard.events).toEqual([
      { name: 'setup', data: setup },
      { name: 'status', data: status },
      { name: 'marker', data: marker },
    ])
    expect(heard.problems).toEqual([])
  })

  test.each([
    ['an event that is not as agreed', JSON.stringify({ event: 'marker', data: { time: 'now' } })],
    ['half a message', '{"event":'],
    ['a message of another kind', '{"hello":1}'],
    ['an error without a code', '{"answer":0,"error":{"message":"x"}}'],
  ])('%s is a problem, not an end', async (_what, text) => {
    const { far, server, heard } = connected()
    far.send(text)
    server.event('marker', marker)
    await settled()
    expect(heard.problems).toEqual([expect.objectContaining({ code: 'bad-message' })])
    expect(heard.events).toHaveLength(1)
  })

  test('frames that are no whole message are a problem, not an end', async () => {
    const { far, heard } = connected()
    far.send(new Uint8Array(30))
    await settled()
    expect(heard.problems).toEqual([expect.objectContaining({ code: 'bad-message' })])
  })

  test('that a newer host sends are passed over', async () => {
    const { far, heard } = connected()
    far.send('{"event":"weather","data":{}}')
    far.send('{"event":"toString","data":{}}')
    far.send('{"answer":99,"result":{}}')
    await settled()
    expect(heard.events).toEqual([])
    expect(heard.problems).toEqual([])
  })
})
