/** The real noble against a BlueZ of our own, on a private bus. */
import { createRequire } from 'node:module'
import type * as Dbus from 'dbus-next'
import { afterEach, describe, expect, test } from 'vitest'
import { realClock, until } from '../../../test/device-real-clock.ts'
import type { BleListener } from '../../signal/index.ts'
import { bleUuid } from '../../signal/index.ts'
import type { Air } from '../_fake-bluez/air.ts'
import { openPrivateBus } from '../_fake-bluez/private-bus.ts'
import { sharedAir } from '../_fake-bluez/shared-air.ts'
import { bleError } from './ble-errors.ts'
import { nobleTransport } from './noble-transport.ts'

const { sessionBus, Message, Variant } = createRequire(import.meta.url)('dbus-next') as typeof Dbus
const address = 'C0:FF:EE:00:00:02'
const [told, heard] = [bleUuid('ff01'), bleUuid('ff02')]
const bus = process.env.DBUS_SYSTEM_BUS_ADDRESS
const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
  if (bus === undefined) delete process.env.DBUS_SYSTEM_BUS_ADDRESS
  else process.env.DBUS_SYSTEM_BUS_ADDRESS = bus
})
if (process.platform !== 'linux') process.stderr.write('skipping BlueZ: this system has none\n')

interface Board {
  readonly air: Air
  readonly said: Uint8Array[]
}

async function boardInTheAir(): Promise<Board> {
  const said: Uint8Array[] = []
  const air = await sharedAir()(
    {
      address,
      name: 'Board-02',
      services: [
        {
          uuid: bleUuid('ff00'),
          characteristics: [
            { uuid: told, flags: ['read', 'write', 'write-without-response'] },
            { uuid: heard, flags: ['notify'] },
          ],
        },
      ],
      advertised: [bleUuid('ff00')],
      rssiDbm: -61,
    },
    {
      connected() {},
      disconnected() {},
      read: () => Uint8Array.of(1, 2, 3),
      write: (_, bytes) => said.push(Uint8Array.from(bytes)),
    },
  )
  process.env.DBUS_SYSTEM_BUS_ADDRESS = air.environment.DBUS_SYSTEM_BUS_ADDRESS
  endings.push(() => air.close())
  air.appear()
  return { air, said }
}

const listener = () => {
  const it: BleListener & { lostTimes: number } = { lostTimes: 0, lost: () => void it.lostTimes++ }
  return it
}

describe.runIf(process.platform === 'linux')('noble over D-Bus', () => {
  test('finds, connects, reads, writes in order, and hears every notification', async () => {
    const { air, said } = await boardInTheAir()
    const ble = nobleTransport(realClock)
    const [once, again] = await Promise.all([ble.scan(), ble.scan()])
    expect(again).toBe(once)
    expect(once).toEqual([{ address, name: 'Board-02', services: [bleUuid('ff00')], rssiDbm: -61 }])
    const link = await ble.connect('board-02', listener())
    expect([link.name, [...link.characteristics].sort()]).toEqual(['Board-02', [told, heard]])
    expect([...(await link.read(told))]).toEqual([1, 2, 3])
    await Promise.all([1, 2, 3, 4, 5].map((n) => link.write(told, Uint8Array.of(n), n % 2 === 0)))
    expect(said.map(([n]) => n)).toEqual([1, 2, 3, 4, 5])
    const notified: number[] = []
    await link.subscribe(heard, (bytes, time) => {
      expect(Math.abs(time - realClock.now())).toBeLessThan(0.01)
      notified.push(bytes[0]! * 256 + bytes[1]!)
    })
    for (let n = 0; n < 500; n++) air.notify(heard, Uint8Array.of(n >> 8, n & 255))
    await until(() => notified.length === 500, 'every notification')
    expect(notified).toEqual(Array.from({ length: 500 }, (_, n) => n))
    await expect(link.read(bleUuid('ffff'))).rejects.toMatchObject({ code: 'wrong-device' })
    await link.close()
    await link.close()
  })

  test('a board that goes is lost once, and can be connected to when it is back', async () => {
    const { air } = await boardInTheAir()
    const ble = nobleTransport(realClock)
    for (let times = 1; times <= 3; times++) {
      const it = listener()
      const link = await ble.connect(address, it)
      const notified: number[] = []
      await link.subscribe(heard, (bytes) => notified.push(bytes[0]!))
      air.notify(heard, Uint8Array.of(times))
      await until(() => notified.length === 1, 'the notification')
      air.vanish()
      await until(() => it.lostTimes > 0, 'the loss')
      await expect(link.write(told, Uint8Array.of(1), true)).rejects.toMatchObject({
        code: 'link-lost',
      })
      expect([it.lostTimes, notified]).toEqual([1, [times]])
      air.appear()
    }
  })

  test('the system’s Bluetooth that goes takes the link with it, and is told', async () => {
    const { air } = await boardInTheAir()
    const ble = nobleTransport(realClock)
    const it = listener()
    await ble.connect(address, it)
    await air.close()
    await until(() => it.lostTimes === 1, 'the loss')
    await expect(ble.scan()).rejects.toMatchObject({ code: 'bluetooth-missing' })
  })

  test('an adapter that is switched off', async () => {
    const { air } = await boardInTheAir()
    const busAddress = air.environment.DBUS_SYSTEM_BUS_ADDRESS!
    const connection = sessionBus({ busAddress })
    await connection.call(
      new Message({
        destination: 'org.bluez',
        path: '/org/bluez/hci0',
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Set',
        signature: 'ssv',
        body: ['org.bluez.Adapter1', 'Powered', new Variant('b', false)],
      }),
    )
    connection.disconnect()
    await expect(nobleTransport(realClock).scan()).rejects.toMatchObject({
      code: 'bluetooth-off',
      remedy: expect.stringMatching(/bluetoothctl power on/),
    })
  })

  test('a bus without BlueZ, and no bus', async () => {
    const empty = await openPrivateBus()
    endings.push(() => empty.close())
    const ble = nobleTransport(realClock)
    for (const there of [empty.address, 'unix:path=/nowhere/bus', 'nonsense']) {
      process.env.DBUS_SYSTEM_BUS_ADDRESS = there
      const error = await ble.connect(address, listener()).catch((cause) => cause)
      expect([there, error.code]).toEqual([there, 'bluetooth-missing'])
      expect(error.remedy).toMatch(/apt-get install bluez/)
    }
  })
})

test.each([
  [
    'org.freedesktop.DBus.Error.ServiceUnknown: The name org.bluez was not provided',
    'bluetooth-missing',
  ],
  ['org.freedesktop.DBus.Error.AccessDenied: Rejected send message', 'bluetooth-denied'],
  ['connect EACCES /run/dbus/system_bus_socket', 'bluetooth-denied'],
  ['connect ENOENT /run/dbus/system_bus_socket', 'bluetooth-missing'],
  ['no adapter', 'bluetooth-missing'],
  ['poweredOff', 'bluetooth-off'],
  ['org.bluez.Error.NotReady: Resource Not Ready', 'bluetooth-off'],
  ['unauthorized', 'bluetooth-denied'],
  ['unsupported', 'bluetooth-missing'],
  ['le-connection-abort-by-local', 'bluetooth-failed'],
])('the system’s %j is %s', (words, code) => {
  const cause = new Error(words)
  const error = bleError('looking for Bluetooth devices', cause)
  expect(error).toMatchObject({ code, cause })
  expect(error.message).toMatch(/^looking for Bluetooth devices: /)
  expect(error.remedy).toMatch(/\S/)
})
