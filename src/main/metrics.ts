/**
 * What a host measures, for Prometheus to fetch: samples and losses by stream, latency, recording,
 * disk. Read when asked; nothing is kept beside what the host keeps anyway.
 */
import { Gauge, Registry } from 'prom-client'
import { type LatencyHistogram, summariseLatency } from '../ring/index.ts'
import { ledgerOfStream } from './device-link.ts'
import { addBudget, addGraphs } from './graph-metrics.ts'
import type { AcquisitionHost } from './host.ts'

export interface Metrics {
  readonly contentType: string
  /** In Prometheus' text format. */
  text(): Promise<string>
}

type Set = (labels: Record<string, string>, value: number) => void

export function hostMetrics(host: AcquisitionHost): Metrics {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[], read: (set: Set) => void) => {
    new Gauge({
      name: `synapse_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        read((labels, value) => this.set(labels, value))
      },
    })
  }
  addStreams(host, gauge)
  addLatency(host, gauge)
  addRecording(host, gauge)
  addGraphs(host, registry)
  addBudget(host, registry)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

type AddGauge = (name: string, help: string, labelNames: string[], read: (set: Set) => void) => void

function addStreams(host: AcquisitionHost, gauge: AddGauge): void {
  for (const kind of ['expected', 'received', 'lost'] as const) {
    gauge(`samples_${kind}`, `Samples ${kind} since the device was opened.`, ['stream'], (set) => {
      for (const stream of host.streams()) {
        set({ stream: stream.info.id }, ledgerOfStream(stream)[kind])
      }
    })
  }
  gauge('sample_rate_hertz', 'Samples a second over the last seconds.', ['stream'], (set) => {
    for (const { info, rate } of host.streams()) set({ stream: info.id }, rate.rateHz())
  })
  gauge(
    'clock_drift_ppm',
    'By how much a sample takes longer than it should.',
    ['stream'],
    (set) => {
      for (const { info, fit } of host.streams()) set({ stream: info.id }, fit.clock.driftPpm)
    },
  )
  gauge('arrival_jitter_seconds', 'Standard deviation of the arrivals.', ['stream'], (set) => {
    for (const { info, fit } of host.streams()) set({ stream: info.id }, fit.clock.jitterSeconds)
  })
  gauge('device_streaming', '1 while the device streams.', ['device', 'driver'], (set) => {
    for (const { id, driver, state } of host.links) {
      set({ device: id, driver }, Number(state === 'streaming'))
    }
  })
  gauge('notices', 'Notices that nobody has dismissed.', ['level'], (set) => {
    for (const level of ['info', 'warning', 'fault'] as const) {
      set({ level }, host.notices.list.filter((notice) => notice.level === level).length)
    }
  })
}

function addLatency(host: AcquisitionHost, gauge: AddGauge): void {
  const ways: readonly (readonly [string, LatencyHistogram])[] = [
    ['filtered', host.processing.filteredLatency],
    ['inference', host.processing.inferenceLatency],
  ]
  const help = 'Seconds from the bytes of a sample to its value, since the start.'
  gauge('latency_seconds', help, ['to', 'quantile'], (set) => {
    for (const [to, histogram] of ways) {
      const { p50Ms, p99Ms, p999Ms } = summariseLatency(histogram.snapshot())
      set({ to, quantile: '0.5' }, p50Ms / 1000)
      set({ to, quantile: '0.99' }, p99Ms / 1000)
      set({ to, quantile: '0.999' }, p999Ms / 1000)
    }
  })
  gauge('latency_count', 'Chunks and windows that were timed.', ['to'], (set) => {
    for (const [to, histogram] of ways) set({ to }, summariseLatency(histogram.snapshot()).count)
  })
}

function addRecording(host: AcquisitionHost, gauge: AddGauge): void {
  gauge('recording', '1 while a recording runs.', [], (set) => set({}, Number(host.isRecording)))
  gauge('recording_bytes', 'Bytes written to the running recording.', [], (set) =>
    set({}, host.recording.current?.status.bytes ?? 0),
  )
  gauge('recording_samples_lost', 'Samples missing in the running recording.', [], (set) =>
    set({}, host.recording.current?.status.ledger.lost ?? 0),
  )
  gauge('recording_synced_seconds_ago', 'Since the file was forced to the disk.', [], (set) =>
    set({}, host.recording.current?.status.syncedSecondsAgo ?? 0),
  )
  gauge('disk_free_bytes', 'Room on the disk that is recorded to.', [], (set) =>
    set({}, host.disk.freeBytes),
  )
}
