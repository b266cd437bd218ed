import { mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { readDevice } from './device-address.ts'

describe('what a user may write after --device', () => {
  test.each([
    ['synthetic', 'synthetic', '', {}],
    ['synthetic?', 'synthetic', '', {}],
    ['synthetic?channels=64', 'synthetic', '', { channels: 64 }],
    ['synthetic?channels=64&rateHz=1000', 'synthetic', '', { channels: 64, rateHz: 1000 }],
    ['synthetic:channels=64,rateHz=1000', 'synthetic', '', { channels: 64, rateHz: 1000 }],
    ['synthetic:channels=64?rateHz=1000', 'synthetic', '', { channels: 64, rateHz: 1000 }],
    ['synthetic?rateHz=1e3', 'synthetic', '', { rateHz: 1000 }],
    ['openbci-cyton', 'openbci-cyton', '', {}],
    ['openbci-cyton:/dev/ttyUSB0', 'openbci-cyton', '/dev/ttyUSB0', {}],
    ['openbci-cyton:COM3', 'openbci-cyton', 'COM3', {}],
    ['/dev/ttyUSB0', 'openbci-cyton', '/dev/ttyUSB0', {}],
    ['/dev/serial/by-id/usb-FTDI', 'openbci-cyton', '/dev/serial/by-id/usb-FTDI', {}],
    ['COM3', 'openbci-cyton', 'COM3', {}],
    ['COM12', 'openbci-cyton', 'COM12', {}],
    ['rest.xdf', 'replay', 'rest.xdf', {}],
    ['./data/rest.EDF', 'replay', './data/rest.EDF', {}],
    ['C:\\data\\rest.bdf', 'replay', 'C:\\data\\rest.bdf', {}],
    ['rest.xdf?speed=8&loop', 'replay', 'rest.xdf', { speed: 8, loop: true }],
    ['replay:rest.xdf?speed=0.5', 'replay', 'rest.xdf', { speed: 0.5 }],
    ['replay:rest of it.txt', 'replay', 'rest of it.txt', {}],
  ])('%s', (text, driver, address, options) => {
    expect(readDevice(text, undefined)).toEqual({ driver, address, options })
  })

  test('a file that is there is replayed, whatever its name', () => {
    const path = scratchFolder().write('recording', new Uint8Array(3))
    expect(readDevice(path, undefined)).toEqual({ driver: 'replay', address: path, options: {} })
  })

  test('a folder is no recording, even when it is named like one', () => {
    const scratch = scratchFolder()
    mkdirSync(scratch.path('folder.xdf'))
    expect(readDevice(scratch.path('folder.xdf'), undefined).driver).not.toBe('replay')
  })
})

test('the port that is named apart is that of a driver without an address', () => {
  expect(readDevice('openbci-cyton', '/dev/pts/7').address).toBe('/dev/pts/7')
  expect(readDevice('openbci-cyton:/dev/ttyUSB0', '/dev/pts/7').address).toBe('/dev/ttyUSB0')
})

test.each(['telepathy', '', 'synthetik?channels=8', 'nobody:00:55:DA'])(
  '"%s" is no driver, no port and no file: the drivers are named',
  (text) => {
    expect(() => readDevice(text, undefined)).toThrow(
      expect.objectContaining({
        code: 'unknown-device',
        remedy: expect.stringMatching(/synthetic.*openbci-cyton.*replay/),
      }),
    )
  },
)

test('a value that is not of its type, and an option that is not known, are left for the driver to refuse', () => {
  expect(readDevice('synthetic?channels=many&colour=red', undefined).options).toEqual({
    channels: 'many',
    colour: 'red',
  })
})
