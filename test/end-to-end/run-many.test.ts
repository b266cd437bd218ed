/** `synapse run` over many recordings: one result for each, whatever becomes of the others. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../data-folder.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { synapse } from './synapse.ts'

const graph = join(import.meta.dirname, '..', '..', 'examples', 'graphs', 'monitoring.jsonc')
const recording = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')

describe.runIf(recording)('over many recordings', () => {
  test('P2 each has a file of its own, the same as alone; one that cannot be read costs the others nothing', async () => {
    const folder = scratchFolder()
    for (const name of ['a', 'c']) copyFileSync(recording!, folder.path(`${name}.txt`))
    folder.write('broken.txt', new TextEncoder().encode('this is no recording'))
    const out = folder.path('out')
    const options = ['--in', folder.path('*.txt'), '--out', out, '--jobs', '2', '--json']
    const { code, stdout } = await synapse('run', graph, ...options)
    expect(code).toBe(2)
    const results = JSON.parse(stdout) as { recording: string; error?: { code: string } }[]
    expect(results.map((each) => each.error?.code)).toEqual([
      undefined,
      'file-unreadable',
      undefined,
    ])
    expect(readdirSync(out).sort()).toEqual(['a.xdf', 'c.xdf'])
    const alone = folder.path('alone.xdf')
    await synapse('run', graph, '--in', recording!, '--out', alone)
    const bytes = readFileSync(alone)
    for (const name of ['a', 'c']) {
      expect(readFileSync(join(out, `${name}.xdf`)).equals(bytes)).toBe(true)
    }
  })

  test('what is of one recording alone is refused for many', async () => {
    const folder = scratchFolder()
    const two = ['--in', recording!, '--in', folder.path('other.txt'), '--out', folder.path('out')]
    const { code, stderr } = await synapse('run', graph, ...two, '--trace', folder.path('t.json'))
    expect(code).toBe(2)
    expect(stderr).toContain('--trace is of one recording')
  })
})
