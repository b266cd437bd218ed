/** Sandboxed nodes over a recording: the same limits, and the examples as their heads say. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileBaseline, compileModule, type ModuleParts } from '../sandbox-modules.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'
import { forever, graphOf, late, overRecording, pagesOf } from './sandbox-run.ts'

describe('over a recording', () => {
  async function overSound(parts: ModuleParts | Uint8Array, options: object = {}) {
    const folder = scratchFolder()
    folder.write('module.wasm', parts instanceof Uint8Array ? parts : await compileModule(parts))
    const path = folder.write('sound.xdf', await soundRecording())
    return overRecording(path, graphOf({ it: { module: 'module', ...options } }), folder.path('.'))
  }

  test.each<[string, ModuleParts, string, RegExp]>([
    ['traps', { process: late('unreachable()') }, 'node-failed', /running node "it".*unreachable/],
    ['loops when told of a gap', { reset: forever }, 'node-failed', /"it".*not returned for 0.5 s/],
    ['loops in open', { open: forever }, 'node-failed', /opening node "it".*not returned/],
    ['wants 4 GiB', { flags: pagesOf(65536) }, 'graph-invalid', /"it".*65536 pages of memory/],
  ])('a module that %s ends the run by name', async (_what, parts, code, message) => {
    await expect(overSound(parts)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  test('the example in AssemblyScript runs', async () => {
    const answers = await overSound(await compileBaseline(), { parameters: [0.5] })
    expect(answers.get('it')!.size).toBe(answers.get('calibrated')!.size)
  })

  // Debian's packages clang and lld; another system may have them elsewhere, or not at all.
  test.skipIf(!hasClang())(
    'the example in C gives the root mean square of every block',
    async () => {
      const answers = await overSound(compileC('loudness.c'), { blockFrames: 10 })
      const input = answers.get('calibrated')!
      const blocks = [...answers.get('it')!]
      expect(blocks.length).toBeGreaterThan(100)
      for (const [block, values] of blocks) {
        const frames = Array.from({ length: 10 }, (_, f) => input.get(block * 10 + f)!)
        for (const [c, value] of values.entries()) {
          const expected = Math.hypot(...frames.map((frame) => frame[c]!)) / Math.sqrt(10)
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 * expected)
        }
      }
    },
  )
})

function hasClang(): boolean {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (process.env.PATH ?? '').split(delimiter)
  return ['clang', 'wasm-ld'].every((program) =>
    folders.some((folder) => existsSync(join(folder, `${program}${suffix}`))),
  )
}

/** As the head of the file says. */
function compileC(name: string): Uint8Array {
  const source = join(import.meta.dirname, '..', '..', 'examples', 'sandboxed-node', name)
  const [, flags] = /clang (.*) \\\n/.exec(readFileSync(source, 'utf8'))!
  const product = scratchFolder().path('module.wasm')
  execFileSync('clang', [...flags!.split(' '), '-Wall', '-Werror', '-o', product, source])
  return readFileSync(product)
}
