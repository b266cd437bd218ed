import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { soundRecording } from '../../test/sound-recording.ts'
import {
  ContractClient,
  type EventData,
  type EventName,
  maxCallBytes,
  type Setup,
  socketChannel,
  type ViewFrames,
} from '../contract/index.ts'
import { openFileSource, openRecording, summarise } from '../formats/index.ts'
import { type AcquisitionHost, openHost, type Serving, serve } from './index.ts'

let host: AcquisitionHost
let serving: Serving

beforeAll(async () => {
  host = openHost()
  serving = await serve(host, 0)
})

afterAll(async () => {
  await serving.end()
  await host.end()
})

interface Reply {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** A request as it is written: neither path nor host is made tidy on the way. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ port: serving.port, host: '127.0.0.1', path, headers, method })
    asking.on('error', reject)
    asking.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, text }),
      )
    })
    asking.end()
  })
}

/** `open`, or the status with which it was refused. */
function tryContract(path: string, headers: Record<string, string> = {}) {
  return new Promise<'open' | number | undefined>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${serving.port}${path}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('error', () => {})
  })
}

const here = () => `127.0.0.1:${serving.port}`

describe('who may ask', () => {
  test.each([
    ['a page that was served from here', () => `http://${here()}`],
    ['a program, which has no origin', () => undefined],
  ])('%s', async (_who, origin) => {
    const headers = origin() === undefined ? {} : { Origin: origin()! }
    expect((await ask('/', headers)).status).not.toBe(403)
    expect(await tryContract('/contract', headers)).toBe('open')
  })

  test('a page that called this machine by its other name', async () => {
    const headers = {
      Host: `localhost:${serving.port}`,
      Origin: `http://localhost:${serving.port}`,
    }
    expect((await ask('/', headers)).status).not.toBe(403)
    expect(await tryContract('/contract', headers)).toBe('open')
  })

  test.each([
    ['a page of another site', { Origin: 'https://example.org' }],
    ['a page of another program on this machine', { Origin: 'http://127.0.0.1:1' }],
    ['a page without an origin of its own', { Origin: 'null' }],
    ['a page whose name server sent it here', { Host: 'rebound.example:8470' }],
    ['a page whose name only begins like ours', { Host: '127.0.0.1.example' }],
    ['the same with its origin', { Host: 'a.example', Origin: 'http://a.example' }],
  ])('%s is refused', async (_who, headers) => {
    expect((await ask('/', headers)).status).toBe(403)
    expect(await tryContract('/contract', headers)).toBe(403)
  })

  test('a client that is gone before it is refused harms nobody', async () => {
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(serving.port, '127.0.0.1', () => {
          const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://x.example'
          socket.write(`GET /contract HTTP/1.1\r\nHost: x.example\r\n${upgrade}\r\n\r\n`, () => {
            socket.resetAndDestroy()
            resolve()
          })
        })
      })
    }
    expect(await tryContract('/contract')).toBe('open')
  })
})

describe('what is served', () => {
  test('says what a page may load, whatever the answer', async () => {
    for (const path of ['/', '/nothing']) {
      const { headers } = await ask(path)
      const policy = String(headers['content-security-policy'])
      expect(policy).toMatch(/default-src 'self'/)
      expect(policy).not.toMatch(/unsafe-eval|script-src/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test.each([
    '/../package.json',
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/../../../package.json',
    '/..\\..\\package.json',
    '//etc/passwd',
    '/etc/passwd',
    '/%00',
    '/%ff',
    'http://example.org/package.json',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await ask(path)
    expect([404, 503]).toContain(status)
    expect(text).not.toMatch(/synapsestream|root:/)
  })

  test('is only to be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect((await ask('/', {}, method)).status).toBe(405)
    }
  })

  test.each(['/', '/contract/', '/contract/more', '/contract?x=1', '/Contract'])(
    'the contract is not at %s',
    async (path) => {
      expect(await tryContract(path)).toBe(403)
    },
  )
})

test('a port that is taken is said to be, and nothing is left running', async () => {
  const listeners: unknown[] = []
  const watched = new Proxy(host, {
    get(target, name) {
      if (name === 'listen') {
        return (listener: Parameters<AcquisitionHost['listen']>[0]) => {
          const cancel = target.listen(listener)
          listeners.push(listener)
          return () => {
            listeners.pop()
            cancel()
          }
        }
      }
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  await expect(serve(watched, serving.port)).rejects.toMatchObject({
    code: 'address-in-use',
    message: expect.stringContaining(String(serving.port)),
    remedy: expect.stringContaining('--port'),
  })
  expect(listeners).toEqual([])
})

interface Heard {
  readonly client: ContractClient
  readonly frames: ViewFrames[]
  readonly closed: Promise<void>
  /** The first event from now on that fits. */
  event<E extends EventName>(name: E, fits: (data: EventData<E>) => boolean): Promise<EventData<E>>
  framesOf(number: number): Promise<ViewFrames>
}

/** A client as a page would be, over a real socket. */
async function connected(to: Serving): Promise<Heard> {
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}/contract`)
  const waiting = new Set<(name: string, data: unknown) => void>()
  const frames: ViewFrames[] = []
  let close = () => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const waitFor = <T>(fits: (name: string, data: unknown) => boolean) =>
    new Promise<T>((resolve) => {
      const look = (name: string, data: unknown) => {
        if (!fits(name, data)) return
        waiting.delete(look)
        resolve(data as T)
      }
      waiting.add(look)
    })
  const tell = (name: string, data: unknown) => {
    for (const look of waiting) look(name, data)
  }
  const client = new ContractClient(socketChannel(socket), {
    event: tell,
    frames: (each) => {
      frames.push(each)
      tell('frames', each)
    },
    problem: (error) => tell('problem', error),
    closed: close,
  })
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    client,
    frames,
    closed,
    event: (wanted, fits) => waitFor((name, data) => name === wanted && fits(data as never)),
    framesOf: (number) =>
      waitFor((name, data) => name === 'frames' && (data as ViewFrames).number === number),
  }
}

test('a client that sends too much is cut off alone', async () => {
  const other = await connected(serving)
  const socket = new WebSocket(`ws://127.0.0.1:${serving.port}/contract`)
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.on('open', () => socket.send('x'.repeat(maxCallBytes + 1)))
  expect(await closed).toBe(1009)
  expect(await other.client.call('recording.propose', {})).toEqual({ path: host.proposePath() })
  other.client.close()
})

describe('a session, from one client to the host and back', () => {
  test('open, look, mark, record, stop', async () => {
    const scratch = scratchFolder()
    const own = openHost({ folder: scratch.path('recordings') })
    const served = await serve(own, 0)
    const { client, event, framesOf, closed } = await connected(served)
    const shown = event('setup', ({ streams }) => streams.some(({ role }) => role === 'display'))
    const options = { channels: 4, rateHz: 250 }
    const { device } = await client.call('devices.open', {
      driver: 'synthetic',
      address: '',
      options,
    })
    const setup: Setup = await shown
    expect(setup.devices).toMatchObject([{ id: device, driver: 'synthetic' }])
    expect(setup.devices[0]!.streams).toMatchObject([{ type: 'EEG', nominalRateHz: 250 }])
    const display = setup.streams.find(({ role }) => role === 'display')!
    expect(display).toMatchObject({ device, source: 'synthetic/eeg', sourceRateHz: 250 })
    const { channels, frames, time } = await framesOf(display.number)
    expect(channels).toBe(8)
    expect(frames).toBeGreaterThan(0)
    expect(Math.abs(time[0]! - own.clock.now())).toBeLessThan(30)

    const { path } = await client.call('recording.start', { path: 'first' })
    expect(path).toBe(scratch.path('recordings/first.xdf'))
    const marked = event('marker', ({ label }) => label === 'eyes open')
    await client.call('markers.add', { label: 'eyes open' })
    expect(await marked).toMatchObject({ source: 'keyboard', durationSeconds: 0 })
    const status = await event('status', ({ recording }) => (recording?.ledger.received ?? 0) > 0)
    expect(status.recording).toMatchObject({ path, markers: 1 })
    await expect(client.call('recording.start', {})).rejects.toMatchObject({ code: 'not-ready' })

    const { ledger, bytes } = await client.call('recording.stop', {})
    expect(ledger.lost).toBe(0)
    expect(ledger.received).toBeGreaterThan(0)
    const recording = await openRecording(await openFileSource(path), path)
    const summary = summarise(recording)
    await recording.close()
    expect(summary.ledger).toEqual(ledger)
    expect(summary.markers.map(({ label }) => label)).toEqual(['eyes open'])
    expect(bytes).toBeGreaterThan(1000)
    const gone = event('setup', ({ devices }) => devices.length === 0)
    await client.call('devices.close', { device })
    expect((await gone).streams).toEqual([])
    await served.end()
    await closed
    await own.end()
  })

  test('a device that is opened anew while it is recorded gets a place of its own in the file', async () => {
    const scratch = scratchFolder()
    const own = openHost({ folder: scratch.path('.') })
    const served = await serve(own, 0)
    const { client, event } = await connected(served)
    const address = { driver: 'synthetic', address: '' }
    const first = await client.call('devices.open', address)
    const { path } = await client.call('recording.start', {})
    const flowing = event('status', ({ recording }) => (recording?.ledger.received ?? 0) > 0)
    await flowing
    await client.call('devices.close', first)
    const again = event('status', ({ streams }) => streams[0]?.id === 'synthetic/eeg#2')
    await client.call('devices.open', address)
    const before = (await again).recording!.ledger.received
    await event('status', ({ recording }) => recording!.ledger.received > before)
    await client.call('recording.stop', {})
    const recording = await openRecording(await openFileSource(path), path)
    const { streams, ledger } = summarise(recording)
    await recording.close()
    expect(streams.map(({ id }) => id)).toEqual(['synthetic/eeg', 'synthetic/eeg#2'])
    expect(streams.every(({ samples }) => samples > 0)).toBe(true)
    expect(ledger.lost).toBe(0)
    expect(own.notices.list).toEqual([])
    await served.end()
    await own.end()
  })
})

describe('what cannot be opened is refused with its code', () => {
  test.each([
    ['a driver that there is not', { driver: 'telepathy', address: '' }, 'unknown-device'],
    [
      'an option that there is not',
      { driver: 'synthetic', address: '', options: { colour: 'red' } },
      'bad-option',
    ],
    [
      'a value out of its range',
      { driver: 'synthetic', address: '', options: { channels: 0 } },
      'bad-option',
    ],
    ['a file that is not there', { driver: 'replay', address: '/nowhere/a.xdf' }, 'file-missing'],
    [
      'a port that is not there',
      { driver: 'openbci-cyton', address: '/dev/ttyNOWHERE9' },
      'port-missing',
    ],
  ] as const)('%s', async (_what, params, code) => {
    const { client } = await connected(serving)
    await expect(client.call('devices.open', params)).rejects.toMatchObject({ code })
    expect(host.links).toEqual([])
    client.close()
  })

  test('a device that is not open cannot be closed', async () => {
    const { client } = await connected(serving)
    const closing = client.call('devices.close', { device: 'replay' })
    await expect(closing).rejects.toMatchObject({ code: 'unknown-device' })
    client.close()
  })

  test('nothing is recorded without a device, and nothing stopped that does not run', async () => {
    const { client } = await connected(serving)
    await expect(client.call('recording.start', {})).rejects.toMatchObject({ code: 'not-ready' })
    await expect(client.call('recording.stop', {})).rejects.toMatchObject({ code: 'not-ready' })
    client.close()
  })

  test('the same address is opened once', async () => {
    const address = scratchFolder().write('sound.xdf', await soundRecording())
    const { client } = await connected(serving)
    const opening = { driver: 'replay', address }
    const both = await Promise.allSettled([
      client.call('devices.open', opening),
      client.call('devices.open', opening),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(client.call('devices.open', opening)).rejects.toMatchObject({
      code: 'port-busy',
      remedy: 'Close that device first.',
    })
    const opened = both.find((each) => each.status === 'fulfilled')!
    await client.call('devices.close', opened.value)
    // Closed, it may be opened again.
    await client.call('devices.close', await client.call('devices.open', opening))
    client.close()
  })
})
