/**
 * Serial ports through the `serialport` package. Main thread only: the package aborts the process
 * when it runs in a worker thread.
 */
import { accessSync, constants } from 'node:fs'
import { isatty } from 'node:tty'
import { SerialPort } from 'serialport'
import {
  type ByteLink,
  type Clock,
  type ErrorNote,
  type LinkListener,
  reasonOf,
  type SerialTransport,
  SynapseError,
} from '../../signal/index.ts'
import { shortenLatencyTimer } from './latency-timer.ts'
import { listPorts } from './list-ports.ts'

/**
 * A port that goes away in the midst of a read gives empty reads from then on, which the package
 * repeats for ever without a word. So it is looked at that often whether it is still there.
 */
const lookSeconds = 0.2

/**
 * @param added ports to list although the system does not know them as serial ports
 */
export function serialTransport(clock: Clock, added: readonly string[]): SerialTransport {
  return {
    async list() {
      const found = await listPorts()
      const known = found.map((port) => ({ ...port, ...problemWith(port.path) }))
      return [...known, ...added.map((path) => ({ path, added: true, ...problemWith(path) }))]
    },
    open: (path, baudRate, listener) => openPort(path, baudRate, listener, clock),
  }
}

function problemWith(path: string): { problem?: ErrorNote } {
  if (process.platform === 'win32') return {}
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return {}
  } catch (cause) {
    return { problem: portError(path, cause).note }
  }
}

function openPort(
  path: string,
  baudRate: number,
  listener: LinkListener,
  clock: Clock,
): Promise<ByteLink> {
  return new Promise((resolve, reject) => {
    if (!path || path.includes('\0')) throw portError(path, 'ENOENT')
    const port = new SerialPort({ path, baudRate, autoOpen: false })
    let closing = false
    port.on('data', (bytes: Buffer) => listener.bytes(bytes, clock.now()))
    let stopLooking = () => {}
    port.on('close', () => {
      stopLooking()
      if (!closing) listener.lost()
    })
    // A port that fails while open also closes; `lost` tells of it.
    port.on('error', () => {})
    port.open((cause) => {
      if (cause) {
        reject(portError(path, cause))
        return
      }
      stopLooking = clock.every(lookSeconds, () => {
        if (hasGone(port)) port.close(() => {})
      })
      const latencyMs = shortenLatencyTimer(path)
      resolve({
        ...(latencyMs === undefined ? {} : { latencyMs }),
        write: (bytes) => written(port, path, bytes),
        close: () => {
          closing = true
          return new Promise((done) => (port.isOpen ? port.close(() => done()) : done()))
        },
      })
    })
  })
}

/** A terminal whose other side is gone stops being one; where there are none, never. */
function hasGone({ port }: SerialPort): boolean {
  const descriptor = port && 'fd' in port ? port.fd : undefined
  return typeof descriptor === 'number' && process.platform !== 'win32' && !isatty(descriptor)
}

function written(port: SerialPort, path: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!port.isOpen) {
      reject(new SynapseError('link-lost', `writing to ${path}: the port is closed`))
      return
    }
    port.write(Buffer.from(bytes), (cause) => {
      if (cause) reject(portError(path, cause, 'writing to'))
      else resolve()
    })
  })
}

/** The package's messages differ by system; these are the words that they share. */
export function portError(path: string, cause: unknown, verb = 'opening'): SynapseError {
  const reason = reasonOf(cause)
  const doing = `${verb} ${path || 'a port without a name'}`
  if (/no such file|file not found|ENOENT/i.test(reason)) {
    return new SynapseError('port-missing', `${doing}: no such port`, { cause })
  }
  if (/busy|cannot lock|lock port|temporarily unavailable|access denied/i.test(reason)) {
    return new SynapseError('port-busy', `${doing}: another program uses it`, { cause })
  }
  if (/permission denied|EACCES|EPERM/i.test(reason)) {
    return new SynapseError('port-denied', `${doing}: permission denied`, { cause })
  }
  if (/not a typewriter|inappropriate ioctl|ENOTTY|is a directory|EISDIR/i.test(reason)) {
    return new SynapseError('wrong-device', `${doing}: not a serial port`, { cause })
  }
  return new SynapseError('port-failed', `${doing}: ${reason}`, { cause })
}
