/**
 * The network thread: reads the rings as they fill and sends them by OSC, UDP and WebSocket.
 * Acquisition never waits for it: what falls out of a ring before it was read is counted.
 */
import { workerData } from 'node:worker_threads'
import { type Outgoing, openBroadcast, openDatagrams } from '../network/index.ts'
import { RingReader } from '../ring/index.ts'
import { asSynapseError, type ChunkBuffer, newChunkBuffer } from '../signal/index.ts'
import { JsonOutlet, OscOutlet } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type { NetworkData, NetworkOrder, NetworkReport, NetworkTarget } from './network-messages.ts'
import type { SentSource } from './outlet-messages.ts'
import { parent, turnByEvents } from './thread-loop.ts'

/** What a sample waits at most before it is sent. */
const waitMs = 5
const describeSeconds = 1
const maxFrames = 512
/** A datagram fits into one packet of the network; over a connection it need not. */
const datagramBytes = 1200
const messageBytes = 16_384

interface Reading {
  readonly source: SentSource
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
}

interface Sending {
  readonly target: NetworkTarget
  readonly outlet: OscOutlet | JsonOutlet
  readonly way: Outgoing
}

const { epochSeconds } = workerData as NetworkData
const readings = new Map<string, Reading>()
const sendings: Sending[] = []
let describedAt = 0

function report(message: NetworkReport): void {
  parent().postMessage(message)
}

async function open(target: NetworkTarget): Promise<void> {
  try {
    const sending = await opened(target)
    for (const { source } of readings.values()) sending.outlet.addStream(source.info)
    sendings.push(sending)
    report({ kind: 'opened', key: target.key, at: sending.way.at })
  } catch (error) {
    const { note } = asSynapseError(error, `sending by ${target.kind}`)
    report({ kind: 'failed', key: target.key, note })
  }
}

async function opened(target: NetworkTarget): Promise<Sending> {
  if (target.kind === 'websocket') {
    const way = await openBroadcast(target.at, () => outlet.descriptions())
    const outlet = new JsonOutlet((text) => way.send(text), messageBytes)
    return { target, outlet, way }
  }
  const way = await openDatagrams(target.at)
  const outlet =
    target.kind === 'osc'
      ? new OscOutlet((bytes) => way.send(bytes), epochSeconds)
      : new JsonOutlet((text) => way.send(text), datagramBytes)
  return { target, outlet, way }
}

/** What it waits for is that of its receivers; nobody waits for that. */
function close(key: string): void {
  const at = sendings.findIndex(({ target }) => target.key === key)
  const [closed] = at < 0 ? [] : sendings.splice(at, 1)
  void closed?.way.close()
}

function add(source: SentSource): void {
  const { key, info, ring } = source
  const { format, channels } = ring.shape
  const chunk = newChunkBuffer({ format, channels, maxFrames })
  readings.set(key, { source, reader: new RingReader(ring, 'now'), chunk })
  for (const { outlet } of sendings) outlet.addStream(info)
}

function remove(key: string): void {
  const reading = readings.get(key)
  if (!reading) return
  sendAll(reading)
  for (const { outlet } of sendings) outlet.removeStream(reading.source.info.id)
  readings.delete(key)
}

function sendAll({ source, reader, chunk }: Reading): void {
  for (let got = reader.read(chunk); got !== 'empty'; got = reader.read(chunk)) {
    if (got !== 'chunk') continue
    for (const { outlet } of sendings) outlet.write(source.info.id, chunk)
  }
}

function round(): void {
  for (const reading of readings.values()) sendAll(reading)
  const now = hostClock.now()
  if (now - describedAt < describeSeconds) return
  describedAt = now
  for (const { target, outlet, way } of sendings) {
    if (outlet instanceof OscOutlet) outlet.describe()
    // Who connects to a WebSocket is told then.
    else if (target.kind === 'udp') for (const text of outlet.descriptions()) way.send(text)
  }
  report({
    kind: 'status',
    targets: sendings.map(({ target: { key }, way: { sent, dropped, receivers } }) => ({
      key,
      sent,
      dropped,
      receivers,
    })),
    missed: [...readings.values()].reduce((sum, { reader }) => sum + reader.overruns, 0),
  })
}

/** What came last is sent still. */
async function end(): Promise<void> {
  for (const reading of readings.values()) sendAll(reading)
  for (const { way } of sendings) await way.close()
}

turnByEvents<NetworkOrder>(
  workerData as NetworkData,
  (order) => {
    if (order.kind === 'open') void open(order.target)
    else if (order.kind === 'close') close(order.key)
    else if (order.kind === 'add') add(order.source)
    else if (order.kind === 'remove') remove(order.key)
    else for (const { outlet } of sendings) outlet.marker(order.marker)
  },
  round,
  end,
  waitMs,
)
