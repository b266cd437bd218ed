import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { TraceRing } from '../ring/index.ts'
import type { Clock } from '../signal/index.ts'
import { Tracing, tracePath } from './tracing.ts'

const clock: Clock = { now: () => 100, every: () => () => {}, after: () => () => {} }

interface Event {
  readonly ph: 'M' | 'X'
  readonly name: string
  readonly tid?: number
  readonly ts?: number
  readonly dur?: number
  readonly args?: { readonly name: string }
}

test('a trace names its threads and counts microseconds from its begin', () => {
  const process = new TraceRing(undefined, 4)
  const tracing = new Tracing(clock, () => [{ name: 'process', trace: process.shared }])
  tracing.begin()
  tracing.own.add(tracing.own.number('arrival'), 100.001, 0.0005)
  for (let i = 0; i < 6; i++) process.add(process.number('filter'), 100 + i / 1000, 0.0001)
  const path = scratchFolder().path('trace.json')
  expect(tracing.save(path)).toEqual({ path, spans: 5, lost: 2 })
  const trace = JSON.parse(readFileSync(path, 'utf8'))
  const events: Event[] = trace.traceEvents
  const threads = events.filter(({ name }) => name === 'thread_name')
  expect(threads.map(({ tid, args }) => [tid, args!.name])).toEqual([
    [1, 'host'],
    [2, 'process'],
  ])
  const spans = events.filter(({ ph }) => ph === 'X')
  expect(spans.map(({ name, tid, ts, dur }) => [name, tid, ts, dur])).toEqual([
    ['arrival', 1, 1000, 500],
    ...[2, 3, 4, 5].map((i) => ['filter', 2, 1000 * i, 100]),
  ])
  expect(trace.otherData).toMatchObject({ 'lost host': 0, 'lost process': 2 })
})

test('one trace at a time; what cannot be written is told, and the next one can begin', () => {
  const tracing = new Tracing(clock, () => [])
  tracing.begin()
  expect(() => tracing.begin()).toThrow(/a trace is being taken/)
  expect(() => tracing.save(scratchFolder().path('no/such/folder/t.json'))).toThrow(
    /writing .*t\.json/,
  )
  tracing.begin()
  expect(tracing.own.isOn).toBe(true)
})

test('traces of the same second have names of their own', () => {
  const at = (milliseconds: number) => tracePath('/r', new Date(1_700_000_000_000 + milliseconds))
  expect(at(1)).toMatch(/^.r.trace_20231114-221320_1\.json$/)
  expect(at(1)).not.toBe(at(2))
})
