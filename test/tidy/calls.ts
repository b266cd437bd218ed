/** Calls that belong to few places, each with what to use instead; and tests that do not run. */
import ts from 'typescript'
import { type Finding, isOurs, isTest, lineOf, type Rule, walk } from './project.ts'

interface Ban {
  readonly call: RegExp
  readonly allowed: RegExp
  readonly instead: string
}

const bans: readonly Ban[] = [
  {
    call: /^(Date\.now|performance\.now)$/,
    allowed:
      /^src\/(main|workers|cli|renderer)\/|^scripts\/|^test\/(bench|end-to-end)\/|clock\.ts$/,
    instead: 'take the Clock that the host hands in',
  },
  {
    call: /^console\./,
    allowed: /^src\/cli\/|^scripts\/|^bin\/|^test\/bench\/|^examples\//,
    instead: 'throw a SynapseError, or write to process.stderr in a host',
  },
  {
    call: /^Math\.random$/,
    allowed: /^$/,
    instead: 'use a seeded generator, so that a run can be repeated',
  },
  {
    call: /^process\.(exit|abort)$/,
    allowed:
      /^src\/cli\/|^src\/main\/headless\.ts$|^src\/main\/electron\/|^scripts\/|^bin\/|^test\/bench\/|^examples\//,
    instead: 'throw; the command line or the host decides when the process ends',
  },
]

export const bannedCalls: Rule = ({ files }) =>
  files.flatMap(({ path, syntax }) => {
    const found: Finding[] = []
    if (!syntax || !isOurs(path)) return found
    walk(syntax, (node) => {
      if (!ts.isPropertyAccessExpression(node)) return
      const name = `${node.expression.getText(syntax)}.${node.name.text}`
      const ban = bans.find(({ call, allowed }) => call.test(name) && !allowed.test(path))
      if (ban) found.push({ path, line: lineOf(syntax, node), advice: `${name}: ${ban.instead}` })
    })
    return found
  })

/** A skip that depends on what the machine has, and says so, is none of somebody's laziness. */
const reasonsToSkip = /data-folder\.ts|process\.platform|dataFile\(/
const stopped =
  /^(it|test|describe|suite|bench)(\.\w+)*\.(only|skip|todo|fails)$|^(xit|xtest|fit|fdescribe)$/
const conditional = /\.(skipIf|runIf)$/

export const everyTestRuns: Rule = ({ files }) =>
  files.flatMap(({ path, syntax, text }) => {
    const found: Finding[] = []
    if (!syntax || !isTest(path)) return found
    walk(syntax, (node) => {
      if (!ts.isCallExpression(node)) return
      const called = node.expression.getText(syntax).replace(/\s+/g, '')
      const line = lineOf(syntax, node)
      if (stopped.test(called))
        found.push({ path, line, advice: `${called}: let it run, or remove it` })
      else if (conditional.test(called) && !reasonsToSkip.test(text)) {
        found.push({
          path,
          line,
          advice: `${called}: skip only for a recording of test/data-folder.ts or a platform`,
        })
      }
    })
    return found
  })

/** Where a tool asks for a default export. */
const tools = /\.config\.ts$|\.d\.ts$/

export const namedExports: Rule = ({ files }) =>
  files.flatMap(({ path, syntax }) => {
    if (!syntax || !isOurs(path) || tools.test(path)) return []
    return syntax.statements
      .filter((statement) => ts.isExportAssignment(statement) || isDefault(statement))
      .map((statement) => ({
        path,
        line: lineOf(syntax, statement),
        advice: 'a default export has no name of its own; export it by name',
      }))
  })

function isDefault(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false
  return (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
}
