/** A program of yours beside the app: hears the decoder's answers and marks every blink. */
import { ContractClient, type Setup, socketChannel } from '../src/contract/index.ts'

const url = process.argv[2] ?? 'http://127.0.0.1:8470/'
const thresholds = new Map<number, number>()
let above = false

const socket = new WebSocket(`${url.replace(/^http/, 'ws')}contract`)
socket.addEventListener('error', () => {
  process.stderr.write(`${url}: nobody answers. Start SynapseStream first.\n`)
  process.exit(2)
})
const client = new ContractClient(socketChannel(socket), {
  event(name, data) {
    if (name !== 'setup') return
    thresholds.clear()
    for (const { role, number, threshold } of (data as Setup).streams) {
      if (role === 'decoder') thresholds.set(number, threshold ?? 0.5)
    }
  },
  frames({ number, values, time }) {
    const threshold = thresholds.get(number)
    if (threshold === undefined) return
    const isAbove = values[0]! > threshold
    if (isAbove && !above) {
      process.stdout.write(`blink at ${time[0]!.toFixed(3)} s\n`)
      void client.call('markers.add', { label: 'blink' })
    }
    above = isAbove
  },
  problem: (error) => process.stderr.write(`${error.line}\n`),
  closed: () => process.exit(0),
})
