/** How long a function and a file may be. */
import ts from 'typescript'
import { type Finding, isOurs, lineOf, type Rule } from './project.ts'

const functionLines = 70
const fileLines = 400

export const shortFiles: Rule = ({ files }) =>
  files
    .filter(({ path, lines }) => isOurs(path) && hasStyle(path) && lines.length > fileLines)
    .map(({ path, lines }) => ({
      path,
      line: lines.length,
      advice: `has ${lines.length} lines; divide it into files of one thing each, at most ${fileLines}`,
    }))

function hasStyle(path: string): boolean {
  return !path.endsWith('.json')
}

/** Lines of functions inside count for those, not for the one around them. */
export const shortFunctions: Rule = ({ files }) =>
  files.flatMap(({ path, syntax }) => {
    if (!syntax || !isOurs(path)) return []
    const found: Finding[] = []
    const measure = (node: ts.Node): number => {
      let inner = 0
      ts.forEachChild(node, (child) => {
        inner += measure(child)
      })
      if (!isFunction(node)) return inner
      const whole = spanOf(syntax, node)
      const own = whole - inner
      if (own > functionLines) {
        found.push({
          path,
          line: lineOf(syntax, node),
          advice: `a function of ${own} lines; take a part with a name out of it (at most ${functionLines})`,
        })
      }
      return whole > 1 ? whole : 0
    }
    measure(syntax)
    return found
  })

function isFunction(node: ts.Node): boolean {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

function spanOf(file: ts.SourceFile, node: ts.Node): number {
  const end = file.getLineAndCharacterOfPosition(node.end).line + 1
  return end - lineOf(file, node) + 1
}
