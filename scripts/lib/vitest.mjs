// Runs the test projects, and keeps what was skipped and why: a skipped test proves nothing.
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cache, foreground, node24, packageScript, root } from './run.mjs'

/** What a test file prints when it cannot run: "skipping what needs x.edf: why". */
const skipNotice = /^skipping (.+?): (.+)$/

/**
 * Runs one project to its end. With a filter, a project in which nothing matches is no failure.
 * @returns exit code, counts, the skipped tests by file, and what was missing by reason
 */
export async function runProject(project, filters) {
  const outputFile = join(cache, `tests-${project}.json`)
  rmSync(outputFile, { force: true })
  const missing = new Map()
  const code = await foreground(
    node24(),
    [
      packageScript('vitest/vitest.mjs'),
      'run',
      ...['--project', project, '--reporter', 'default', '--reporter', 'json'],
      `--outputFile.json=${outputFile}`,
      ...(filters.length ? ['--passWithNoTests', ...filters] : []),
    ],
    {
      cwd: root,
      env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : {},
      onLine: (line) => {
        const [, what, why] = skipNotice.exec(line) ?? []
        if (why) missing.set(why, (missing.get(why) ?? new Set()).add(what))
      },
    },
  )
  return { code, missing, ...readOutcome(outputFile) }
}

function readOutcome(path) {
  try {
    const { numTotalTests, testResults } = JSON.parse(readFileSync(path, 'utf8'))
    return { total: numTotalTests, skipped: skippedByFile(testResults) }
  } catch {
    return { total: 0, skipped: new Map() }
  }
}

function skippedByFile(results) {
  const skipped = new Map()
  for (const { name, assertionResults } of results) {
    const titles = assertionResults
      .filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status))
      .map(({ fullName }) => fullName)
    if (titles.length) skipped.set(relative(root, name), titles)
  }
  return skipped
}

/** Says in a few lines how many tests did not run, where they stand and what they lacked. */
export function reportSkipped(outcomes) {
  const total = outcomes.reduce((sum, outcome) => sum + outcome.total, 0)
  const skipped = outcomes.flatMap((outcome) => [...outcome.skipped])
  const count = skipped.reduce((sum, [, titles]) => sum + titles.length, 0)
  if (!count) return `All ${total} tests ran; none was skipped.\n`
  const lines = [`${count} of ${total} tests were SKIPPED and prove nothing:`]
  for (const [file, titles] of skipped) lines.push(`  ${titles.length} in ${file}`)
  const reasons = new Map()
  for (const [why, things] of outcomes.flatMap((outcome) => [...outcome.missing])) {
    for (const thing of things) reasons.set(why, (reasons.get(why) ?? new Set()).add(thing))
  }
  for (const [why, things] of reasons) lines.push(`  because of ${things.size} × ${why}`)
  if (!reasons.size) lines.push('  no reason was given')
  return `${lines.join('\n')}\n`
}
