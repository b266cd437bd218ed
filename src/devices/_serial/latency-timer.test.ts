import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { shortenLatencyTimer } from './latency-timer.ts'

/** A port, a link to it, and its timer as the system shows it. */
function port(milliseconds: string) {
  const scratch = scratchFolder()
  const path = scratch.write('ttyUSB7', new Uint8Array(0))
  const link = scratch.path('by-id')
  symlinkSync(path, link)
  const timer = scratch.path('sys/ttyUSB7/latency_timer')
  mkdirSync(dirname(timer), { recursive: true })
  scratch.write('sys/ttyUSB7/latency_timer', Buffer.from(milliseconds))
  return { path, link, timer, folder: scratch.path('sys') }
}

describe.runIf(process.platform === 'linux')('the timer of a USB bridge', () => {
  test('is set to 1 ms, by the port or a link to it', () => {
    for (const by of ['path', 'link'] as const) {
      const { timer, folder, ...at } = port('16\n')
      expect(shortenLatencyTimer(at[by], folder)).toBe(1)
      expect(readFileSync(timer, 'utf8')).toBe('1')
    }
  })

  test('is left alone where it is short', () => {
    const { path, timer, folder } = port('1\n')
    expect(shortenLatencyTimer(path, folder)).toBe(1)
    expect(readFileSync(timer, 'utf8')).toBe('1\n')
  })

  test('is told as it is where it may not be set', () => {
    const { path, timer, folder } = port('16\n')
    rmSync(timer)
    // A number that not even the owner of the machine may change.
    symlinkSync('/proc/sys/kernel/ngroups_max', timer)
    expect(shortenLatencyTimer(path, folder)).toBe(65536)
  })

  test('is nothing at a port that has none', () => {
    expect(shortenLatencyTimer('/dev/null', '/nowhere')).toBe(undefined)
    expect(shortenLatencyTimer('/nowhere/at/all', '/nowhere')).toBe(undefined)
  })
})
