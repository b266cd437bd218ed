/** Real refusals of the engine, and the places in the text that they are about. */
import { expect, test } from 'vitest'
import { readGraphText } from '../graph/index.ts'
import { asSynapseError, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { GraphInspector } from './graph-inspector.ts'
import { graphProblem } from './graph-problem.ts'
import { bindSources } from './offline/bind-sources.ts'

const eeg: StreamInfo = {
  id: 'board/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}
const sound = `{
  // A comment, and a trailing comma below.
  "version": 1,
  "name": "sound",
  "graphs": {
    "part": {
      "inputs": ["in"],
      "nodes": { "inner": { "node": "rms", "options": { "windowSeconds": 1 } } },
      "edges": [{ "from": "in", "to": "inner" }],
      "outputs": { "out": "inner" }
    }
  },
  "sources": { "eeg": { "type": "EEG" } },
  "nodes": {
    "physical": { "node": "calibrate" },
    "clean": { "node": "filter-iir", "options": { "lowCutHz": 1, "highCutHz": 40 } },
    "used": { "graph": "part" },
  },
  "edges": [
    { "from": "eeg", "to": "physical" },
    { "from": "physical", "to": "clean" },
    { "from": "clean", "to": "used.in" }
  ],
  "outputs": { "rms": "used" }
}
`
const inspector = new GraphInspector(new Map(), null)

function problemIn(text: string) {
  try {
    const spec = readGraphText(text, 'the text')
    inspector.inspect(spec, bindSources(spec, [eeg]))
  } catch (error) {
    return graphProblem(text, asSynapseError(error, 'checking'))
  }
  throw new Error('nothing was refused')
}

test('the text that the changes below are made to is sound', () => {
  expect(() => problemIn(sound)).toThrow('nothing was refused')
})

test.each([
  ['a comma that is missing', '"version": 1,', '"version": 1', 4, null, '"name"'],
  ['a field that there is not', '"name": "sound"', '"title": "sound"', 1, null, null],
  ['a version of tomorrow', '"version": 1', '"version": 2', 3, null, '2'],
  [
    'an unknown field of a node',
    '"calibrate" }',
    '"calibrate", "colour": 1 }',
    15,
    'physical',
    '1',
  ],
  ['an unknown kind', '"calibrate"', '"calibrated"', 15, 'physical', '"calibrated"'],
  ['an unknown part', '"graph": "part"', '"graph": "parts"', 17, 'used', '"parts"'],
  ['an option out of range', '"highCutHz": 40', '"highCutHz": -3', 16, 'clean', '-3'],
  ['an option that there is not', '"highCutHz": 40', '"highCut": 40', 16, 'clean', '40'],
  ['what a node refuses at open', '"highCutHz": 40', '"highCutHz": 140', 16, 'clean', '140'],
  ['an option inside a part', '"windowSeconds": 1', '"windowSeconds": -1', 8, 'used/inner', '-1'],
  ['a reference to nothing', '"from": "physical"', '"from": "psychical"', 21, null, '"psychical"'],
  [
    'a port that there is not',
    '"from": "clean"',
    '"from": "clean.left"',
    22,
    'clean',
    '"clean.left"',
  ],
  ['an input that is fed twice', '"to": "clean"', '"to": "physical"', 21, 'physical', '"physical"'],
  ['a source that nothing is there for', '"type": "EEG"', '"type": "EMG"', 13, null, '"eeg"'],
  ['a circle', '"from": "eeg", "to"', '"from": "clean", "to"', 15, 'physical', '"physical"'],
] as const)('%s: named with its line', (_what, from, to, line, node, value) => {
  const text = sound.replace(from, to)
  expect(text).not.toBe(sound)
  const problem = problemIn(text)
  expect(problem.note.remedy).not.toBe('')
  expect({ line: problem.line, node: problem.node }).toEqual({ line, node })
  if (value !== null) expect(problem.value).toBe(value)
  expect(text.slice(problem.offset, problem.offset + problem.length)).not.toBe('')
})

test('an input that nothing feeds is named with its port', () => {
  const problem = problemIn(sound.replace('    { "from": "physical", "to": "clean" },\n', ''))
  expect(problem).toMatchObject({ node: 'clean', port: 'in', line: 16, value: '"clean"' })
})

test('a text that is no graph at all has a place, too', () => {
  for (const text of ['', '[]', '7', 'null', '{'])
    expect(problemIn(text)).toMatchObject({ line: 1 })
})
