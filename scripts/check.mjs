// npm run check: types, lint and format, import arrows, and the tidy test.
import { ensureKernels } from './lib/compile.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main, step } from './lib/progress.mjs'
import { node24, packageScript, run } from './lib/run.mjs'

export async function check() {
  const node = node24()
  const tool = (script, ...args) => run(node, [packageScript(script), ...args])
  await step('Types', () => tool('typescript/bin/tsc', '--pretty', 'false'))
  await step('Lint and format', () => tool('@biomejs/biome/bin/biome', 'check', '.'))
  await step('Import arrows', () =>
    tool(
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      'src',
      '--config',
      '--output-type',
      'err',
    ),
  )
  await step('Tidy', () =>
    tool('vitest/vitest.mjs', 'run', '--project', 'unit', 'test/tidy.test.ts'),
  )
}

if (import.meta.filename === process.argv[1]) {
  await main(async () => {
    await ensureInstalled()
    await ensureKernels()
    await check()
  })
}
