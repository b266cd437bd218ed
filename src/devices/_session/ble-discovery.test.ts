/** What a scan hears, and which driver each board is said to be for. */
import { expect, test } from 'vitest'
import { type AiredBoard, airedBoard } from '../../../test/device-memory-air.ts'
import { noBluetooth } from '../../../test/device-transports.ts'
import { type BleTransport, type FoundDevice, SynapseError } from '../../signal/index.ts'
import { museEmulator } from '../muse/emulator.ts'
import { muse } from '../muse/index.ts'
import { athenaEmulator } from '../muse-athena/emulator.ts'
import { museAthena } from '../muse-athena/index.ts'
import { npgEmulator } from '../npg-lite/emulator.ts'
import { npgLite } from '../npg-lite/index.ts'
import { ganglionEmulator } from '../openbci-ganglion/emulator.ts'
import { openbciGanglion } from '../openbci-ganglion/index.ts'

const drivers = [muse, museAthena, npgLite, openbciGanglion]

async function foundOver(ble: BleTransport): Promise<FoundDevice[]> {
  const found = await Promise.all(
    drivers.map((driver) => driver.discover({ transports: { ble } as never })),
  )
  return found.flat()
}

test.each<[string, () => Promise<AiredBoard>, string[]]>([
  ['a Muse 2', () => airedBoard(museEmulator), ['muse']],
  ['a Muse S', () => airedBoard(museEmulator, { model: 'S' }), ['muse', 'muse-athena']],
  ['an Athena', () => airedBoard(athenaEmulator), ['muse', 'muse-athena']],
  ['an NPG Lite', () => airedBoard(npgEmulator), ['npg-lite']],
  ['a Ganglion', () => airedBoard(ganglionEmulator), ['openbci-ganglion']],
  ['an old Ganglion', () => airedBoard(ganglionEmulator, { firmware: 2 }), ['openbci-ganglion']],
])('%s is found by those who may open it, with its address', async (_, aired, expected) => {
  const { air, address, emulator } = await aired()
  const found = await foundOver(air)
  expect(found.map(({ driver }) => driver)).toEqual(expected)
  expect(found.every((each) => each.address === address && /-58 dBm/.test(each.detail!))).toBe(true)
  emulator.command('unplug')
  expect(await foundOver(air)).toEqual([])
})

test('what stands in the way is told in the same words by every driver, with its remedy', async () => {
  const scan = async () => {
    throw new SynapseError('bluetooth-off', 'looking for Bluetooth devices: it is switched off')
  }
  const found = await foundOver({ ...noBluetooth, scan })
  expect(found.map(({ driver }) => driver)).toEqual(drivers.map(({ id }) => id))
  const told = new Set(
    found.map(({ name, address, problem }) => JSON.stringify([name, address, problem])),
  )
  expect(told.size).toBe(1)
  expect(found[0]).toMatchObject({ name: 'Bluetooth', problem: { code: 'bluetooth-off' } })
})
