/** `synapse graph dead-letters` over a folder that a live graph has left. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLetterStore } from '../../src/main/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { synapse } from './synapse.ts'

const eeg: StreamInfo = {
  id: 'board/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}

async function leaveLetters(folder: string): Promise<void> {
  const store = openLetterStore(folder)
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 50 })
  for (const firstSample of [100, 150, 1000]) {
    chunk.firstSample = firstSample
    chunk.frames = 50
    for (let f = 0; f < 50; f++) {
      chunk.data[f] = firstSample + f
      chunk.time[f] = (firstSample + f) / 250
    }
    const note = { code: 'node-failed' as const, message: 'running node "clean"', remedy: '' }
    store.add({ node: 'clean', port: 'in', info: eeg, reason: 'failed', note, chunk }, eeg.id)
  }
  await store.close()
}

test('lists, shows and replays what a node refused; refuses what it does not know', async () => {
  const folder = scratchFolder()
  const letters = folder.path('dead-letters')
  await leaveLetters(letters)
  const graph = folder.write(
    'mended.jsonc',
    new TextEncoder().encode(
      '{"version": 1, "name": "m", "sources": {"eeg": {}}, "nodes": {"clean": {"node": "calibrate"}},' +
        '"edges": [{"from": "eeg", "to": "clean"}], "outputs": {"cleaned": "clean"}}',
    ),
  )
  const ask = (...args: string[]) => synapse('graph', 'dead-letters', ...args)
  const list = await ask('list', letters)
  expect(list).toMatchObject({ code: 0, stderr: '' })
  expect(list.stdout).toContain('3 letters\n  1  board/eeg clean.in  100 to 149  failed: running')
  const shown = await ask('show', letters, '3')
  expect(shown.stdout).toContain('samples 1000 to 1049, from 4 s')
  expect(shown.stdout).toContain('Cz  1000 to 1049 uV')
  const into = folder.path('replayed')
  const replayed = await ask('replay', letters, '--graph', graph, '--out', into, '--json')
  expect(replayed).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(replayed.stdout).replayed).toMatchObject([
    { node: 'clean', letters: 3, refusedAgain: 0, outputs: [{ name: 'cleaned' }] },
  ])
  const files = readdirSync(into).map((name) => join(into, name))
  const [file] = await askPyxdf({ files, dejitter: false, values: true })
  const { values } = file!.streams.find(({ name }) => name === 'cleaned')!
  expect(values!.map(([value]) => Number(value))).toEqual(
    [100, 150, 1000].flatMap((first) => Array.from({ length: 50 }, (_, f) => first + f)),
  )
  expect(await ask('show', letters, '9')).toMatchObject({ code: 2 })
  expect(await ask('forget', letters)).toMatchObject({ code: 2 })
  expect(await ask('list', folder.path('none'))).toMatchObject({ code: 2 })
})
