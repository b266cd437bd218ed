import { closeSync, constants, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { expect, test } from 'vitest'
import { ptyOpener } from './pty.ts'

const supported = process.platform === 'linux' || process.platform === 'darwin'
const openFar = (path: string) =>
  openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)

test.skipIf(!supported)('every byte passes as it is, both ways', () => {
  const pty = ptyOpener()()
  const far = openFar(pty.path)
  expect(isatty(far)).toBe(true)
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  expect(pty.write(all)).toBe(256)
  const got = new Uint8Array(300)
  expect(readSync(far, got)).toBe(256)
  expect(got.subarray(0, 256)).toEqual(all)
  expect(pty.read()).toEqual(new Uint8Array(0))
  writeSync(far, all)
  expect(new Uint8Array(pty.read()!)).toEqual(all)
  closeSync(far)
  pty.close()
})

test.skipIf(!supported)('it tells whether anybody has the port open, again and again', () => {
  const pty = ptyOpener()()
  for (let round = 0; round < 3; round++) {
    expect(pty.read()).toBeNull()
    const far = openFar(pty.path)
    expect(pty.read()).toHaveLength(0)
    closeSync(far)
  }
  pty.close()
  expect([pty.read(), pty.write(new Uint8Array(1))]).toEqual([null, 0])
})

test.skipIf(!supported)('a reader that is too slow is told by what was not taken', () => {
  const pty = ptyOpener()()
  const far = openFar(pty.path)
  let taken = 0
  let last = 33
  for (let i = 0; i < 10_000 && last === 33; i++) taken += last = pty.write(new Uint8Array(33))
  expect(last).toBeLessThan(33)
  let got = 0
  const bytes = Buffer.alloc(1 << 16)
  // The terminal hands over what it holds in pieces, and refills itself in between.
  for (let tries = 0; got < taken && tries < 1000; tries++) got += readSome(far, bytes)
  expect(got).toBe(taken)
  closeSync(far)
  pty.close()
})

function readSome(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into)
  } catch {
    return 0
  }
}

test.skipIf(!supported)('pulled, the far side is no terminal any more', () => {
  const pty = ptyOpener()()
  const far = openFar(pty.path)
  expect(isatty(far)).toBe(true)
  pty.close()
  expect(isatty(far)).toBe(false)
  closeSync(far)
})

test.skipIf(process.platform !== 'linux')('100 plugs and unplugs leave no file open', () => {
  const openPty = ptyOpener()
  const before = readdirSync('/proc/self/fd').length
  for (let i = 0; i < 100; i++) openPty().close()
  expect(readdirSync('/proc/self/fd').length).toBe(before)
})
