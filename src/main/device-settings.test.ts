/** Which change is made while samples flow, which opens the device anew, and which is refused. */
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type DeviceDriver, option, SynapseError } from '../signal/index.ts'
import { configureDevice } from './device-settings.ts'
import type { AcquisitionHost } from './host.ts'
import { changedOptions } from './setting-markers.ts'

const schema = z.strictObject({
  gain: option(z.number().max(24).default(24), { help: '', live: true }),
  rateHz: option(z.number().default(250), { help: '' }),
})
let done: string[]
let isRecording: boolean
let refused: number | null

beforeEach(() => {
  done = []
  isRecording = false
  refused = null
})

function host(): AcquisitionHost {
  const link = {
    id: 'amp',
    driver: 'amp',
    name: 'Amplifier',
    address: 'here',
    live: ['gain'],
    options: { gain: 24, rateHz: 250 },
    configure: async (options: object) => done.push(`set ${JSON.stringify(options)}`),
  }
  const driver = { id: 'amp', options: schema } as unknown as DeviceDriver
  return {
    links: [link],
    drivers: new Map([['amp', driver]]),
    isRecording,
    close: async (id: string) => done.push(`close ${id}`),
    open: async (_driver: string, address: string, { rateHz }: { rateHz: number }) => {
      done.push(`open ${address} ${rateHz}`)
      if (rateHz === refused) throw new SynapseError('port-failed', 'opening here: it is gone')
      return 'amp#2'
    },
  } as unknown as AcquisitionHost
}

test('a live option is changed at once, recording or not', async () => {
  isRecording = true
  expect(await configureDevice(host(), 'amp', { gain: 12 })).toBe('amp')
  expect(done).toEqual(['set {"gain":12,"rateHz":250}'])
})

test('another option opens the device anew', async () => {
  expect(await configureDevice(host(), 'amp', { gain: 12, rateHz: 500 })).toBe('amp#2')
  expect(done).toEqual(['close amp', 'open here 500'])
})

test('but not while a recording runs: nothing is touched then', async () => {
  isRecording = true
  const setting = configureDevice(host(), 'amp', { gain: 12, rateHz: 500 })
  await expect(setting).rejects.toMatchObject({
    code: 'settings-fixed',
    message: 'setting rateHz of Amplifier: a recording runs',
  })
  expect(done).toEqual([])
})

test('a device that cannot be opened so is opened as it was, and says why', async () => {
  refused = 500
  const setting = configureDevice(host(), 'amp', { rateHz: 500 })
  await expect(setting).rejects.toMatchObject({ code: 'port-failed' })
  expect(done).toEqual(['close amp', 'open here 500', 'open here 250'])
})

test('what does not change anything does nothing; what is not allowed is refused', async () => {
  await configureDevice(host(), 'amp', { gain: 24 })
  await expect(configureDevice(host(), 'amp', { gain: 25 })).rejects.toMatchObject({
    code: 'bad-option',
  })
  await expect(configureDevice(host(), 'none', {})).rejects.toMatchObject({
    code: 'unknown-device',
  })
  expect(done).toEqual([])
})

test('lists are the same where their items are', () => {
  expect(changedOptions({ off: [1, 2] }, { off: [1, 2] })).toEqual([])
  expect(changedOptions({ off: [] }, { off: [12] })).toEqual(['off'])
})
