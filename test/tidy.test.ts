/** The style as a test: every rule over every file, each breach with its place and what to do. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bannedCalls, everyTestRuns, namedExports } from './tidy/calls.ts'
import { usedExports } from './tidy/dead-exports.ts'
import { changesAreTold, openingComments, plugInsAreListed } from './tidy/layout.ts'
import { kebabNames, tellingNames, tellingTypes } from './tidy/names.ts'
import { type Rule, readProject } from './tidy/project.ts'
import { rulesAreQuoted } from './tidy/quoted-rules.ts'
import { shortFiles, shortFunctions } from './tidy/size.ts'
import { noLeftovers, noMachinePaths, noRegistries } from './tidy/words.ts'

const rules: Readonly<Record<string, Rule>> = {
  'a function has at most 70 lines of its own': shortFunctions,
  'a file has at most 400 lines': shortFiles,
  'files and folders are named in lower case with hyphens': kebabNames,
  'files and folders are named after what they hold': tellingNames,
  'classes and interfaces are named after what they are': tellingTypes,
  'nothing is left for later': noLeftovers,
  'no path of one machine': noMachinePaths,
  'no registry is named': noRegistries,
  'clock, console, chance and exit have their places': bannedCalls,
  'every test runs': everyTestRuns,
  'exports have names': namedExports,
  'every export is imported': usedExports,
  'every numbered rule is quoted by a test': rulesAreQuoted,
  'every plug-in stands in its catalogue under its own name': plugInsAreListed,
  'a file opens with what it is': openingComments,
  'the change log tells of this version': changesAreTold,
}

const project = readProject(join(import.meta.dirname, '..'))

for (const [title, rule] of Object.entries(rules)) {
  test(title, () => {
    const breaches = rule(project).map(({ path, line, advice }) => `${path}:${line}: ${advice}`)
    if (breaches.length) expect.fail(`\n${breaches.join('\n')}`)
  })
}
