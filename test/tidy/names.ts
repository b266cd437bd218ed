/** What files, folders, classes and interfaces may be called. */
import { basename, dirname } from 'node:path'
import ts from 'typescript'
import { type Finding, isOurs, lineOf, nameOf, type Rule, walk } from './project.ts'

const kebab = /^_?[a-z0-9]+(-[a-z0-9]+)*(\.(test|d|config))?\.[a-z]+$/
const snake = /^_?[a-z0-9]+([-_][a-z0-9]+)*\.[a-z]+$/
const folder = /^_?[a-z0-9]+(-[a-z0-9]+)*$/
const says = 'says nothing; name it after the one thing that it holds'
const emptyNames = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc'])

/** Python and its golden files are named as Python does. */
export const kebabNames: Rule = ({ files }) =>
  files
    .filter(({ path }) => isOurs(path) && !path.endsWith('.md'))
    .filter(({ path }) => {
      const name = basename(path)
      const fits = /\.(py|json|txt)$/.test(name) ? snake.test(name) : kebab.test(name)
      const folders = dirname(path).split('/')
      return !(fits && folders.every((each) => folder.test(each)))
    })
    .map(({ path }) => ({ path, line: 1, advice: 'rename it: lower-case words with hyphens' }))

export const tellingNames: Rule = ({ files }) =>
  files
    .filter(({ path }) => isOurs(path))
    .flatMap(({ path }) => {
      const empty = [...dirname(path).split('/'), nameOf(path)].find((name) => emptyNames.has(name))
      return empty ? [{ path, line: 1, advice: `"${empty}" ${says}` }] : []
    })

export const tellingTypes: Rule = ({ files }) =>
  files.flatMap(({ path, syntax }) => {
    const found: Finding[] = []
    if (!syntax || !isOurs(path)) return found
    walk(syntax, (node) => {
      const advice = adviceOn(node)
      if (advice) found.push({ path, line: lineOf(syntax, node), advice })
    })
    return found
  })

function adviceOn(node: ts.Node): string | undefined {
  if (ts.isClassDeclaration(node) && node.name) {
    const [suffix] = /(Manager|Helper|Base|Impl)$/.exec(node.name.text) ?? []
    if (suffix) return `class ${node.name.text}: "${suffix}" ${says}`
  }
  if (ts.isInterfaceDeclaration(node) && /^I[A-Z][a-z]/.test(node.name.text)) {
    return `interface ${node.name.text}: drop the "I"`
  }
  return undefined
}
