/**
 * Raw counts to physical values: what the converter sent, times the channel's scale, plus its
 * offset. The first step of nearly every graph; values that are physical already pass untouched.
 */
import { kernelsOn } from '../../kernels/index.ts'
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  strideFor,
} from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type CalibrateOptions, calibrateOptions } from './options.ts'

export const calibrate: NodeDefinition<CalibrateOptions> = {
  id: 'calibrate',
  title: 'Calibrate',
  help: 'Turns raw counts into physical values (µV, g …) with the scale of each channel.',
  options: calibrateOptions,
  inputs: [{ name: 'in', help: 'A raw signal.' }],
  outputs: [{ name: 'out', help: 'The same signal in physical units, float32.' }],
  cost: { work: 1.4, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    if (input.sampleFormat === 'json') {
      throw refusal({ id, kind: 'calibrate' }, `stream "${input.name}" carries no numbers`)
    }
    const channels = input.channels.map(physical)
    const info = deriveStream(input, { node: id, kind: 'calibrate', channels, options })
    const kernels = kernelsOn(memory.wasm)
    const stride = strideFor(channels.length)
    const output = newSignalBuffer(memory, channels.length, maxFrames)
    const scale = memory.float64(stride)
    const offset = memory.float64(stride)
    scale.set(input.channels.map((channel) => channel.scale))
    offset.set(input.channels.map((channel) => channel.offset))
    return {
      outputs: { out: info },
      delaySamples: 0,
      state: {},
      process(_port, chunk, emit) {
        kernels.affine(chunk.data, output.data, chunk.frames, stride, scale, offset)
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        emit.gap('out', gap)
      },
    }
  },
}

function physical(channel: Channel): Channel {
  return { ...channel, scale: 1, offset: 0 }
}
