/** The project's own files as the tidy rules see them: text, lines, and syntax where there is one. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  /** Present on TypeScript and JavaScript. */
  readonly syntax?: ts.SourceFile
}

export interface Project {
  readonly files: readonly SourceFile[]
}

/** One breach of a rule: where it is, and what to do about it. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly advice: string
}

export type Rule = (project: Project) => Finding[]

const code = /\.(ts|tsx|cts|mts|mjs)$/
const text = /\.(ts|tsx|cts|mts|mjs|cjs|js|py|json|md|css|html|yml|yaml|txt|svg|sh)$|(^|\/)[^.]+$/

/** Every file that is, or is about to be, under version control. */
export function readProject(root: string): Project {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const paths = listed.split('\n').filter((path) => text.test(path) && existsSync(join(root, path)))
  return { files: paths.map((path) => newSource(path, readFileSync(join(root, path), 'utf8'))) }
}

export function newSource(path: string, text: string): SourceFile {
  const lines = text.replace(/\n$/, '').split('\n')
  if (!code.test(path)) return { path, text, lines }
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : undefined
  return { path, text, lines, syntax: ts.createSourceFile(path, text, 99, true, kind) }
}

export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.test\.tsx?$/.test(path)
}

/** Source, scripts, tests and examples: what the rules of style are about. */
export function isOurs(path: string): boolean {
  return /^(src|scripts|test|bin|examples)\//.test(path)
}

/** True in a folder or file of this name, whatever its extension. */
export function nameOf(path: string): string {
  return basename(path).replace(/\..*$/, '')
}

export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}

/** Calls `visit` on every node below and with `node`. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}
