import { createSocket } from 'node:dgram'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { realClock, until } from '../../test/device-real-clock.ts'
import { noNetwork } from '../../test/device-transports.ts'
import { systemNetwork } from '../network/index.ts'
import type { DatagramListener, ErrorNote, Marker } from '../signal/index.ts'
import { UdpMarkers } from './udp-markers.ts'

function collected() {
  const markers: Marker[] = []
  const notes: ErrorNote[] = []
  return {
    markers,
    notes,
    changed: () => {},
    mark: (marker: Marker) => markers.push(marker),
    trouble: (_about: string, _level: string, note: ErrorNote) => notes.push(note),
  }
}

/** The port, with datagrams put in by hand. */
async function byHand() {
  const clock = new ManualClock()
  const told = collected()
  let heard: DatagramListener = () => {}
  const network = {
    ...noNetwork,
    udp: async (at: { host: string; port: number }, listener: DatagramListener) => {
      heard = listener
      return { at, send: () => {}, close: async () => {} }
    },
  }
  const port = new UdpMarkers({ clock, network, ...told })
  await port.open({ host: '127.0.0.1', port: 9000 })
  const from = { host: '127.0.0.1', port: 40_000 }
  const say = (text: string) => heard(Buffer.from(text), from, clock.now())
  return { clock, port, say, ...told }
}

test('datagrams over a real socket become markers, and none after it is closed', async () => {
  const told = collected()
  const network = systemNetwork(realClock)
  const port = new UdpMarkers({ clock: realClock, network, ...told })
  const at = await port.open({ host: '127.0.0.1', port: 0 })
  const sender = createSocket('udp4')
  onTestFinished(() => void sender.close())
  const before = realClock.now()
  sender.send('go', at.port, at.host)
  sender.send('{"label":"stop","value":2}', at.port, at.host)
  await until(() => told.markers.length === 2, 'both markers')
  expect(told.markers.map(({ label }) => label).sort()).toEqual(['go', 'stop'])
  for (const { time } of told.markers) expect(time).toBeGreaterThanOrEqual(before)
  await expect(port.open(at)).rejects.toMatchObject({ code: 'not-ready' })
  await port.close()
  expect(port.at).toBeNull()
})

test('a port that another has says so', async () => {
  const network = systemNetwork(realClock)
  const first = new UdpMarkers({ clock: realClock, network, ...collected() })
  const at = await first.open({ host: '127.0.0.1', port: 0 })
  const second = new UdpMarkers({ clock: realClock, network, ...collected() })
  await expect(second.open(at)).rejects.toMatchObject({ code: 'address-in-use' })
  await expect(second.open({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'bad-option',
  })
  await first.close()
})

test('what is no marker is counted and told of at 1, 10, 100', async () => {
  const { port, say, notes, markers } = await byHand()
  for (let i = 0; i < 120; i++) say('{')
  expect([port.refused, notes.length, markers.length]).toEqual([120, 3, 0])
  expect(notes[2]!.message).toMatch(/100 refused/)
})

test('a sender run wild is held to a thousand a second', async () => {
  const { clock, port, say, markers } = await byHand()
  for (let i = 0; i < 5000; i++) say('x')
  expect([markers.length, port.refused]).toEqual([2000, 3000])
  clock.advance(1)
  for (let i = 0; i < 5000; i++) say('x')
  expect(markers).toHaveLength(3000)
})
