import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { summariseLatency } from '../ring/index.ts'
import { nodeFields, readValues } from '../workers/index.ts'
import { hostMetrics } from './metrics.ts'
import { openHost } from './open-host.ts'
import { serve } from './serve.ts'

function value(text: string, metric: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${metric} `))
  return Number(line?.split(' ').at(-1))
}

test('Prometheus finds samples, latency, recording and disk, with the same account as everywhere', async () => {
  const folder = scratchFolder()
  const host = openHost({ folder: folder.path('.') })
  const serving = await serve(host, 0)
  onTestFinished(async () => {
    await serving.end()
    await host.end()
  })
  const id = await host.open('synthetic', '', {})
  await host.startRecording(folder.path('m.xdf'))
  const { filteredLatency } = host.processing
  const timed = () => summariseLatency(filteredLatency.snapshot()).count
  await expect.poll(timed, { timeout: 20_000 }).toBeGreaterThan(100)
  await host.stop(id)
  const published = () =>
    readValues(nodeFields, host.processing.meters[0]!.meters.nodes[0]!.values).timedChunks
  await expect.poll(published, { timeout: 20_000 }).toBeGreaterThan(0)
  const response = await fetch(`${serving.url}metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
  const text = await response.text()
  const { ledger } = host.ledgers()[0]!
  expect(value(text, 'synapse_samples_expected{stream="synthetic/eeg"}')).toBe(ledger.expected)
  expect(value(text, 'synapse_samples_lost{stream="synthetic/eeg"}')).toBe(0)
  expect(value(text, 'synapse_latency_count{to="filtered"}')).toBeGreaterThan(0)
  expect(value(text, 'synapse_recording')).toBe(1)
  expect(value(text, 'synapse_device_streaming{device="synthetic",driver="synthetic"}')).toBe(0)
  const node = 'graph="synthetic/eeg",node="filtered",kind="filter-iir"'
  const frames = value(text, `synapse_node_input_frames_total{${node}}`)
  expect(frames).toBeGreaterThan(0)
  expect(frames).toBeLessThanOrEqual(ledger.received)
  const edge = 'graph="synthetic/eeg",from="calibrated.out",to="filtered.in"'
  expect(value(text, `synapse_edge_frames_total{${edge}}`)).toBe(frames)
  expect(text).toContain('# TYPE synapse_node_processing_seconds summary')
  expect(value(text, `synapse_node_processing_seconds_count{${node}}`)).toBeGreaterThan(0)
  expect(value(text, 'synapse_stage_budget_seconds{stage="processing"}')).toBe(0.04)
  expect(
    value(text, 'synapse_graph_overrun_frames_total{graph="synthetic/eeg",source="raw"}'),
  ).toBe(0)
  await host.stopRecording()
})

test('its names are sound: counters end in _total, every metric has help and a type', async () => {
  const host = openHost({ folder: scratchFolder().path('.') })
  onTestFinished(() => host.end())
  const text = await hostMetrics(host).text()
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!])
  expect(types.length).toBeGreaterThan(20)
  for (const [name, type] of types) {
    expect(name).toMatch(/^synapse_[a-z][a-z_]*[a-z]$/)
    expect(name!.endsWith('_total')).toBe(type === 'counter')
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S+`, 'm'))
  }
})
