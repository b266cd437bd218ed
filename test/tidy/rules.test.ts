/** A rule that never fires proves nothing: each is shown one breach and one that is none. */
import { expect, test } from 'vitest'
import { bannedCalls, everyTestRuns, namedExports } from './calls.ts'
import { usedExports } from './dead-exports.ts'
import { changesAreTold, openingComments, plugInsAreListed } from './layout.ts'
import { kebabNames, tellingNames, tellingTypes } from './names.ts'
import { newSource, type Rule } from './project.ts'
import { rulesAreQuoted } from './quoted-rules.ts'
import { shortFiles, shortFunctions } from './size.ts'
import { noLeftovers, noMachinePaths, noRegistries } from './words.ts'

type Files = Readonly<Record<string, string>>

function breaches(rule: Rule, files: Files): string[] {
  const project = { files: Object.entries(files).map(([path, text]) => newSource(path, text)) }
  return rule(project).map(({ path, line }) => `${path}:${line}`)
}

const lines = (count: number) => 'void 0\n'.repeat(count)
const catalogs = {
  'src/devices/catalog.ts': '',
  'src/sinks/index.ts': '',
  'src/renderer/panels/catalog.ts': '',
}

const cases: readonly [name: string, rule: Rule, bad: Files, where: string, good: Files][] = [
  [
    'a long function',
    shortFunctions,
    { 'src/a.ts': `\nfunction a() {\n${lines(80)}}` },
    'src/a.ts:2',
    { 'src/a.ts': `function a() {\n${lines(40)}const b = () => {\n${lines(40)}}\n}` },
  ],
  ['a long file', shortFiles, { 'src/a.ts': lines(401) }, 'src/a.ts:401', { 'a.ts': lines(401) }],
  [
    'capitals in a name',
    kebabNames,
    { 'src/someThing.ts': '' },
    'src/someThing.ts:1',
    { 'src/_eeg/some-thing.test.ts': '', 'test/golden/band_power.py': '', 'src/x/LAYOUT.md': '' },
  ],
  ['an empty name', tellingNames, { 'src/utils/a.ts': '' }, 'src/utils/a.ts:1', { 'src/a.ts': '' }],
  [
    'a suffix that says nothing',
    tellingTypes,
    { 'src/a.ts': 'class PortManager {}' },
    'src/a.ts:1',
    { 'src/a.ts': 'interface IirState {}\nclass Port {}' },
  ],
  [
    'an I before an interface',
    tellingTypes,
    { 'src/a.ts': 'interface IPort {}' },
    'src/a.ts:1',
    { 'src/a.ts': 'interface IO {}' },
  ],
  [
    'a rule that no test quotes',
    rulesAreQuoted,
    {
      'src/a/SPEC.md': '# Rules\n\n- **A1** One.\n',
      'src/a/a.test.ts': "/** A1 */ test('one', f)",
    },
    'src/a/SPEC.md:3',
    {
      'src/a/SPEC.md': '- **A1** One.\n- **A2** Two.\n- **A3** Three.\n',
      'src/a/a.test.ts': "test.each([1])('A1, A2–A3: %i', f)",
    },
  ],
  [
    'a leftover',
    noLeftovers,
    { 'src/a.ts': '\n// TODO: x' },
    'src/a.ts:2',
    { 'src/a.ts': 'TODOS' },
  ],
  [
    'a path of one machine',
    noMachinePaths,
    { 'README.md': 'see /home/ann/x' },
    'README.md:1',
    { 'README.md': 'see docs/work/x and https://a.example/home/ann' },
  ],
  [
    'a registry',
    noRegistries,
    { 'package-lock.json': '"resolved": "https://a.example/x.tgz"' },
    'package-lock.json:1',
    { 'package-lock.json': '"integrity": "sha512-x"', 'src/a.ts': 'registry.add' },
  ],
  [
    'the clock of the machine',
    bannedCalls,
    { 'src/nodes/a.ts': 'Date.now()' },
    'src/nodes/a.ts:1',
    { 'src/main/a.ts': 'Date.now()' },
  ],
  [
    'chance',
    bannedCalls,
    { 'src/cli/a.ts': 'Math.random()' },
    'src/cli/a.ts:1',
    { 'src/cli/a.ts': 'Math.round(1)' },
  ],
  [
    'a test alone',
    everyTestRuns,
    { 'src/a.test.ts': 'test.only("x", () => {})' },
    'src/a.test.ts:1',
    { 'src/a.test.ts': 'fields.skip(8); test.each([1])("x", () => {})' },
  ],
  [
    'a skip without a reason',
    everyTestRuns,
    { 'src/a.test.ts': 'test.skipIf(slow)("x", () => {})' },
    'src/a.test.ts:1',
    { 'src/a.test.ts': 'test.skipIf(process.platform === "win32")("x", () => {})' },
  ],
  [
    'a default export',
    namedExports,
    { 'src/a.ts': 'export default 1' },
    'src/a.ts:1',
    { 'vite.config.ts': 'export default {}', 'src/a.ts': 'export const a = 1' },
  ],
  [
    'an export that nobody imports',
    usedExports,
    {
      'src/a.ts': 'export const a = 1\nexport const b = a',
      'src/b.ts': "import { a } from './a.ts'",
    },
    'src/a.ts:2',
    {
      'src/a/index.ts': "export * from './a.ts'\nexport type { B } from './a.ts'",
      'src/a/a.ts': 'export interface B { n: 1 }\nexport function a(): B {}',
      'src/b.ts': "import * as all from './a/index.ts'",
    },
  ],
  [
    'a value in a door that nobody takes',
    usedExports,
    {
      'src/a/index.ts': "export { a } from './a.ts'",
      'src/a/a.ts': 'export const a = 1',
      'src/a/a.test.ts': "import { a } from './a.ts'",
    },
    'src/a/index.ts:1',
    { 'src/contract/index.ts': 'export const a = 1' },
  ],
  [
    'a plug-in that the catalogue does not know',
    plugInsAreListed,
    { ...catalogs, 'src/nodes/catalog.ts': '', 'src/nodes/a/index.ts': "id: 'a'" },
    'src/nodes/catalog.ts:1',
    {
      ...catalogs,
      'src/nodes/catalog.ts': "import { a } from './a/index.ts'",
      'src/nodes/a/index.ts': "id: 'a'",
      'src/nodes/_stream/derive.ts': '',
    },
  ],
  [
    'a plug-in with a name of its own',
    plugInsAreListed,
    {
      ...catalogs,
      'src/nodes/catalog.ts': "import { a } from './a/index.ts'",
      'src/nodes/a/index.ts': "id: 'b'",
    },
    'src/nodes/a/index.ts:1',
    { ...catalogs, 'src/nodes/catalog.ts': '' },
  ],
  [
    'a file that does not say what it is',
    openingComments,
    { 'src/a.ts': lines(30) },
    'src/a.ts:1',
    { 'src/a.ts': `/** It is. */\n${lines(30)}`, 'src/b.ts': lines(9), 'src/b.test.ts': lines(30) },
  ],
  [
    'a version without a word',
    changesAreTold,
    { 'package.json': '{"version":"1.1.0"}', 'CHANGELOG.md': '## 1.0.0\n' },
    'CHANGELOG.md:1',
    { 'package.json': '{"version":"1.1.0"}', 'CHANGELOG.md': '## 1.1.0\n\n## 1.0.0\n' },
  ],
]

test.each(cases)('%s is found', (_name, rule, bad, where, good) => {
  expect(breaches(rule, bad)).toEqual([where])
  expect(breaches(rule, good)).toEqual([])
})
