/**
 * The network thread: reads the rings as they fill and sends them by OSC, UDP and WebSocket.
 * Acquisition never waits for it: what falls out of a ring before it was read is counted.
 */
import { workerData } from 'node:worker_threads'
import { type Outgoing, openBroadcast, openDatagrams } from '../network/index.ts'
import { RingReader } from '../ring/index.ts'
import {
  asSynapseError,
  type ChunkBuffer,
  type Endpoint,
  newChunkBuffer,
  type Sink,
  type StreamId,
} from '../signal/index.ts'
import { JsonOutlet, OscOutlet } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type {
  NetworkData,
  NetworkKind,
  NetworkOrder,
  NetworkReport,
  NetworkTarget,
} from './network-messages.ts'
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

/** How streams leave to one address. */
interface Way {
  readonly outlet: Sink & { removeStream(stream: StreamId): void }
  readonly way: Outgoing
  /** Once a second: what the streams are, for those who began to listen since. */
  describe(): void
}

interface Sending extends Way {
  readonly key: string
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
    const sending = { key: target.key, ...(await ways[target.kind](target.at)) }
    for (const { source } of readings.values()) sending.outlet.addStream(source.info)
    sendings.push(sending)
    report({ kind: 'opened', key: target.key, at: sending.way.at })
  } catch (error) {
    const { note } = asSynapseError(error, `sending by ${target.kind}`)
    report({ kind: 'failed', key: target.key, note })
  }
}

const ways: Readonly<Record<NetworkKind, (at: Endpoint) => Promise<Way>>> = {
  async osc(at) {
    const way = await openDatagrams(at)
    const outlet = new OscOutlet((bytes) => way.send(bytes), epochSeconds)
    return { outlet, way, describe: () => outlet.describe() }
  },
  async udp(at) {
    const way = await openDatagrams(at)
    const outlet = new JsonOutlet((text) => way.send(text), datagramBytes)
    const describe = () => {
      for (const text of outlet.descriptions()) way.send(text)
    }
    return { outlet, way, describe }
  },
  async websocket(at) {
    // Who connects is told then.
    const way = await openBroadcast(at, () => outlet.descriptions())
    const outlet = new JsonOutlet((text) => way.send(text), messageBytes)
    return { outlet, way, describe: () => {} }
  },
}

/** What it waits for is that of its receivers; nobody waits for that. */
function close(key: string): void {
  const at = sendings.findIndex((sending) => sending.key === key)
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
    for (const { outlet } of sendings) void outlet.write(source.info.id, chunk)
  }
}

function round(): void {
  for (const reading of readings.values()) sendAll(reading)
  const now = hostClock.now()
  if (now - describedAt < describeSeconds) return
  describedAt = now
  for (const sending of sendings) sending.describe()
  report({
    kind: 'status',
    targets: sendings.map(({ key, way: { sent, dropped, receivers } }) => ({
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
