import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../test/device-clock.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { ContractClient, portChannel, type Setup } from '../../contract/index.ts'
import { synthetic } from '../../devices/synthetic/index.ts'
import { AcquisitionHost } from '../index.ts'
import { declareScheme, type ElectronParts, openDesktop } from './desktop.ts'

/** The main process's end of a port: its events carry the data in a field. */
class PortMain extends EventEmitter {
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('close', () => this.emit('close'))
  }

  postMessage(data: unknown): void {
    this.#port.postMessage(data)
  }

  start(): void {
    this.#port.on('message', (data) => this.emit('message', { data }))
  }

  close(): void {
    this.#port.close()
  }
}

class ChannelMain {
  readonly port1: PortMain
  readonly port2: MessagePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new PortMain(port1)
    this.port2 = port2
  }
}

/** An event whose default can be prevented, as Electron's. */
function preventable() {
  const event = { defaultPrevented: false, preventDefault: () => {} }
  event.preventDefault = () => {
    event.defaultPrevented = true
  }
  return event
}

class FakeContents extends EventEmitter {
  mayOpen!: (details: { url: string }) => { action: string }
  posted: { name: string; ports: MessagePort[] }[] = []

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.mayOpen = handler
  }

  postMessage(name: string, _data: unknown, ports: MessagePort[]): void {
    this.posted.push({ name, ports })
  }
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly loaded: string[] = []
  readonly options: Electron.BrowserWindowConstructorOptions
  destroyed = false
  focused = 0

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
  }

  setMenuBarVisibility(): void {}
  isDestroyed = () => this.destroyed
  loadURL = async (url: string) => void this.loaded.push(url)
  focus = () => void this.focused++
}

type Handler = (request: Request) => Response | Promise<Response>
type Verdict = (...asked: unknown[]) => unknown

const clock = new ManualClock()
let real: AcquisitionHost

beforeAll(() => {
  real = new AcquisitionHost({
    clock,
    drivers: new Map([['synthetic', synthetic]]) as never,
    transports: {} as never,
    models: new Map(),
    folder: import.meta.dirname,
  })
})

afterAll(() => real.end())

/** What of Electron is used, as far as it is used, and the desktop over it. */
function desktop() {
  const scratch = scratchFolder()
  const bytes = (text: string) => new TextEncoder().encode(text)
  mkdirSync(scratch.path('page/assets'), { recursive: true })
  mkdirSync(scratch.path('page-of-others'))
  scratch.write('page/index.html', bytes('<html>'))
  scratch.write('page/assets/app-1.js', bytes('let app'))
  scratch.write('page-of-others/index.html', bytes('secret'))
  scratch.write('secret.txt', bytes('secret'))
  const state = { isRecording: false, answer: 0, ends: 0, quits: 0 }
  const windows: FakeWindow[] = []
  const permission = {} as Record<'request' | 'check' | 'device', Verdict>
  const handlers = new Map<string, Handler>()
  const asked: Electron.MessageBoxSyncOptions[] = []
  const app = Object.assign(new EventEmitter(), { quit: () => void state.quits++ })
  const electron = {
    app,
    ipcMain: new EventEmitter(),
    MessageChannelMain: ChannelMain,
    BrowserWindow: class extends FakeWindow {
      static getAllWindows = () => windows
      constructor(options: Electron.BrowserWindowConstructorOptions) {
        super(options)
        windows.push(this)
      }
    },
    dialog: {
      showMessageBoxSync(_window: unknown, options: Electron.MessageBoxSyncOptions) {
        asked.push(options)
        return state.answer
      },
    },
    protocol: { handle: (scheme: string, handler: Handler) => handlers.set(scheme, handler) },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (verdict: Verdict) => (permission.request = verdict),
        setPermissionCheckHandler: (verdict: Verdict) => (permission.check = verdict),
        setDevicePermissionHandler: (verdict: Verdict) => (permission.device = verdict),
      },
    },
  }
  const host = new Proxy(real, {
    get(target, name) {
      if (name === 'isRecording') return state.isRecording
      if (name === 'end') {
        return async () => {
          state.ends++
        }
      }
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  openDesktop(electron as unknown as ElectronParts, host, scratch.path('page'))
  onTestFinished(() => void app.emit('will-quit', preventable()))
  const window = windows[0]!
  const load = async (url: string) => handlers.get('synapse')!(new Request(url))
  const wanted = (url: string) =>
    electron.ipcMain.emit('synapse-contract-wanted', {
      sender: window.webContents,
      senderFrame: { url },
    })
  return { app, asked, load, permission, state, wanted, window }
}

const home = 'synapse://app/index.html'

describe('the window', () => {
  test('shows our page, in a sandbox that knows nothing of Node', () => {
    const { window } = desktop()
    expect(window.loaded).toEqual([home])
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      nodeIntegration: false,
      sandbox: true,
      preload: expect.stringMatching(/preload\.cjs$/),
    })
    for (const lax of ['webSecurity', 'allowRunningInsecureContent', 'webviewTag'] as const) {
      expect(window.options.webPreferences).not.toHaveProperty(lax)
    }
  })

  test('leads nowhere else, and opens no other', () => {
    const { window } = desktop()
    const event = preventable()
    window.webContents.emit('will-navigate', event, 'https://example.org/')
    expect(event.defaultPrevented).toBe(true)
    expect(window.webContents.mayOpen({ url: 'https://example.org/' })).toEqual({ action: 'deny' })
  })

  test('is granted nothing that it asks for', () => {
    const { permission } = desktop()
    for (const wish of ['media', 'serial', 'hid', 'usb', 'geolocation', 'notifications']) {
      let granted: unknown
      permission.request(null, wish, (verdict: unknown) => {
        granted = verdict
      })
      expect(granted).toBe(false)
      expect(permission.check(null, wish)).toBe(false)
    }
    expect(permission.device({ deviceType: 'serial' })).toBe(false)
  })

  test('whose page crashed is drawn again, not at once, and not when it is gone', () => {
    const { window } = desktop()
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(window.loaded).toHaveLength(1)
    clock.advance(0.5)
    expect(window.loaded).toEqual([home, home])
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    clock.advance(5)
    expect(window.loaded).toHaveLength(2)
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' })
    window.destroyed = true
    clock.advance(5)
    expect(window.loaded).toHaveLength(2)
  })

  test('comes forward when the program is started a second time', () => {
    const { app, window } = desktop()
    app.emit('second-instance')
    expect(window.focused).toBe(1)
  })
})

describe('closing the window', () => {
  test('while nothing is recorded asks nothing', () => {
    const { asked, window } = desktop()
    const event = preventable()
    window.emit('close', event)
    expect(event.defaultPrevented).toBe(false)
    expect(asked).toEqual([])
  })

  test.each([
    ['Keep recording', 0, true],
    ['Stop and quit', 1, false],
  ])('while something is recorded asks; "%s" is respected', (button, answer, staysOpen) => {
    const { asked, state, window } = desktop()
    state.isRecording = true
    state.answer = answer
    const event = preventable()
    window.emit('close', event)
    expect(event.defaultPrevented).toBe(staysOpen)
    expect(asked).toHaveLength(1)
    expect(asked[0]!.buttons![answer]).toBe(button)
    // Escape and Enter keep the recording.
    expect(asked[0]).toMatchObject({ defaultId: 0, cancelId: 0 })
  })
})

test('quitting waits until the host has ended, and then quits once', async () => {
  const { app, state } = desktop()
  app.emit('window-all-closed')
  expect(state.quits).toBe(1)
  const event = preventable()
  app.emit('will-quit', event)
  expect(event.defaultPrevented).toBe(true)
  await expect.poll(() => state.quits).toBe(2)
  expect(state.ends).toBe(1)
  const again = preventable()
  app.emit('will-quit', again)
  expect(again.defaultPrevented).toBe(false)
  expect(state.ends).toBe(1)
})

describe('the page asks for a port', () => {
  test('and gets one over which the contract works', async () => {
    const { wanted, window } = desktop()
    wanted(home)
    const [given] = window.webContents.posted
    expect(given!.name).toBe('synapse-contract-port')
    const setups: Setup[] = []
    const client = new ContractClient(portChannel(given!.ports[0] as never), {
      event: (name, data) => name === 'setup' && setups.push(data as Setup),
      frames: () => {},
      problem: (error) => expect.unreachable(error.line),
      closed: () => {},
    })
    expect(await client.call('recording.propose', {})).toEqual({ path: real.proposePath() })
    await expect(
      client.call('devices.open', { driver: 'none', address: '' }),
    ).rejects.toMatchObject({ code: 'unknown-device' })
    expect(setups[0]).toMatchObject({ devices: [], drivers: [{ id: 'synthetic' }] })
    client.close()
  })

  test.each(['https://example.org/', 'synapse://other/index.html', 'file:///index.html', ''])(
    'but a page at "%s" gets none',
    (url) => {
      const { wanted, window } = desktop()
      wanted(url)
      expect(window.webContents.posted).toEqual([])
    },
  )
})

describe('our scheme', () => {
  test('is declared as one with an origin of its own', () => {
    const declared: unknown[] = []
    const registerSchemesAsPrivileged = (schemes: unknown[]) => declared.push(...schemes)
    declareScheme({ protocol: { registerSchemesAsPrivileged } } as never)
    expect(declared).toMatchObject([
      { scheme: 'synapse', privileges: { standard: true, secure: true } },
    ])
    expect(JSON.stringify(declared)).not.toMatch(/bypassCSP|corsEnabled/)
  })

  test.each([
    [home, 'text/html; charset=utf-8', '<html>'],
    ['synapse://app/', 'text/html; charset=utf-8', '<html>'],
    ['synapse://app/assets/app-1.js?v=1', 'text/javascript; charset=utf-8', 'let app'],
  ])('serves %s with what it may load', async (url, type, text) => {
    const { load } = desktop()
    const response = await load(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe(type)
    expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'self'/)
    expect(await response.text()).toBe(text)
  })

  test.each([
    'synapse://app/../secret.txt',
    'synapse://app/%2e%2e/secret.txt',
    'synapse://app/..%2fsecret.txt',
    'synapse://app/..%5csecret.txt',
    'synapse://app/..%2fpage-of-others/index.html',
    'synapse://app/assets',
    'synapse://app/etc/passwd',
    'synapse://app/%ff',
    'synapse://app/%00',
    'synapse://other/index.html',
  ])('does not serve %s', async (url) => {
    const { load } = desktop()
    const response = await load(url)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
    expect(response.headers.get('Content-Security-Policy')).not.toBeNull()
  })
})
