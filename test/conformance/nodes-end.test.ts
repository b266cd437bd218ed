/**
 * A gap that loses nothing ends a stream, as it stands at the end of every recording: what a node
 * holds back for what might follow leaves, however the samples were cut.
 */
import { expect, test } from 'vitest'
import { eegLike, everyPort, further, longer, needed, streamAt } from './nodes-cases.ts'
import { runNode } from './run-node.ts'

/** These hold samples back, and give every one of them. */
const holdsBack = new Set(['asr', 'motion', 'muscle', 'wavelet-denoise'])

test.each(everyPort)('R6 $id.$port: at the end everything leaves that is held', ({ id, port }) => {
  const signal = eegLike(
    streamAt(250, id === 'calibrate' ? 'int32' : 'float32'),
    1790 * (longer[id] ?? 1),
  )
  const base = {
    node: id,
    port,
    further: further[id] ?? [],
    signal,
    ...(needed[id] ? { options: needed[id] } : {}),
  }
  const gaps = [{ atSample: signal.samples, lostSamples: 0, exact: true, reason: 'lost' as const }]
  const without = runNode({ ...base, chunks: [64] }).frames
  const ended = runNode({ ...base, chunks: [64], gaps }).frames
  expect(ended.slice(0, without.length)).toEqual(without)
  expect(runNode({ ...base, chunks: [7, 1, 30], gaps }).frames).toEqual(ended)
  if (port === 'out' && holdsBack.has(id)) {
    expect(ended.map(([index]) => index)).toEqual(
      Array.from({ length: signal.samples }, (_, i) => i),
    )
  }
})
