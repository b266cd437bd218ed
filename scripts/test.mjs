// npm test: everything a fresh machine needs, then the checks and every test. What is there
// already is not installed again. `npm test -- <filter>` runs the matching test files only.
import { check } from './check.mjs'
import { ensureBuilt } from './lib/compile.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { ensureOracles } from './lib/oracles.mjs'
import { main, StepFailed } from './lib/progress.mjs'
import { ensureSystemPrograms } from './lib/system-programs.mjs'
import { reportSkipped, runProject } from './lib/vitest.mjs'

const filters = process.argv.slice(2)

await main(async () => {
  await ensureInstalled()
  await ensureSystemPrograms()
  await ensureOracles()
  await ensureBuilt()
  if (!filters.length) await check()
  const outcomes = []
  for (const project of ['unit', 'end-to-end']) {
    const outcome = await runProject(project, filters)
    outcomes.push(outcome)
  }
  if (filters.length && outcomes.every(({ total }) => total === 0)) {
    throw new StepFailed(`No test file matches ${filters.join(' ')}.`, 'Give a part of its path.')
  }
  process.stdout.write(`\n${reportSkipped(outcomes)}`)
  return outcomes.find(({ code }) => code !== 0)?.code ?? 0
})
