/** A client in a thread of its own: takes in what the host sends and says how old it was. */
import { workerData } from 'node:worker_threads'
import { ContractClient, type Setup, socketChannel } from '../../../src/contract/index.ts'
import { LatencyHistogram } from '../../../src/ring/index.ts'
import { hostClock } from '../../../src/workers/index.ts'

export interface FrameClientData {
  readonly url: string
  readonly latency: SharedArrayBuffer
  /** Seconds when the bytes of sample `i` came, at `i % length`. */
  readonly arrivals: SharedArrayBuffer
}

const { url, latency, arrivals } = workerData as FrameClientData
const histogram = new LatencyHistogram(latency)
const arrivedAt = new Float64Array(arrivals)
const binSamples = new Map<number, number>()

function learn({ streams }: Setup): void {
  for (const { role, number, sourceRateHz, rateHz } of streams) {
    if (role === 'display') binSamples.set(number, Math.round(sourceRateHz / rateHz))
  }
}

const socket = new WebSocket(url.replace('http', 'ws').replace(/\/$/, '/contract'))
new ContractClient(socketChannel(socket), {
  event(name, data) {
    if (name === 'setup') learn(data as Setup)
  },
  frames({ number, firstSample, frames }) {
    const perBin = binSamples.get(number)
    if (perBin === undefined) return
    const now = hostClock.now()
    for (let f = 0; f < frames; f++) {
      const lastSample = (firstSample + f + 1) * perBin - 1
      histogram.record(now - arrivedAt[lastSample % arrivedAt.length]!)
    }
  },
  problem() {},
  closed() {},
})
