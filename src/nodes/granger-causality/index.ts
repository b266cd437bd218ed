/**
 * Granger causality between pairs of channels, in both directions, over a window, one frame per
 * hop: the logarithm of how much the past of one channel improves the autoregressive prediction of
 * the other (Granger 1969, Geweke 1982), 0 where it does not. A row of the models never spans a
 * gap; the window goes on over gaps shorter than itself with the rows that there are. A value that
 * is not finite is replaced by the channel's last sound one.
 */
import {
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import { newHopTotals } from '../_connectivity/hop-totals.ts'
import { resolvePairs } from '../_connectivity/pairs.ts'
import { planHops } from '../_connectivity/window-plan.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { addRow, newPairModel, statisticsOf } from './lagged-sums.ts'
import { type GrangerCausalityOptions, grangerCausalityOptions } from './options.ts'

const kind = 'granger-causality'

export const grangerCausality: NodeDefinition<GrangerCausalityOptions> = {
  id: 'granger-causality',
  title: 'Granger causality',
  help: 'How much the past of one channel helps to predict another, both ways for every pair.',
  options: grangerCausalityOptions,
  inputs: [{ name: 'in', help: 'A signal in float32; low-pass and decimate a fast one first.' }],
  outputs: [{ name: 'out', help: 'Two channels per pair, from>to; unit 1 (natural logarithm).' }],
  cost: { work: 210, given: 0.064 },
  open({ id, inputs, options, memory }): NodeInstance {
    const input = inputs.in!
    const { order, fit, averaging } = options
    const count = input.channels.length
    const pairs = resolvePairs({ id, kind, input, pairs: options.pairs })
    const shape = { channels: count, order, pairs }
    const statistics = statisticsOf(shape)
    const { hopFrames, hops } = planHops({ id, kind, input, ...options, statistics })
    const totals = newHopTotals(memory, { length: statistics, hops, averaging })
    const model = newPairModel(shape, fit === 'yule-walker')
    const lags = order + 1
    const lagged = memory.float64(count * lags)
    const reference = memory.float64(count)
    const channels = Array.from({ length: pairs.length / 2 }, (_, p) => {
      const [x, y] = [pairs[2 * p]!, pairs[2 * p + 1]!].map((c) => input.channels[c]!.label)
      return [`${x}>${y}`, `${y}>${x}`].map((label) => physicalChannel(label, 'MISC', '1'))
    }).flat()
    const output = newSignalBuffer(memory, channels.length, 1)
    // Values are kept relative to `reference`, the first sound one, so that offsets cost no digits.
    const state = {
      lagged,
      reference,
      referenced: memory.int32(count),
      totals: totals.state,
      filled: 0,
    }

    function keep(data: Float32Array, at: number): void {
      for (let c = 0; c < count; c++) {
        const from = c * lags
        for (let i = order; i > 0; i--) lagged[from + i] = lagged[from + i - 1]!
        const value = data[at + c]!
        if (!Number.isFinite(value)) continue
        if (!state.referenced[c]) reference[c] = value
        state.referenced[c] = 1
        lagged[from] = value - reference[c]!
      }
      state.filled = Math.min(lags, state.filled + 1)
    }

    function emitHop(hop: number, chunk: Chunk, f: number, emit: Emit): void {
      if (!totals.begun()) return
      totals.enter(hop)
      if (!totals.end()) return
      for (let p = 0; p < pairs.length / 2; p++) {
        model.causality(totals.total, p, 1, output.data, 2 * p)
        model.causality(totals.total, p, 0, output.data, 2 * p + 1)
      }
      output.firstSample = hop
      output.frames = 1
      output.time[0] = chunk.time[f]!
      output.hostTime[0] = chunk.hostTime[f]!
      emit.chunk('out', output)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind,
          type: 'Features',
          nominalRateHz: input.nominalRateHz / hopFrames,
          channels,
          options,
        }),
      },
      delaySamples: Math.round((hops * hopFrames) / 2),
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        for (let f = 0; f < chunk.frames; f++) {
          const sample = chunk.firstSample + f
          const hop = Math.floor(sample / hopFrames)
          keep(data, f * chunk.stride)
          if (state.filled === lags) {
            totals.enter(hop)
            addRow(shape, lagged, totals.hop)
          }
          if ((sample + 1) % hopFrames === 0) emitHop(hop, chunk, f, emit)
        }
      },
      gap() {
        state.filled = 0
      },
    }
  },
}
