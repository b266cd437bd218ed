/** Streams out by OSC, UDP and WebSocket, and in again; markers by UDP: real commands, real sockets. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readOsc } from '../../src/network/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapse } from './synapse.ts'

async function listening() {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const heard: Buffer[] = []
  socket.on('message', (bytes) => void heard.push(bytes))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { socket, heard, port: socket.address().port }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

const seconds = (s: number) => new Promise((resolve) => setTimeout(resolve, s * 1000))

test('a stream leaves by three ways, sample for sample, and is recorded from one with markers', async () => {
  const [json, osc, markers] = [await listening(), await listening(), await freePort()]
  const served = await freePort()
  const sender = startSynapse(
    ...['stream', '--device', 'synthetic?channels=4&rateHz=250', '--json'],
    ...['--udp-out', `${json.port}`, '--osc-out', `${osc.port}`, '--websocket-out', `${served}`],
  )
  let failure = ''
  void sender.finished.then(({ stderr }) => {
    failure = `the sender ended: ${stderr}`
  })
  while (json.heard.length === 0 && !failure) await seconds(0.05)
  expect(failure).toBe('')
  const out = scratchFolder().path('network.xdf')
  const recorder = startSynapse(
    ...['record', '--device', `websocket:ws://127.0.0.1:${served}`, '--seconds', '5'],
    ...['--udp-markers', `${markers}`, '--out', out, '--json', '--quiet'],
  )
  // Whoever sends to a port that is not open yet hears nothing of it.
  let isOver = false
  void recorder.finished.then(() => {
    isOver = true
  })
  for (let n = 0; !isOver; n++) {
    const text = n % 2 ? `plain ${n}` : JSON.stringify({ label: `json ${n}`, value: n })
    json.socket.send(text, markers, '127.0.0.1')
    await seconds(0.25)
  }
  const recorded = await recorder.finished
  expect(recorded.code, recorded.stderr).toBe(0)
  const info = await infoOf(out)
  expect(info.code).toBe(0)
  const [file] = await askPyxdf({ files: [out], dejitter: false, values: true })
  const signal = file!.streams.find(({ name }) => name.includes('synthetic'))!
  expect(signal.values!.length).toBeGreaterThan(500)

  sender.child.kill('SIGINT')
  const sent = await sender.finished
  expect(sent.code, sent.stderr).toBe(0)
  const { streams, network, missed } = JSON.parse(sent.stdout)
  expect(missed).toBe(0)
  expect(network).toHaveLength(3)
  for (const target of network) expect(target.dropped).toBe(0)

  // Every frame by UDP once and in order, from the first on.
  const messages = json.heard.map((bytes) => JSON.parse(bytes.toString()))
  const frames = messages.filter(({ kind }) => kind === 'frames')
  const indices = frames.flatMap(({ sample, frames: rows }) =>
    rows.map((_: number[], f: number) => sample + f),
  )
  const first = indices[0]!
  expect(indices).toEqual(indices.map((_, i) => first + i))
  expect(first + indices.length).toBeGreaterThan(streams[0].ledger.received - 20)
  expect(messages.find(({ kind }) => kind === 'stream')).toMatchObject({ rateHz: 250, type: 'EEG' })

  // The same values by OSC, as 32-bit floats; and in the file that was recorded over the WebSocket.
  const rows = new Map<number, number[]>()
  for (const bytes of osc.heard) {
    let at = 0
    readOsc(bytes, {
      message(address, values) {
        if (address.endsWith('/sample')) at = values[0] as number
        else if (values.length === 4 && typeof values[0] === 'number') {
          rows.set(at++, values as number[])
        }
      },
    })
  }
  const byUdp = frames.flatMap(({ frames: each }) => each as number[][])
  for (let i = 0; i < byUdp.length; i += 97) {
    const other = rows.get(first + i)
    other?.forEach((value, c) => {
      const { [c]: sent = 0 } = byUdp[i]!
      expect(Math.abs(value - sent)).toBeLessThan(1e-6 * Math.abs(sent) + 1e-6)
    })
  }
  expect(rows.size).toBeGreaterThan(byUdp.length - 50)
  const texts = new Set(byUdp.map((row) => row.join()))
  expect(signal.values!.every((row) => texts.has((row as number[]).join()))).toBe(true)

  const marked = file!.streams.find(({ type, name }) => type === 'Markers' && !/detail/.test(name))!
  const labels = marked.values!.flat() as string[]
  expect(labels.filter((label) => /^plain \d+$/.test(label)).length).toBeGreaterThan(5)
  expect(labels.filter((label) => /^json \d+$/.test(label)).length).toBeGreaterThan(5)
})
