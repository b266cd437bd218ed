/** Every numbered rule of a SPEC.md is quoted by the name of a test that proves it. */
import ts from 'typescript'
import { type Rule, type SourceFile, walk } from './project.ts'

const numbered = /^- \*\*([A-Z])(\d+)\*\*/
/** One rule, or several in a row: "W3", "T4–T7". */
const quoted = /\b([A-Z])(\d+)(?:[–-]\1?(\d+))?\b/g

export const rulesAreQuoted: Rule = ({ files }) => {
  const names = files.filter(({ path }) => /\.test\.tsx?$/.test(path)).flatMap(testNames)
  const proven = new Set(names.flatMap(rulesIn))
  return files
    .filter(({ path }) => path.endsWith('/SPEC.md'))
    .flatMap(({ path, lines }) =>
      lines.flatMap((text, i) => {
        const [, letter, number] = numbered.exec(text) ?? []
        const rule = `${letter}${number}`
        if (!letter || proven.has(rule)) return []
        return [{ path, line: i + 1, advice: `name ${rule} in the test that proves it` }]
      }),
    )
}

function rulesIn(name: string): string[] {
  return [...name.matchAll(quoted)].flatMap(([, letter, first, last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, i) => `${letter}${Number(first) + i}`,
    ),
  )
}

/** What `test`, `describe` and their `each` are given first. */
function testNames({ syntax }: SourceFile): string[] {
  const names: string[] = []
  walk(syntax!, (node) => {
    if (!ts.isCallExpression(node)) return
    const [first] = node.arguments
    const isNamed = first && (ts.isStringLiteralLike(first) || ts.isTemplateExpression(first))
    if (isNamed && /^(test|describe)\b/.test(node.expression.getText(syntax))) {
      names.push(first.getText(syntax))
    }
  })
  return names
}
