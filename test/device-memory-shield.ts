/** An emulated WiFi shield on a network made of memory, at the pace of a clock that the test moves. */
import type { EmulatorEvent } from '../src/devices/_emulator/emulator.ts'
import { EmulatedShield, emulatorOptions } from '../src/devices/openbci-wifi/emulated-shield.ts'
import { parseOptions } from '../src/signal/index.ts'
import { ManualClock } from './device-clock.ts'
import { MemoryNetwork } from './device-memory-network.ts'
import { transportsWith } from './device-transports.ts'

export async function memoryShield(given: Record<string, unknown> = {}) {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const events: EmulatorEvent[] = []
  const made: Uint8Array[] = []
  const options = parseOptions('emulator', emulatorOptions, given)
  const context = { clock, event: (event: EmulatorEvent) => void events.push(event) }
  const shield = await EmulatedShield.make(options, context, (_ip, port, connected) => {
    let isOpen = true
    const hungUp = () => {
      isOpen = false
      connected(null)
    }
    const listener = network.connect(port, hungUp)
    if (!listener) return connected(null)
    connected({
      send(bytes) {
        if (isOpen) listener.bytes(bytes, clock.now())
        return isOpen
      },
      end() {
        if (!isOpen) return
        isOpen = false
        listener.lost()
      },
    })
  })
  const { board } = shield
  const packet = board.packet.bind(board)
  board.packet = (into) => {
    const length = packet(into)
    if (length) made.push(into.slice(0, length))
    return length
  }
  network.server = (method, url, body) =>
    shield.isAway ? null : board.request(method, url.replace(/^http:\/\/[^/]+/, ''), body)
  const transports = transportsWith({ network })
  return { clock, network, events, made, shield, transports, address: '10.0.0.9' }
}
