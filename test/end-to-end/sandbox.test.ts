/**
 * Anybody's module in a live graph: what it gives is right, and whatever it does wrong stops that
 * node within a second, by name, and costs nobody else anything.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { gain, type ModuleParts, runningSum } from '../sandbox-modules.ts'
import { forever, graphOf, LiveRun, late, pagesOf, until } from './sandbox-run.ts'

test('live and over the recording a module gives the same, whole and sample for sample', async () => {
  const run = new LiveRun()
  await run.module('gain', {})
  await run.module('sum', { process: runningSum })
  const spec = graphOf({
    tripled: { module: 'gain', parameters: [3] },
    sums: { module: 'sum' },
    coarse: { module: run.folder.path('sum.wasm'), blockFrames: 50, channels: ['a', 'b'] },
  })
  await run.module('sum', {
    process: runningSum,
    open: 'channels = blockFrames === 50 ? 2 : channels; return channels',
  })
  await run.start(spec)
  await pause(1500)
  const samples = await run.end()
  expect(run.host.notices.list).toEqual([])
  const live = run.answers
  expect(live.get('tripled')!.size).toBe(samples)
  for (const [sample, values] of live.get('tripled')!) {
    const input = live.get('calibrated')!.get(sample)!
    expect(values).toEqual(input.map((value) => Math.fround(3 * value)))
  }
  expect(live.get('coarse')!.size).toBe(Math.floor(samples / 50))
  const offline = await run.offline(spec)
  for (const name of ['calibrated', 'tripled', 'sums', 'coarse']) {
    expect(offline.get(name)).toEqual(live.get(name))
  }
})

describe('what a module does wrong stops it within a second, and costs nobody else anything', () => {
  const cases: readonly [
    what: string,
    parts: ModuleParts,
    code: string,
    message: RegExp,
    isLate?: boolean,
  ][] = [
    ['loops in process', { process: late(forever) }, 'node-failed', /not returned for 0.5 s/, true],
    ['loops in open', { open: forever }, 'node-failed', /opening.*not returned for 0.5 s/],
    ['loops when it starts', { start: forever }, 'node-failed', /opening.*not returned for 0.5 s/],
    ['traps', { process: late('unreachable()') }, 'node-failed', /process: unreachable/, true],
    [
      'reads out of bounds',
      { process: late('return load<i32>(0x7fffff00)') },
      'node-failed',
      /process: memory access out of bounds/,
      true,
    ],
    [
      'divides by zero',
      { process: late('return 1 / (frames - 1)') },
      'node-failed',
      /process: divide by zero/,
      true,
    ],
    [
      'takes 4 GiB as it runs',
      {
        process: late('memory.grow(65000); memory.fill(0, 1, 0xffff0000)'),
        flags: ['--runtime', 'stub', '--use', 'abort='],
      },
      'node-failed',
      /process: memory access out of bounds/,
      true,
    ],
    [
      'asks for 4 GiB',
      { flags: pagesOf(65536) },
      'graph-invalid',
      /65536 pages of memory, 1024 are allowed/,
    ],
    [
      'wants a function of the host',
      {
        more: '@external("env", "exit") declare function exit(): void',
        process: 'exit(); return 1',
      },
      'graph-invalid',
      /imports the function env\.exit/,
    ],
    ['lacks process', { without: ['process'] }, 'graph-invalid', /not export the function process/],
    ['is of version 9', { version: 'return 9' }, 'graph-invalid', /version 9 of the ABI/],
    [
      'lies about its output',
      { outputPointer: 'return memory.size() * 65536 - 8' },
      'graph-invalid',
      /output_pointer is \d+: 8 values from there lie beyond/,
    ],
    [
      'gives more than it was asked for',
      { process: late('return 4096') },
      'node-failed',
      /process returned 4096 frames/,
      true,
    ],
  ]

  test.each(cases)('%s', async (_what, parts, code, message, isLate = false) => {
    const run = new LiveRun()
    await run.module('sound', {})
    await run.module('broken', parts)
    const spec = graphOf({
      good: { module: 'sound', parameters: [3] },
      bad: { module: 'broken' },
    })
    await run.start(spec)
    const before = process.memoryUsage.rss()
    // A module that fails as it runs has given answers until then.
    if (isLate) await until('answers', () => run.count('bad') > 200)
    // Whose thread was started at the same time: a second for the module, not for the machine.
    await until('the answers of others', () => run.count('good') > 0)
    const began = run.host.clock.now()
    await until('the notice', () => run.noticed('bad') !== undefined, 3)
    const notice = run.noticed('bad')!
    expect(notice.time - began).toBeLessThan(1)
    expect(notice.note).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(notice.note.message).toMatch(/node "bad" \(sandbox\), module /)
    const good = run.count('good')
    await until('more answers of others', () => run.count('good') > good + 250)
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
    const samples = await run.end()
    expect(run.count('good')).toBe(samples)
    expect(run.count('calibrated')).toBe(samples)
    if (!isLate) expect(run.count('bad')).toBe(0)
  })
})

test('a node that failed begins again with its state anew, and can be mended', async () => {
  const run = new LiveRun()
  await run.module('weak', { process: late('unreachable()') })
  await run.start(graphOf({ weak: { module: 'weak' } }))
  await until('the first failure', () => run.noticed('weak') !== undefined)
  expect(run.noticed('weak')!.note.remedy).toBe('It starts again in 0.5 s, with its state anew.')
  await until('the second failure', () => run.noticed('weak')!.note.remedy.includes(' 2 s'))
  // 300 answers each time; what came in the meantime is missing.
  await until('the last answers', () => run.count('weak') >= 600)
  expect(run.count('weak')).toBe(600)
  await run.module('weak', {})
  run.host.processing.apply('sandboxes', graphOf({ weak: { module: 'weak', parameters: [2] } }))
  run.listen()
  await until('answers of the mended module', () => run.count('weak') > 700)
  await run.end()
})

test('a module that is too slow skips samples, says how many, and holds up nobody', async () => {
  const run = new LiveRun()
  const slow = `let n: i64 = 0; while (n < 50_000_000) { n += 1; total += <f64>n } ${gain}`
  await run.module('slow', { process: slow })
  await run.module('sound', {})
  await run.start(graphOf({ slow: { module: 'slow' }, good: { module: 'sound' } }))
  await until('the notice', () => run.noticed('slow') !== undefined, 20)
  expect(run.noticed('slow')!.note.message).toMatch(/too slow, \d+ samples were skipped/)
  const samples = await run.end()
  expect(run.count('good')).toBe(samples)
})

test('a module that is not there is named, with those that are', async () => {
  const run = new LiveRun()
  await run.module('sound', {})
  await run.start(graphOf({ a: { module: 'nowhere' } }))
  await until('the notice', () => run.host.notices.list.length > 0)
  expect(run.host.notices.list[0]!.note).toEqual({
    code: 'file-missing',
    message: 'opening node "a" (sandbox): the module "nowhere" is not there',
    remedy: 'Modules found: sound. An absolute path names any other.',
  })
  await run.end()
})
