/** `--trace`: a recording and a run leave a file that Perfetto opens. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { synapse } from './synapse.ts'

interface Event {
  readonly ph: string
  readonly name: string
  readonly cat?: string
  readonly ts: number
  readonly dur: number
}

function spansOf(path: string): Event[] {
  const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as { traceEvents: Event[] }
  return traceEvents.filter(({ ph }) => ph === 'X')
}

const graph = join(
  import.meta.dirname,
  '..',
  '..',
  'examples',
  'graphs',
  'alpha-neurofeedback.jsonc',
)

test('record --trace, then run --trace over what was recorded', async () => {
  const folder = scratchFolder()
  const recording = folder.path('r.xdf')
  const live = folder.path('live.json')
  const device = ['--device', 'synthetic?channels=8&rateHz=250', '--seconds', '3']
  const recorded = await synapse('record', ...device, '--out', recording, '--trace', live)
  expect([recorded.stderr, recorded.code]).toEqual(['', 0])
  const threads = new Set(spansOf(live).map(({ cat }) => cat))
  expect([...threads]).toEqual(expect.arrayContaining(['host', 'process', 'record']))

  const offline = folder.path('offline.json')
  const io = ['--in', recording, '--out', folder.path('o.xdf'), '--trace', offline]
  const ran = await synapse('run', graph, ...io)
  expect([ran.stderr, ran.code]).toEqual(['', 0])
  const spans = spansOf(offline)
  const nodes = new Set(spans.map(({ name }) => name))
  expect(nodes.size).toBeGreaterThan(2)
  for (const name of nodes) expect(name).toMatch(/^run /)
  for (const { ts, dur } of spans) expect(ts >= 0 && dur >= 0).toBe(true)
})
