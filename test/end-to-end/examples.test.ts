/** Every example runs as its comment says. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { dataFile } from '../data-folder.ts'
import { startSynapse } from './synapse.ts'

const root = join(import.meta.dirname, '..', '..')
const recording = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')

function runExample(name: string, argument: string) {
  const child = spawn(process.execPath, [join(root, 'examples', name), argument], { cwd: root })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let printed = ''
  child.stdout.on('data', (data) => {
    printed += data
  })
  let complained = ''
  child.stderr.on('data', (data) => {
    complained += data
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended, printed: () => printed, complained: () => complained }
}

test.runIf(recording)('alpha-over-time: a power for every second of a recording', async () => {
  const example = runExample('alpha-over-time.ts', recording!)
  expect(await example.ended, example.complained()).toBe(0)
  const powers = example
    .printed()
    .trim()
    .split('\n')
    .map((line) => Number(line.split('\t')[1]!.split(' ')[0]))
  expect(powers.length).toBeGreaterThan(60)
  expect(powers.every((power) => power > 0)).toBe(true)
})

test('listen-for-blinks: hears the blinks of the synthetic board', async () => {
  const host = startSynapse('serve', '--port', '0', '--device', 'synthetic?blinksPerMinute=60')
  const line = await host.line((each) => each.includes('http://'))
  const example = runExample('listen-for-blinks.ts', line.replace(/.*(http:\S+).*/, '$1'))
  for (let waited = 0; waited < 200 && !example.printed().includes('blink at'); waited++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(example.printed()).toContain('blink at')
})
