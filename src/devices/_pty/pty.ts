/**
 * A pseudo-terminal to put an emulated board on: what a program opens under `path` is a real tty.
 * Node has no call for it, so the C library is asked directly. Linux and macOS. Nothing waits: the
 * owner asks for bytes whenever it has time, and learns by the way whether anybody has the port
 * open.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import koffi from 'koffi'
import { assert, reasonOf, SynapseError } from '../../signal/index.ts'

export interface Pty {
  /** What the other program opens, such as /dev/pts/3. */
  readonly path: string
  /** What the other program wrote since; lent. Null while nobody has the port open. */
  read(): Uint8Array | null
  /** How many bytes went; fewer when the reader is too slow: a cable has no memory. */
  write(bytes: Uint8Array): number
  /** As pulling the plug: whoever has the port open sees it go away. */
  close(): void
}

/** @throws SynapseError io-failed */
export type OpenPty = () => Pty

const ptyPathLength = 128
const termiosBytes = 256
const readBytes = 4096
const nothing = new Uint8Array(0)

interface CLibrary {
  grantpt(fd: number): number
  unlockpt(fd: number): number
  ptsname_r(fd: number, name: Buffer, length: number): number
  tcgetattr(fd: number, termios: Buffer): number
  cfmakeraw(termios: Buffer): void
  tcsetattr(fd: number, actions: number, termios: Buffer): number
}

/**
 * Loads the C library, once for all the terminals that are opened with the answer.
 * @throws SynapseError setup-needed
 */
export function ptyOpener(): OpenPty {
  const c = cLibrary()
  return () => openPty(c)
}

function cLibrary(): CLibrary {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libc.so.6',
    darwin: '/usr/lib/libSystem.B.dylib',
  }
  const name = names[process.platform]
  try {
    if (!name) throw new Error('this system has none')
    const library = koffi.load(name)
    return {
      grantpt: library.func('int grantpt(int)'),
      unlockpt: library.func('int unlockpt(int)'),
      ptsname_r: library.func('int ptsname_r(int, void*, size_t)'),
      tcgetattr: library.func('int tcgetattr(int, void*)'),
      cfmakeraw: library.func('void cfmakeraw(void*)'),
      tcsetattr: library.func('int tcsetattr(int, int, const void*)'),
    } as unknown as CLibrary
  } catch (cause) {
    throw new SynapseError('setup-needed', `making a pseudo-terminal: ${reasonOf(cause)}`, {
      cause,
      remedy: 'Emulate the board on macOS or on a Linux with the GNU C library.',
    })
  }
}

function openPty(c: CLibrary): Pty {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants
  let master: number | undefined
  try {
    master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK)
    const path = farSideOf(c, master)
    makeRaw(c, path)
    return new OpenedPty(master, path)
  } catch (cause) {
    if (master !== undefined) closeSync(master)
    throw new SynapseError('io-failed', `making a pseudo-terminal: ${reasonOf(cause)}`, { cause })
  }
}

function farSideOf(c: CLibrary, master: number): string {
  const name = Buffer.alloc(ptyPathLength)
  const ready = c.grantpt(master) === 0 && c.unlockpt(master) === 0
  if (!ready || c.ptsname_r(master, name, name.length) !== 0) throw new Error('the system refused')
  return name.toString('utf8', 0, name.indexOf(0))
}

/**
 * No echo, no line editing, every byte as it is. The far side is closed again, so that `read` can
 * tell whether another program has it open; its settings live as long as the near side.
 */
function makeRaw(c: CLibrary, path: string): void {
  const far = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  try {
    const termios = Buffer.alloc(termiosBytes)
    if (c.tcgetattr(far, termios) !== 0) throw new Error('its settings cannot be read')
    c.cfmakeraw(termios)
    if (c.tcsetattr(far, 0, termios) !== 0) throw new Error('it cannot be made raw')
  } finally {
    closeSync(far)
  }
}

class OpenedPty implements Pty {
  readonly path: string
  readonly #master: number
  readonly #bytes = Buffer.alloc(readBytes)
  #open = true

  constructor(master: number, path: string) {
    this.#master = master
    this.path = path
  }

  read(): Uint8Array | null {
    if (!this.#open) return null
    try {
      const count = readSync(this.#master, this.#bytes)
      return count === 0 ? null : this.#bytes.subarray(0, count)
    } catch (cause) {
      if (codeOf(cause) === 'EAGAIN') return nothing
      // Linux says EIO where the far side is not open; macOS gives no bytes.
      if (codeOf(cause) === 'EIO') return null
      throw cause
    }
  }

  write(bytes: Uint8Array): number {
    if (!this.#open) return 0
    try {
      return writeSync(this.#master, bytes)
    } catch (cause) {
      if (codeOf(cause) === 'EAGAIN' || codeOf(cause) === 'EIO') return 0
      throw cause
    }
  }

  close(): void {
    assert(this.#open, 'a pty is closed once')
    this.#open = false
    closeSync(this.#master)
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
