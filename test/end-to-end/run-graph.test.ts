/** `synapse run`: every example graph over a real recording, read back by pyxdf. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../data-folder.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { synapse } from './synapse.ts'

const graphs = join(import.meta.dirname, '..', '..', 'examples', 'graphs')
const recording = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')

describe.runIf(recording)('over the OpenBCI recording of blinks, jaw clenches and alpha', () => {
  /** Recorded where the mains have 60 Hz. */
  const inAmerica = (graph: string) =>
    readFileSync(graph, 'utf8').includes('"mainsHz": {') ? ['--set', 'mainsHz=60'] : []

  test.each(readdirSync(graphs))('%s gives every output that it names', async (name) => {
    const out = scratchFolder().path('out.xdf')
    const graph = join(graphs, name)
    const options = ['--in', recording!, '--out', out, '--json', ...inAmerica(graph)]
    const { code, stdout, stderr } = await synapse('run', graph, ...options)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const { outputs } = JSON.parse(stdout)
    const [file] = await askPyxdf({ files: [out], dejitter: false, values: false })
    for (const { name: output, ledger } of outputs) {
      const stream = file!.streams.find((each) => each.name === output)!
      expect(stream.samples).toBe(ledger.received)
      // Events may be none: nobody sleeps in this recording.
      if (stream.rateHz > 0) expect(stream.samples).toBeGreaterThan(0)
    }
    const check = await synapse('graph', 'check', graph, '--in', recording!)
    expect(check).toMatchObject({ code: 0, stderr: '' })
  })

  test('alpha neurofeedback rises where the eyes were closed', async () => {
    const out = scratchFolder().path('out.xdf')
    const graph = join(graphs, 'alpha-neurofeedback.jsonc')
    await synapse('run', graph, '--set', 'mainsHz=60', '--in', recording!, '--out', out)
    const [file] = await askPyxdf({ files: [out], dejitter: false, values: true })
    const shares = file!.streams.find(({ name }) => name === 'feedback')!.values!.map(Number)
    const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
    const third = Math.floor(shares.length / 3)
    // As its name says: blinks first, alpha last.
    expect(mean(shares.slice(-third))).toBeGreaterThan(1.3 * mean(shares.slice(0, third)))
  })

  test('T10 a graph divided by rule is explained as it would run, by what was measured of it', async () => {
    const folder = scratchFolder()
    const path = folder.path('divided.json')
    const graph = {
      version: 1,
      name: 'divided',
      sources: { eeg: {} },
      nodes: {
        quick: { node: 'calibrate' },
        slow: { node: 'entropy' },
        pinned: { node: 'calibrate', thread: 'mine' },
      },
      edges: ['quick', 'slow', 'pinned'].map((to) => ({ from: 'eeg', to })),
      outputs: { slow: 'slow' },
    }
    writeFileSync(path, JSON.stringify(graph))
    const measured = await synapse('graph', 'measure', path, '--in', recording!)
    expect(measured).toMatchObject({ code: 0, stderr: '' })
    const { costs } = JSON.parse(measured.stdout)
    expect(Object.keys(costs).toSorted()).toEqual(['pinned', 'quick', 'slow'])
    writeFileSync(path, JSON.stringify({ ...graph, threads: { rule: 'balanced', most: 2, costs } }))
    const { stdout } = await synapse('graph', 'explain', path, '--in', recording!, '--json')
    const { threads } = JSON.parse(stdout)
    const threadOf = (node: string) =>
      threads.find(({ nodes }: { nodes: string[] }) => nodes.includes(node)).thread
    expect(threadOf('pinned')).toBe('mine')
    // A hundred times the others: alone where it can be.
    expect(threadOf('slow')).toBe('main')
    expect(threadOf('quick')).toBe('mine')
  })

  test('the decoder finds the blinks that the recording is named after', async () => {
    const out = scratchFolder().path('out.xdf')
    await synapse('run', join(graphs, 'blinks.jsonc'), '--in', recording!, '--out', out)
    const [file] = await askPyxdf({ files: [out], dejitter: false, values: true })
    const blink = file!.streams.find(({ name }) => name === 'blink')!
    const above = blink.values!.map(([probability]) => Number(probability) > 0.75)
    const rises = above.filter((is, i) => is && !above[i - 1]).length
    // 14 blinks were marked by eye; the card of the model tells of four false alarms.
    expect(rises).toBeGreaterThanOrEqual(13)
    expect(rises).toBeLessThanOrEqual(20)
  })

  test('what cannot run is refused, and leaves no half a result', async () => {
    const folder = scratchFolder()
    const broken = folder.write(
      'broken.json',
      new TextEncoder().encode(
        '{"version": 1, "name": "b", "sources": {"eeg": {}}, "nodes": {"f": {"node": "filter-iir",' +
          '"options": {"highCutHz": 900}}}, "edges": [{"from": "eeg", "to": "f"}], "outputs": {"o": "f"}}',
      ),
    )
    const out = folder.path('out.xdf')
    const { code, stderr } = await synapse('run', broken, '--in', recording!, '--out', out)
    expect(code).toBe(2)
    expect(stderr).toMatch(/node "f" \(filter-iir\).*\[graph-invalid\]/)
    expect(existsSync(out)).toBe(false)
  })
})
