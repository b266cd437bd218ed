/** When a sandboxed node is ended, started again and given up, on a clock that the test owns. */
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { compileModule, type ModuleParts } from '../../test/sandbox-modules.ts'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { Bell, newRing, RingReader, RingWriter } from '../ring/index.ts'
import { type ErrorNote, newChunkBuffer } from '../signal/index.ts'
import type { CallLine } from '../workers/index.ts'
import { Sandboxes } from './sandboxes.ts'

const shape = {
  format: 'float32' as const,
  channels: 1,
  capacityFrames: 64,
  deviceTime: false,
  sequence: false,
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i > 2000) throw new Error(`waited for ${what} in vain`)
    await pause(5)
  }
}

function newSandboxes() {
  const clock = new ManualClock()
  const notes: ErrorNote[] = []
  const sandboxes = new Sandboxes(clock, (_about, note) => notes.push(note))
  onTestFinished(() => sandboxes.end())
  return { clock, notes, sandboxes }
}

type Line = Awaited<ReturnType<typeof newLine>>

/** A line to a node, and both ends of it. */
async function newLine(parts: ModuleParts) {
  const bytes = await compileModule(parts)
  const requests = new RingWriter(newRing(shape))
  const replies = newRing(shape)
  const bell = new Bell()
  requests.attach(bell)
  const call: CallLine = {
    id: 'line',
    node: 'it',
    remote: '',
    service: 'sandbox',
    target: scratchFolder().write('it.wasm', bytes),
    sandbox: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      blockFrames: 1,
      parameters: [2],
    },
    rateHz: 100,
    whenLate: 'every',
    requests: requests.shared,
    replies,
    bell: bell.shared,
    answerBell: new Bell().shared,
  }
  const frame = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 1 })
  const push = (value: number) => {
    frame.firstSample = requests.expected
    frame.frames = 1
    frame.data[0] = value
    requests.write(frame)
  }
  return { call, push, reader: new RingReader(replies, 'oldest') }
}

/** The next value that is answered; a thread that is still starting hears what comes afterwards. */
async function ask({ push, reader }: Line, value: number): Promise<number> {
  const into = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 1 })
  while (reader.read(into) !== 'empty') {
    // An answer to somebody before.
  }
  for (let tries = 0; tries < 400; tries++) {
    push(value)
    for (let i = 0; i < 10; i++) {
      if (reader.read(into) === 'chunk') return into.data[0]!
      await pause(5)
    }
  }
  throw new Error('nothing was answered')
}

/** Traps on a negative value, loops on one over 1000, and else adds up. */
const touchy = `
  const value = load<f32>(input)
  if (value < 0) unreachable()
  while (value > 1000) total += 1
  total += value
  store<f32>(output, <f32>total)
  return 1`

test('a call that does not return is ended after half a second, and not before', async () => {
  const { clock, notes, sandboxes } = newSandboxes()
  const line = await newLine({ process: touchy })
  const { call, push } = line
  sandboxes.open(call, 'EEG')
  expect(await ask(line, 1)).toBe(1)
  push(2000)
  clock.advance(0.5)
  expect(notes).toEqual([])
  await until('the notice', () => {
    clock.advance(0.05)
    return notes.length > 0
  })
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatchObject({
    code: 'node-failed',
    message: `running node "it" (sandbox), module ${call.target}: it has not returned for 0.5 s`,
    remedy: 'It starts again in 0.5 s, with its state anew.',
  })
})

test('a node that fails is started again three times, later each time, then given up', async () => {
  const { clock, notes, sandboxes } = newSandboxes()
  const line = await newLine({ process: touchy })
  const { call, push } = line
  sandboxes.open(call, 'EEG')
  for (const [times, wait] of [0.5, 2, 10].entries()) {
    // The sum of nothing and this: what was before is forgotten.
    expect(await ask(line, 7)).toBe(7)
    push(-1)
    await until('the notice', () => notes.length === times + 1)
    expect(notes.at(-1)!.remedy).toBe(`It starts again in ${wait} s, with its state anew.`)
    clock.advance(wait)
  }
  expect(await ask(line, 7)).toBe(7)
  push(-1)
  await until('the last notice', () => notes.length === 4)
  expect(notes.at(-1)!.remedy).toBe(
    'It stays stopped until the graph is changed; everything else goes on.',
  )
  clock.advance(1000)
  await pause(50)
  expect(notes).toHaveLength(4)
})

test('after a calm minute the waits begin anew', async () => {
  const { clock, notes, sandboxes } = newSandboxes()
  const line = await newLine({ process: touchy })
  const { call, push } = line
  sandboxes.open(call, 'EEG')
  await ask(line, 1)
  push(-1)
  await until('a notice', () => notes.length === 1)
  clock.advance(0.5)
  await ask(line, 1)
  clock.advance(61)
  push(-1)
  await until('another notice', () => notes.length === 2)
  expect(notes[1]!.remedy).toBe('It starts again in 0.5 s, with its state anew.')
})

test('a module that cannot be opened is not tried again; one that has changed is not run', async () => {
  const { clock, notes, sandboxes } = newSandboxes()
  const { call } = await newLine({ version: 'return 3' })
  sandboxes.open(call, 'EEG')
  sandboxes.open(
    { ...call, id: 'other', sandbox: { ...call.sandbox!, sha256: '0'.repeat(64) } },
    'EEG',
  )
  await until('both notices', () => notes.length === 2)
  const messages = notes.map(({ message }) => message).sort()
  expect(messages[0]).toMatch(/^opening node "it" \(sandbox\), module .*it has changed since/)
  expect(messages[1]).toMatch(/built for version 3 of the ABI/)
  clock.advance(100)
  await pause(300)
  expect(notes).toHaveLength(2)
})

test('so many nodes run at a time and no more', async () => {
  const { notes, sandboxes } = newSandboxes()
  const { call } = await newLine({})
  for (let n = 0; n < 17; n++) sandboxes.open({ ...call, id: `line ${n}` }, 'EEG')
  expect(notes.map(({ message }) => message)).toEqual([
    'opening node "it" (sandbox): 16 run already',
  ])
  sandboxes.close('line 3')
  sandboxes.open({ ...call, id: 'line 17' }, 'EEG')
  expect(notes).toHaveLength(1)
})
