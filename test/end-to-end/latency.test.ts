/** `synapse latency` as a user runs it: a real port, a real socket, and a wire that takes 50 ms. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { startSynapse, synapse } from './synapse.ts'

const wireMs = 50

test('pulses over UDP come back through the pin of a board, later by what the wire takes', async () => {
  const link = scratchFolder().path('board')
  const board = startSynapse('emulate', 'openbci-cyton', '--link', link, '--json')
  await board.line((line) => line.includes('"ready"'))
  const wire = createSocket('udp4')
  onTestFinished(() => void wire.close())
  wire.on('message', (bytes) => {
    const { value } = JSON.parse(bytes.toString())
    setTimeout(() => board.child.stdin!.write(`D17 ${value}\n`), wireMs)
  })
  wire.bind(0, '127.0.0.1')
  await once(wire, 'listening')
  const { code, stdout, stderr } = await synapse(
    ...['latency', '--device', `openbci-cyton:${link}?pins=digital`, '--channel', 'D17'],
    ...['--out', `udp:${wire.address().port}`, '--count', '8', '--interval', '0.5', '--json'],
  )
  expect(stderr).toBe('')
  const { sent, arrival, stamp, pulses } = JSON.parse(stdout)
  expect([sent, pulses.length]).toEqual([8, 8])
  expect(code === 0 || code === 3).toBe(true)
  expect(arrival.count).toBeGreaterThan(4)
  expect(arrival.minMs).toBeGreaterThanOrEqual(wireMs - 1)
  expect(arrival.medianMs).toBeLessThan(500)
  expect(stamp.count).toBe(arrival.count)
  board.child.kill('SIGINT')
  await board.finished
})

test('says which channels there are', async () => {
  const { code, stderr } = await synapse(
    ...['latency', '--device', 'synthetic', '--channel', 'D17', '--out', 'udp:9'],
  )
  expect(code).toBe(2)
  expect(stderr).toMatch(/"D17"/)
})
