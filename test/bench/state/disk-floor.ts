/**
 * What the disk alone takes for one write that must be on it: 4 kB over known places of a file, each
 * forced out before the next. No backend that waits for the disk is faster than this.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const blockBytes = 4096
const blocks = 64
const writes = 1000

/** @returns milliseconds for one write */
export function diskFloor(folder: string): { readonly p50: number; readonly p99: number } {
  const path = join(folder, 'floor')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(blockBytes, 1)
  for (let i = 0; i < blocks; i++) writeSync(file, block, 0, blockBytes, blockBytes * i)
  fdatasyncSync(file)
  const times = new Float64Array(writes)
  for (let i = 0; i < writes; i++) {
    const began = performance.now()
    writeSync(file, block, 0, blockBytes, blockBytes * (i % blocks))
    fdatasyncSync(file)
    times[i] = performance.now() - began
  }
  closeSync(file)
  rmSync(path)
  times.sort()
  return { p50: times[writes / 2]!, p99: times[Math.floor(writes * 0.99)]! }
}
