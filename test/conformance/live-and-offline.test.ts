/**
 * The same graph gives the same answer live, in lanes between rings, and offline over a recording:
 * every example graph, a real recording, samples arriving in uneven chunks; in one thread, cut over
 * threads, and with threads that die.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openFileSource, openRecording, type Recording } from '../../src/formats/index.ts'
import { type GraphSpec, readGraphText } from '../../src/graph/index.ts'
import { openModels, runGraph } from '../../src/main/index.ts'
import { bindSources } from '../../src/main/offline/bind-sources.ts'
import { emptyLedger } from '../../src/signal/index.ts'
import { dataFile } from '../data-folder.ts'
import { Random } from '../simulation/random.ts'
import { type Answers, collect, LiveLanes } from './live-lanes.ts'

const folder = join(import.meta.dirname, '..', '..', 'examples', 'graphs')
const path = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
const models = openModels()

async function offline(spec: GraphSpec, recording: Recording): Promise<Answers> {
  const answers: Answers = new Map()
  const channels = new Map<string, number>()
  await runGraph(spec, recording, models, {
    addStream: (info) => channels.set(info.id, info.channels.length),
    write: (stream, chunk) => collect(answers, stream, chunk, channels.get(stream)!),
    marker: () => {},
    ledger: () => emptyLedger,
    flush: () => {},
  })
  return answers
}

/** @param crashes share of the steps after which a lane dies */
async function live(
  spec: GraphSpec,
  recording: Recording,
  random: Random,
  crashes = 0,
): Promise<Answers> {
  const streams = recording.streams.map(({ info }) => info)
  const bound = bindSources(spec, streams)
  const lanes = new LiveLanes(spec, bound, { models })
  const names = new Map(Object.entries(bound).map(([name, { id }]) => [id, name]))
  for await (const item of recording.read()) {
    const name = names.get(item.stream)
    if (name === undefined) continue
    if (item.kind === 'gap') lanes.sources.get(name)!.writer.gap(item.gap)
    else {
      for (let from = 0; from < item.chunk.frames; ) {
        const frames = Math.min(random.between(1, 97), item.chunk.frames - from)
        lanes.write(name, item.chunk, from, frames)
        from += frames
        // The clock of the host is the one of the frames' times.
        lanes.time = item.chunk.time[from - 1]!
        for (let i = 0; i < random.between(0, 3); i++) lanes.step(random.pick(lanes.keys))
        if (random.chance(crashes)) lanes.crash(random.pick(lanes.keys))
        await lanes.settle()
      }
    }
  }
  lanes.close()
  return lanes.answers
}

/** The same graph, its nodes put into threads by chance. */
function scattered(spec: GraphSpec, random: Random): GraphSpec {
  const scatter = (nodes: GraphSpec['nodes']) =>
    Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => [
        id,
        random.chance(0.4) ? { ...node, thread: random.pick(['main', 'a', 'b']) } : node,
      ]),
    )
  const parts = Object.entries(spec.graphs ?? {}).map(([name, part]) => [
    name,
    { ...part, nodes: scatter(part.nodes) },
  ])
  return { ...spec, nodes: scatter(spec.nodes), graphs: Object.fromEntries(parts) }
}

function expectSame(got: Answers, expected: Answers): void {
  expect([...got.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [output, values] of expected) {
    expect(got.get(output)!.length, output).toBe(values.length)
    const at = got.get(output)!.findIndex((value, i) => !Object.is(value, values[i]))
    expect(at, output).toBe(-1)
  }
}

describe.runIf(path !== undefined)('R2 live and offline', () => {
  test.each(readdirSync(folder))('%s', async (name) => {
    const spec = readGraphText(readFileSync(join(folder, name), 'utf8'), name)
    const recording = await openRecording(await openFileSource(path!), path!)
    const random = new Random(name.length)
    const expected = await offline(spec, recording)
    expectSame(await live(spec, recording, random), expected)
    expectSame(await live(spec, recording, random, 0.02), expected)
    const split = scattered(spec, random)
    expectSame(await live(split, recording, random), expected)
    expectSame(await live(split, recording, random, 0.02), expected)
    await recording.close()
  })
})
