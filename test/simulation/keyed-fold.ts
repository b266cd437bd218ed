/**
 * A node that has no memory but what it keeps by key: a sample that it sees twice, or an entry that is
 * newer or older than the samples, shows at once in what it gives.
 */
import { z } from 'zod'
import { deriveStream, newSignalBuffer } from '../../src/nodes/_stream/derive.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import type { NodeDefinition } from '../../src/signal/index.ts'

const optionsSchema = z.strictObject({
  consistency: z.enum(['eventual', 'session', 'strong']),
  /** Frames between writes. */
  every: z.int(),
})
type Options = z.infer<typeof optionsSchema>

const keyCount = 7

const keyedFold: NodeDefinition<Options> = {
  id: 'keyed-fold',
  title: 'Keyed fold',
  help: 'Sums by key, in the store alone.',
  options: optionsSchema,
  inputs: [{ name: 'in', help: 'A signal.' }],
  outputs: [{ name: 'out', help: 'The sum under the key of the sample.' }],
  open({ id, inputs, options, memory, maxFrames, keyed }) {
    const output = newSignalBuffer(memory, 1, maxFrames)
    const store = keyed(options.consistency)
    return {
      outputs: {
        out: deriveStream(inputs.in!, {
          node: id,
          kind: 'keyed-fold',
          channels: inputs.in!.channels.slice(0, 1),
          options: {},
        }),
      },
      delaySamples: 0,
      state: {},
      process(_port, chunk, emit) {
        output.firstSample = chunk.firstSample
        output.frames = chunk.frames
        for (let f = 0; f < chunk.frames; f++) {
          const time = chunk.time[f]!
          const sample = chunk.firstSample + f
          const key = `k${sample % keyCount}`
          const sum = (store.get(key, time) as number | undefined) ?? 0
          let all = 0
          if (sample % options.every === 0) {
            // Every third life is short, every fifth is ended.
            const life = sample % 3 === 0 ? 0.05 : Number.POSITIVE_INFINITY
            if (sample % 5 === 0) store.delete(key, time)
            else store.put(key, sum + chunk.data[f * chunk.stride]!, time, life)
            store.scan('k', time, (_key, value) => {
              all += value as number
            })
          }
          output.data[f * output.stride] = sum + all
          output.time[f] = output.hostTime[f] = time
        }
        emit.chunk('out', output)
      },
      gap: (_port, gap, emit) => emit.gap('out', gap),
    }
  },
}

/** Lanes know the nodes of the one catalogue: for the tests that need it, this one is there too. */
export function withKeyedFold(): typeof nodeCatalog {
  const catalog = nodeCatalog as Map<string, NodeDefinition>
  catalog.set(keyedFold.id, keyedFold as unknown as NodeDefinition)
  return catalog
}
