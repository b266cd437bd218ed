/**
 * A pseudo-terminal to put an emulated board on: what a program opens under `path` is a real tty.
 * Node has no call for it, so the C library is asked directly. Linux and macOS.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import koffi from 'koffi'
import { assert, reasonOf, SynapseError } from '../../signal/index.ts'

export interface Pty {
  /** What the other program opens, such as /dev/pts/3. */
  readonly path: string
  /** Returns false when the reader is too slow and nothing more fits: a cable has no memory. */
  write(bytes: Uint8Array): boolean
  /** As pulling the plug: whoever has the port open sees it go away. */
  close(): void
}

const ptyPathLength = 128
const termiosBytes = 256

interface CLibrary {
  grantpt(fd: number): number
  unlockpt(fd: number): number
  ptsname_r(fd: number, name: Buffer, length: number): number
  tcgetattr(fd: number, termios: Buffer): number
  cfmakeraw(termios: Buffer): void
  tcsetattr(fd: number, actions: number, termios: Buffer): number
}

function cLibrary(): CLibrary {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libc.so.6',
    darwin: '/usr/lib/libSystem.B.dylib',
  }
  const name = names[process.platform]
  if (!name) {
    throw new SynapseError('setup-needed', 'making a pseudo-terminal: this system has none', {
      remedy: 'Emulate the board on Linux or macOS.',
    })
  }
  const library = koffi.load(name)
  return {
    grantpt: library.func('int grantpt(int)'),
    unlockpt: library.func('int unlockpt(int)'),
    ptsname_r: library.func('int ptsname_r(int, void*, size_t)'),
    tcgetattr: library.func('int tcgetattr(int, void*)'),
    cfmakeraw: library.func('void cfmakeraw(void*)'),
    tcsetattr: library.func('int tcsetattr(int, int, const void*)'),
  } as unknown as CLibrary
}

/** @param onBytes what the other program writes; lent */
export function openPty(onBytes: (bytes: Uint8Array) => void): Pty {
  const c = cLibrary()
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants
  const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK)
  const name = Buffer.alloc(ptyPathLength)
  const ready = c.grantpt(master) === 0 && c.unlockpt(master) === 0
  if (!ready || c.ptsname_r(master, name, name.length) !== 0) {
    throw new SynapseError('io-failed', 'making a pseudo-terminal: the system refused')
  }
  const path = name.toString('utf8', 0, name.indexOf(0))
  // Our own handle on the far side keeps the pair alive while nobody else has it open.
  const far = openSync(path, O_RDWR | O_NOCTTY)
  makeRaw(c, far)
  const stream = new ReadStream(master)
  stream.on('data', onBytes)
  stream.on('error', () => {})
  let open = true
  return {
    path,
    write: (bytes) => open && writeAll(master, bytes),
    close() {
      assert(open, 'a pty is closed once')
      open = false
      closeSync(far)
      stream.destroy()
    },
  }
}

/** No echo, no line editing, every byte as it is. */
function makeRaw(c: CLibrary, fd: number): void {
  const termios = Buffer.alloc(termiosBytes)
  c.tcgetattr(fd, termios)
  c.cfmakeraw(termios)
  c.tcsetattr(fd, 0, termios)
}

function writeAll(fd: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(fd, bytes) === bytes.length
  } catch (cause) {
    if (/EAGAIN|EIO/.test(reasonOf(cause))) return false
    throw cause
  }
}
