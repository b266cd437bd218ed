/**
 * Asks a model about the last seconds of the signal, again and again. The model runs elsewhere
 * and answers later; what leaves here is its answers, each with the index of the window it is
 * about.
 */
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  requestPort,
  type StreamInfo,
} from '../../signal/index.ts'
import { rateOf, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type InferOptions, inferOptions } from './options.ts'
import { newWindower } from './windower.ts'

export const infer: NodeDefinition<InferOptions> = {
  id: 'infer',
  title: 'Model inference',
  help: 'Runs an ONNX model over a sliding window of the signal.',
  options: inferOptions,
  inputs: [{ name: 'in', help: 'A filtered signal, in the unit of the model card.' }],
  outputs: [{ name: 'out', help: 'One channel per label of the model.' }],
  cost: { work: 6, given: 0.05 },
  open({ id, inputs, options, memory, maxFrames, model }): NodeInstance {
    const input = inputs.in!
    const card = model(options.model)
    checkFit(id, input, card.input.montage, card.input.channels)
    const windower = newWindower(card, input, memory)
    const hop = Math.max(1, Math.round(options.hopSeconds * card.input.rateHz))
    const values = card.input.frames * card.input.channels
    const rateHz = card.input.rateHz / hop
    const windows: StreamInfo = deriveStream(input, {
      node: id,
      kind: 'infer',
      type: 'Window',
      nominalRateHz: rateHz,
      channels: Array.from({ length: values }, (_, i) => physicalChannel(`${i}`, 'MISC', '1')),
      options,
    })
    const answers: StreamInfo = deriveStream(input, {
      node: id,
      kind: 'infer',
      type: 'Predictions',
      nominalRateHz: rateHz,
      channels: card.output.labels.map((label) => physicalChannel(label, 'MISC', '1')),
      options: { ...options, version: card.version, sha256: card.sha256 },
    })
    const request = newSignalBuffer(memory, values, maxFrames)

    return {
      outputs: { out: answers },
      delaySamples: 0,
      state: windower.state,
      remote: {
        service: 'inference',
        target: options.model,
        request: windows,
        reply: answers,
        whenLate: options.whenLate,
      },
      process(port, chunk, emit) {
        if (port === 'reply') {
          emit.chunk('out', chunk)
          return
        }
        const data = chunk.data as Float32Array
        for (let f = 0; f < chunk.frames; f++) {
          const completed = windower.frame(data, f * chunk.stride, chunk.firstSample + f)
          if (!completed || windower.newest() % hop >= completed || !windower.ready()) continue
          windower.window(request.data, 0)
          request.firstSample = Math.floor(windower.newest() / hop)
          request.frames = 1
          request.time[0] = chunk.time[f]!
          request.hostTime[0] = chunk.hostTime[f]!
          emit.chunk(requestPort, request)
        }
      },
      gap(port) {
        if (port !== 'reply') windower.forget()
      },
    }
  },
}

function checkFit(id: string, input: StreamInfo, montage: string, channels: number): void {
  const node = { id, kind: 'infer' }
  rateOf(node, input)
  if (montage === 'all' && input.channels.length !== channels) {
    throw refusal(
      node,
      `the model wants ${channels} channels, "${input.name}" has ${input.channels.length}`,
    )
  }
}
