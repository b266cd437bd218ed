/** The P300 example over four real sessions of an oddball experiment with a Muse. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileSource, openRecording } from '../../src/formats/index.ts'
import { readGraphText } from '../../src/graph/index.ts'
import { runGraph } from '../../src/main/index.ts'
import { type Chunk, emptyLedger, type StreamInfo } from '../../src/signal/index.ts'
import { dataFile } from '../data-folder.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { museToXdf } from './muse-recording.ts'

const name = 'p300.jsonc'
const graph = join(import.meta.dirname, '..', '..', 'examples', 'graphs', name)
const sessions = ['15_45_13', '15_47_49', '15_51_07', '15_55_07'].map((time) =>
  dataFile(`alexandrebarachant__muse-lsl/P300_subject1/data_2017-02-04-${time}.csv`),
)
const parameters = { electrode: 'TP9', trigger: 'Marker' }

interface Rows {
  readonly labels: readonly string[]
  readonly rows: number[][]
}

/** By output: the frames that the graph gives over one session. */
async function outputsOf(csv: string): Promise<Record<string, Rows>> {
  const xdf = scratchFolder().path('session.xdf')
  await museToXdf(csv, xdf)
  const recording = await openRecording(await openFileSource(xdf), xdf)
  const outputs: Record<string, Rows> = {}
  const spec = readGraphText(readFileSync(graph, 'utf8'), name)
  const sink = {
    addStream: ({ id, channels }: StreamInfo) => {
      outputs[id] = { labels: channels.map(({ label }) => label), rows: [] }
    },
    write: (id: string, { frames, data, stride }: Chunk) => {
      const { labels, rows } = outputs[id]!
      for (let f = 0; f < frames; f++) {
        rows.push([...data.subarray(f * stride, f * stride + labels.length)])
      }
    },
    marker: () => {},
    ledger: () => emptyLedger,
    flush: () => {},
  }
  await runGraph(spec, recording, new Map(), sink, parameters)
  await recording.close()
  return outputs
}

test.runIf(sessions.every((path) => path !== undefined))(
  'rare targets differ from the others over the ear, in every session',
  async () => {
    for (const csv of sessions) {
      const { epochs, targetMean, otherMean } = await outputsOf(csv!)
      const [value, peak] = ['TP9 mean', 'marker peak'].map((label) =>
        epochs!.labels.indexOf(label),
      )
      const values = (isTarget: boolean) =>
        epochs!.rows.filter((row) => row[peak!]! > 1.5 === isTarget).map((row) => row[value!]!)
      const [targets, others] = [values(true), values(false)]
      // The file has 155 to 165 others and 28 to 38 targets; some epochs move too much.
      expect(targets.length).toBeGreaterThanOrEqual(20)
      expect(others.length).toBeGreaterThanOrEqual(100)
      expect(mean(targets)).toBeLessThan(mean(others) - 1)
      // What the graph averages itself: of the last twenty, from the twentieth on.
      for (const [list, averaged] of [
        [targets, targetMean],
        [others, otherMean],
      ] as const) {
        const at = averaged!.labels.indexOf('TP9 mean mean')
        const expected = list.slice(19).map((_, i) => mean(list.slice(i, i + 20)))
        expect(averaged!.rows).toHaveLength(expected.length)
        for (const [i, row] of averaged!.rows.entries())
          expect(row[at]).toBeCloseTo(expected[i]!, 3)
      }
    }
  },
)

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}
