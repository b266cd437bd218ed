/**
 * The outlet thread: reads the rings as they fill and sends them by LSL. Acquisition never waits
 * for it: what falls out of a ring before it was read is counted.
 */
import { hostname } from 'node:os'
import { workerData } from 'node:worker_threads'
import { outletMaker } from '../lsl/index.ts'
import { RingReader } from '../ring/index.ts'
import { asSynapseError, type ChunkBuffer, newChunkBuffer } from '../signal/index.ts'
import { LslOutlet } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type { ThreadData } from './messages.ts'
import type { OutletOrder, OutletReport, SentSource } from './outlet-messages.ts'
import { parent, turnAsync } from './thread-loop.ts'

/** What a sample waits at most before it is sent. */
const waitMs = 5
const statusSeconds = 1
const maxFrames = 512
const markersKey = 'markers'

interface Reading {
  readonly source: SentSource
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
}

const readings = new Map<string, Reading>()
let outlets: LslOutlet | null = null
let reportedAt = 0

function report(message: OutletReport): void {
  parent().postMessage(message)
}

function opened(): LslOutlet {
  if (outlets) return outlets
  outlets = new LslOutlet(outletMaker(hostClock), hostname())
  report({ kind: 'opened', key: markersKey, uid: outlets.addMarkers() })
  return outlets
}

function add(source: SentSource): void {
  const { key, info, ring } = source
  try {
    const sink = opened()
    sink.addStream(info)
    const { format, channels } = ring.shape
    const chunk = newChunkBuffer({ format, channels, maxFrames })
    readings.set(key, { source, reader: new RingReader(ring, 'now'), chunk })
    report({ kind: 'opened', key, uid: sink.uidOf(info.id) })
  } catch (error) {
    report({ kind: 'failed', key, note: asSynapseError(error, `sending ${info.name}`).note })
  }
}

function remove(key: string): void {
  const reading = readings.get(key)
  if (!reading) return
  sendAll(reading)
  outlets?.removeStream(reading.source.info.id)
  readings.delete(key)
}

function sendAll({ source, reader, chunk }: Reading): void {
  for (let got = reader.read(chunk); got !== 'empty'; got = reader.read(chunk)) {
    if (got === 'chunk') outlets!.write(source.info.id, chunk)
  }
}

/** What came last is sent still. */
function end(): void {
  for (const reading of readings.values()) sendAll(reading)
  outlets?.close()
}

function reportStatus(now: number): void {
  reportedAt = now
  const streams = [...readings].map(([key, { source, reader }]) => ({
    key,
    dropped: reader.overruns,
    ...outlets!.statusOf(source.info.id),
  }))
  report({ kind: 'status', streams })
}

await turnAsync<OutletOrder>(
  workerData as ThreadData,
  (order) => {
    if (order.kind === 'add') add(order.source)
    else if (order.kind === 'remove') remove(order.key)
    else outlets?.marker(order.marker)
  },
  async () => {
    for (const reading of readings.values()) sendAll(reading)
    const now = hostClock.now()
    if (readings.size > 0 && now - reportedAt >= statusSeconds) reportStatus(now)
    return false
  },
  waitMs,
)
end()
