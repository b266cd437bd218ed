/**
 * Anybody's WebAssembly module as a node. It runs in a thread of its own, which gets every frame of
 * the input and gives its answers later, in order; what goes wrong there stops this node alone. A
 * gap reaches the module before the next block; frames of a block with a hole in it are dropped.
 * Values that are not finite go in and come out as they are. The module's state is its own: this
 * node remembers only where its output stands. docs/sandboxed-nodes.md is what a module has to be.
 */
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  requestPort,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type SandboxOptions, sandboxOptions } from './options.ts'

export const sandbox: NodeDefinition<SandboxOptions> = {
  id: 'sandbox',
  title: 'WebAssembly module',
  help: 'Runs a WebAssembly module that anybody may have written, in a sandbox of its own.',
  options: sandboxOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'What the module gives: one frame for every block, or none.' }],
  cost: { work: 0.4, given: 1 },
  open({ id, inputs, options, memory, maxFrames, module }): NodeInstance {
    const input = inputs.in!
    if (input.sampleFormat !== 'float32') {
      throw refusal(
        { id, kind: 'sandbox' },
        `"${input.name}" is ${input.sampleFormat}, a module takes float32`,
        'Put a "calibrate" node in front of it.',
      )
    }
    const { path, sha256 } = found(id, () => module(options.module))
    const { blockFrames, parameters } = options
    const answers = deriveStream(input, {
      node: id,
      kind: 'sandbox',
      type: options.type ?? (options.channels ? 'Features' : input.type),
      nominalRateHz: input.nominalRateHz / blockFrames,
      channels: outputChannels(input, options),
      options: { ...options, sha256 },
    })
    const output = newSignalBuffer(memory, answers.channels.length, maxFrames)
    const gap = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as const }
    /** Index that follows the last frame given; NaN before the first. */
    const state = { nextSample: Number.NaN }
    return {
      outputs: { out: answers },
      delaySamples: 0,
      state,
      remote: {
        service: 'sandbox',
        target: path,
        sandbox: { sha256, blockFrames, parameters },
        request: input,
        reply: answers,
        whenLate: 'every',
      },
      process(port, chunk, emit) {
        if (port !== 'reply') {
          emit.chunk(requestPort, chunk)
          return
        }
        if (chunk.firstSample > state.nextSample) {
          gap.atSample = state.nextSample
          gap.lostSamples = chunk.firstSample - state.nextSample
          emit.gap('out', gap)
        }
        state.nextSample = chunk.firstSample + chunk.frames
        const channels = answers.channels.length
        for (let f = 0; f < chunk.frames; f++) {
          const from = f * chunk.stride
          const to = f * output.stride
          for (let c = 0; c < channels; c++) output.data[to + c] = chunk.data[from + c]!
        }
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap() {
        // The index of the next request tells the module; that of its answer tells those behind.
      },
    }
  },
}

function outputChannels(input: StreamInfo, { channels, unit }: SandboxOptions): readonly Channel[] {
  if (!channels) return input.channels
  return channels.map((label) => physicalChannel(label, 'MISC', unit))
}

function found<T>(id: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    if (!(error instanceof SynapseError)) throw error
    const what = `opening node "${id}" (sandbox): ${error.message}`
    throw new SynapseError(error.code, what, { cause: error, remedy: error.remedy })
  }
}
