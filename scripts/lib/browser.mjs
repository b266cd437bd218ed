// Opens an address in the user's browser, where there is a screen to show it on.
import { spawn } from 'node:child_process'
import { findProgram } from './run.mjs'

export function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Returns false where there is nothing to open it with. */
export function openBrowser(address) {
  const [command, ...args] = openerFor(address)
  if (!hasDisplay() || process.env.BROWSER === 'none' || !command) return false
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
  return true
}

function openerFor(address) {
  if (process.platform === 'darwin') return ['open', address]
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""', address]
  const opener = findProgram('xdg-open', 'sensible-browser')
  return opener ? [opener, address] : []
}
