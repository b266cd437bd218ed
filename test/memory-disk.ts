/** A disk in memory behind the calls that a file sink makes, each of which can be made to fail. */
import type { SinkFs } from '../src/formats/index.ts'

export type Fault = 'ENOSPC' | 'EIO' | 'short write' | 'fsync fails'

interface OpenFile {
  readonly path: string
  isOpen: boolean
}

export class MemoryDisk {
  readonly files = new Map<string, Uint8Array>()
  /** Calls so far; all are counted, opening and closing too. */
  calls = 0
  /** Faults that came true. */
  struck = 0
  /** How much a file held when it was synced last. */
  readonly syncedBytes = new Map<string, number>()
  readonly #open: OpenFile[] = []
  readonly #strikes: (call: number) => Fault | null

  /** @param strikes what goes wrong with the nth call, counted from 1 */
  constructor(strikes: (call: number) => Fault | null = () => null) {
    this.#strikes = strikes
  }

  get openFiles(): number {
    return this.#open.filter(({ isOpen }) => isOpen).length
  }

  /** Only what a sink calls, with the arguments that it gives. */
  get fs(): SinkFs {
    return {
      openSync: (path: string, flags: string) => this.#openFile(path, flags),
      writeSync: (file: number, bytes: Uint8Array, from: number, count: number, at: number) =>
        this.#write(file, bytes.subarray(from, from + count), at),
      fsyncSync: (file: number) => this.#sync(file),
      closeSync: (file: number) => this.#close(file),
      unlinkSync: (path: string) => this.#unlink(path),
    } as unknown as SinkFs
  }

  #fault(suits: (fault: Fault) => boolean): Fault | null {
    this.calls++
    const fault = this.#strikes(this.calls)
    if (!fault || !suits(fault)) return null
    this.struck++
    return fault
  }

  #openFile(path: string, flags: string): number {
    const fault = this.#fault((each) => each === 'ENOSPC' || each === 'EIO')
    if (fault) throw failure(fault)
    if (flags === 'wx') {
      if (this.files.has(path)) throw failure('EEXIST')
      this.files.set(path, new Uint8Array(0))
    }
    return this.#open.push({ path, isOpen: true }) - 1
  }

  #write(file: number, bytes: Uint8Array, at: number): number {
    const fault = this.#fault((each) => each !== 'fsync fails')
    if (fault === 'ENOSPC' || fault === 'EIO') throw failure(fault)
    const { path } = this.#opened(file)
    const taken = bytes.subarray(0, fault ? Math.ceil(bytes.length / 3) : bytes.length)
    const old = this.files.get(path)!
    const grown = old.length >= at + taken.length ? old : new Uint8Array(at + taken.length)
    if (grown !== old) grown.set(old)
    grown.set(taken, at)
    this.files.set(path, grown)
    return taken.length
  }

  #sync(file: number): void {
    const fault = this.#fault((each) => each === 'fsync fails' || each === 'EIO')
    if (fault) throw failure('EIO')
    const { path } = this.#opened(file)
    this.syncedBytes.set(path, this.files.get(path)?.length ?? 0)
  }

  #close(file: number): void {
    // A descriptor is gone after close, whatever close says.
    const fault = this.#fault((each) => each === 'EIO')
    this.#opened(file).isOpen = false
    if (fault) throw failure(fault)
  }

  #unlink(path: string): void {
    if (!this.files.delete(path)) throw failure('ENOENT')
  }

  #opened(file: number): OpenFile {
    const open = this.#open[file]
    if (!open?.isOpen) throw failure('EBADF')
    return open
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code })
}
