import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
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
  await pause(700)
  await host.stop(id)
  const response = await fetch(`${serving.url}metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
  const text = await response.text()
  const { ledger } = host.ledgers()[0]!
  expect(value(text, 'synapse_samples_expected{stream="synthetic/eeg"}')).toBe(ledger.expected)
  expect(value(text, 'synapse_samples_lost{stream="synthetic/eeg"}')).toBe(0)
  expect(value(text, 'synapse_latency_count{to="filtered"}')).toBeGreaterThan(0)
  expect(value(text, 'synapse_recording')).toBe(1)
  expect(value(text, 'synapse_device_streaming{device="synthetic",driver="synthetic"}')).toBe(0)
  await host.stopRecording()
})
