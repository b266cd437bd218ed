/**
 * The desktop window around a host. Electron is handed in, so that all of this runs and is tested
 * without it; `index.ts` is where the real one is named.
 */
import { join } from 'node:path'
import type * as Electron from 'electron'
import { ContractHost } from '../contract-host.ts'
import type { AcquisitionHost } from '../host.ts'
import { packageFolder, packageVersion } from '../package-files.ts'
import { readPageFiles } from '../page-files.ts'
import { pagePolicy } from '../page-policy.ts'
import { mainPortChannel } from './main-port-channel.ts'

/** The page has an origin of its own, so that it may load its modules and nobody else's. */
const scheme = 'synapse'
const pageHost = 'app'
const page = `${scheme}://${pageHost}/index.html`
/** What the preload asks for a port to the host. */
const wantedMessage = 'synapse-contract-wanted'
const portMessage = 'synapse-contract-port'
/** A page that crashes at once would crash at once again, and cost the host its time. */
const reloadSeconds = 0.5

export type ElectronParts = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'MessageChannelMain' | 'dialog' | 'ipcMain' | 'protocol' | 'session'
>

/** To be called before the app is ready. */
export function declareScheme({ protocol }: Pick<ElectronParts, 'protocol'>): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true }
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
}

const builtPage = join(packageFolder, 'dist', 'renderer')

/** To be called when the app is ready. */
export function openDesktop(
  electron: ElectronParts,
  host: AcquisitionHost,
  pageFolder = builtPage,
): void {
  const contract = new ContractHost(host, packageVersion())
  const { app, ipcMain, session } = electron
  servePage(electron, pageFolder)
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) =>
    answer(false),
  )
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
  ipcMain.on(wantedMessage, (event) => {
    if (!event.senderFrame?.url.startsWith(`${scheme}://${pageHost}/`)) return
    const { port1, port2 } = new electron.MessageChannelMain()
    contract.connect(mainPortChannel(port1))
    event.sender.postMessage(portMessage, null, [port2])
  })
  openWindow(electron, host)
  app.on('second-instance', () => electron.BrowserWindow.getAllWindows()[0]?.focus())
  app.on('window-all-closed', () => app.quit())
  let ended = false
  app.on('will-quit', (event) => {
    if (ended) return
    event.preventDefault()
    contract.end()
    void host.end().finally(() => {
      ended = true
      app.quit()
    })
  })
}

function openWindow(electron: ElectronParts, host: AcquisitionHost): void {
  const window = new electron.BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 560,
    title: 'SynapseStream',
    backgroundColor: '#0e1116',
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'),
      contextIsolation: true,
      nodeIntegration: false,
      sandbox: true,
    },
  })
  window.setMenuBarVisibility(false)
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  // The host does not live in the window: it only has to be drawn again.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    host.clock.after(reloadSeconds, () => {
      if (!window.isDestroyed()) void window.loadURL(page)
    })
  })
  window.on('close', (event) => {
    if (host.isRecording && !mayEnd(electron, window, host)) event.preventDefault()
  })
  void window.loadURL(page)
}

/** The one question that is asked: to end a recording by closing a window could lose data. */
function mayEnd(electron: ElectronParts, window: Electron.BrowserWindow, host: AcquisitionHost) {
  const answer = electron.dialog.showMessageBoxSync(window, {
    type: 'warning',
    buttons: ['Keep recording', 'Stop and quit'],
    defaultId: 0,
    cancelId: 0,
    message: 'A recording is running.',
    detail: `${host.recording.current?.path ?? ''}\nStopping closes the file; nothing in it is lost.`,
  })
  return answer === 1
}

/** Serves the built interface under our scheme, and nothing else: no path leads out of it. */
function servePage({ protocol }: ElectronParts, folder: string): void {
  const files = readPageFiles(folder)
  protocol.handle(scheme, (request) => {
    const { host, pathname } = new URL(request.url)
    const file = host === pageHost ? files.get(pathname) : undefined
    const headers = new Headers({ 'Content-Security-Policy': pagePolicy })
    if (!file) return new Response(null, { status: 404, headers })
    headers.set('Content-Type', file.type)
    return new Response(new Uint8Array(file.bytes), { headers })
  })
}
