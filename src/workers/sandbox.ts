/**
 * The thread of one sandboxed node: its module gets the frames of one ring and fills another. A
 * thread each, because a call into a module cannot be interrupted from inside: the host ends the
 * thread of one that does not return, and whoever shared it would lose its state with it.
 */
import { setPriority } from 'node:os'
import { workerData } from 'node:worker_threads'
import { Bell, RingReader, RingWriter, TraceRing } from '../ring/index.ts'
import { readModule, SandboxedModule } from '../sandbox/index.ts'
import { asSynapseError, assert, newChunkBuffer, SynapseError } from '../signal/index.ts'
import { hostClock } from './clock.ts'
import { follow } from './follow.ts'
import type { SandboxData, SandboxReport } from './messages.ts'
import { parent, turn } from './thread-loop.ts'

/** Frames taken from the ring at a time: few, because their answers leave together. */
const maxFrames = 32
/** So that the threads that acquire, process and record come first; on Linux it is this thread's. */
const niceness = 5

const data = workerData as SandboxData
const { call } = data
const inside = new Int32Array(data.inside)
const done = new Int32Array(data.done)
const reader = new RingReader(call.requests, data.from)
const writer = new RingWriter(call.replies)
const channels = call.requests.shape.channels
const outputs = call.replies.shape.channels
const frames = newChunkBuffer({ format: 'float32', channels, maxFrames })
const answers = newChunkBuffer({ format: 'float32', channels: outputs, maxFrames })
const trace = new TraceRing(data.trace)
const traceNumber = trace.number(call.node)
let timesLate = 0
let skipped = 0

function report(message: SandboxReport): void {
  parent().postMessage(message)
}

/** The host looks whether `inside` stays odd for too long. */
function guarded<T>(work: () => T): T {
  Atomics.add(inside, 0, 1)
  try {
    return work()
  } finally {
    Atomics.add(inside, 0, 1)
  }
}

function open(): SandboxedModule {
  assert(call.sandbox, 'a call to a sandbox has its settings')
  const { sha256, blockFrames, parameters } = call.sandbox
  const setup = {
    channels,
    rateHz: call.rateHz,
    blockFrames,
    outputChannels: outputs,
    parameters,
  }
  const bytes = readModule({ path: call.target, sha256 })
  return guarded(() => new SandboxedModule(bytes, setup))
}

function take(module: SandboxedModule, blockFrames: number): void {
  const values = frames.data as Float32Array
  try {
    for (let f = 0; f < frames.frames; f++) {
      const sample = frames.firstSample + f
      Atomics.add(inside, 0, 1)
      const isGiven = module.frame(values, f * channels, sample)
      Atomics.add(inside, 0, 1)
      if (isGiven) answer(module.output, Math.floor(sample / blockFrames), f)
    }
  } finally {
    flush()
  }
}

function answer(values: Float32Array, index: number, f: number): void {
  if (answers.frames > 0 && index !== answers.firstSample + answers.frames) flush()
  if (answers.frames === 0) answers.firstSample = index
  ;(answers.data as Float32Array).set(values, answers.frames * outputs)
  answers.time[answers.frames] = frames.time[f]!
  answers.hostTime[answers.frames] = frames.hostTime[f]!
  answers.frames++
}

function flush(): void {
  if (answers.frames > 0) follow(writer, answers)
  answers.frames = 0
}

/** Told less and less often. */
function tellWhenLate(): void {
  if (reader.overruns === skipped) return
  skipped = reader.overruns
  if (Number.isInteger(Math.log2(++timesLate))) report({ kind: 'late', skipped })
}

function run(): void {
  const module = open()
  report({ kind: 'opened' })
  const { blockFrames } = call.sandbox!
  writer.attach(new Bell(call.answerBell))
  turn(
    data,
    () => {},
    () => {
      const result = reader.read(frames)
      if (result === 'chunk') {
        const begun = trace.isOn ? hostClock.now() : 0
        take(module, blockFrames)
        if (begun > 0) trace.add(traceNumber, begun, hostClock.now() - begun)
        Atomics.add(done, 0, frames.frames)
        Atomics.notify(done, 0)
      }
      tellWhenLate()
      return result !== 'empty'
    },
  )
}

/** Says which node it is about. */
function named(error: SynapseError): SynapseError {
  const doing = error.code === 'node-failed' ? 'running' : 'opening'
  const what = `${doing} node "${call.node}" (sandbox), module ${call.target}: ${error.message}`
  return new SynapseError(error.code, what, { cause: error, remedy: error.remedy })
}

if (process.platform === 'linux') setPriority(niceness)
try {
  run()
} catch (error) {
  report({ kind: 'failed', note: named(asSynapseError(error, 'sandbox')).note })
}
