/**
 * Exports that nobody imports. Doors are no exception: a value that nobody takes from a room need
 * not stand in its door. Types may, for the sake of the things that speak of them.
 */
import { posix } from 'node:path'
import ts from 'typescript'
import { isOurs, lineOf, type Project, type Rule, type SourceFile } from './project.ts'

/**
 * Read by others than our own modules: the contract by remote clients, the AssemblyScript by its
 * compiler.
 */
const published = /^(src\/(contract|kernels\/assembly)|examples\/sandboxed-node)\//

interface Exported {
  readonly name: string
  readonly line: number
  readonly isType: boolean
}

interface ReExport {
  readonly target: string
  /** What is passed on, by its new name; `*` for everything. */
  readonly names: ReadonlyMap<string, string> | '*'
}

interface Module {
  readonly file: SourceFile
  readonly exported: Exported[]
  readonly reExports: ReExport[]
  /** Names taken from other modules; `*` for everything. */
  readonly taken: { readonly target: string; readonly name: string }[]
}

export const usedExports: Rule = (project) => {
  const modules = readModules(project)
  const used = usedNames(modules)
  return [...modules.values()].flatMap(({ file, exported }) =>
    exported
      .filter(({ name }) => !used.has(`${file.path}#${name}`))
      .filter(({ name, isType }) => !(isType && (isDoor(file) || isSpokenOf(file, name))))
      .filter(() => !published.test(file.path))
      .map(({ name, line }) => ({
        path: file.path,
        line,
        advice: `nobody imports "${name}"; drop the export, or the thing itself if nothing uses it`,
      })),
  )
}

function isDoor({ path }: SourceFile): boolean {
  return /^src\/[^/]+\/(index|catalog)\.ts$/.test(path)
}

function isSpokenOf(file: SourceFile, name: string): boolean {
  return (file.text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
}

function usedNames(modules: ReadonlyMap<string, Module>): ReadonlySet<string> {
  const used = new Set<string>()
  const mark = (path: string, name: string): void => {
    const key = `${path}#${name}`
    const module = modules.get(path)
    if (!module || used.has(key)) return
    used.add(key)
    if (name === '*') for (const each of module.exported) mark(path, each.name)
    for (const { target, names } of module.reExports) {
      if (names === '*') mark(target, name)
      else if (name === '*') for (const original of names.values()) mark(target, original)
      else if (names.has(name)) mark(target, names.get(name)!)
    }
  }
  for (const { taken } of modules.values()) for (const { target, name } of taken) mark(target, name)
  return used
}

function readModules({ files }: Project): ReadonlyMap<string, Module> {
  const modules = new Map<string, Module>()
  for (const file of files) {
    if (file.syntax && (isOurs(file.path) || /^[^/]+\.ts$/.test(file.path))) {
      modules.set(file.path, readModule(file, file.syntax))
    }
  }
  return modules
}

function readModule(file: SourceFile, syntax: ts.SourceFile): Module {
  const module: Module = { file, exported: [], reExports: [], taken: [] }
  for (const statement of syntax.statements) {
    if (ts.isImportDeclaration(statement)) readImport(module, statement)
    else if (ts.isExportDeclaration(statement)) readReExport(module, statement, syntax)
    else readDeclaration(module, statement, syntax)
  }
  // import('./x.ts') in code and in types, and new URL('./x.ts', …), may take anything.
  for (const [, specifier] of file.text.matchAll(/(?:import|URL)\(\s*['"](\.[^'"]+)['"]/g)) {
    module.taken.push({ target: resolve(file.path, specifier!), name: '*' })
  }
  return module
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier)
}

function targetOf(module: Module, specifier: ts.Expression | undefined): string | undefined {
  if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.'))
    return undefined
  return resolve(module.file.path, specifier.text)
}

function readImport(module: Module, { moduleSpecifier, importClause }: ts.ImportDeclaration): void {
  const target = targetOf(module, moduleSpecifier)
  if (!target || !importClause) return
  if (importClause.name) module.taken.push({ target, name: 'default' })
  const bindings = importClause.namedBindings
  if (!bindings) return
  if (ts.isNamespaceImport(bindings)) module.taken.push({ target, name: '*' })
  else {
    for (const { propertyName, name } of bindings.elements) {
      module.taken.push({ target, name: (propertyName ?? name).text })
    }
  }
}

function readReExport(module: Module, node: ts.ExportDeclaration, syntax: ts.SourceFile): void {
  const target = targetOf(module, node.moduleSpecifier)
  const clause = node.exportClause
  if (!clause) {
    if (target) module.reExports.push({ target, names: '*' })
    return
  }
  if (!ts.isNamedExports(clause)) {
    if (target) module.taken.push({ target, name: '*' })
    return
  }
  const names = new Map<string, string>()
  for (const { propertyName, name, isTypeOnly } of clause.elements) {
    names.set(name.text, (propertyName ?? name).text)
    const isType = isTypeOnly || node.isTypeOnly
    module.exported.push({ name: name.text, line: lineOf(syntax, name), isType })
  }
  if (target) module.reExports.push({ target, names })
}

function readDeclaration(module: Module, node: ts.Statement, syntax: ts.SourceFile): void {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return
  const isType = [ts.isInterfaceDeclaration, ts.isTypeAliasDeclaration, ts.isClassDeclaration].some(
    (isKind) => isKind(node),
  )
  const add = (name: ts.Node | undefined) => {
    if (!name || !ts.isIdentifier(name)) return
    module.exported.push({ name: name.text, line: lineOf(syntax, name), isType })
  }
  if (ts.isVariableStatement(node))
    for (const { name } of node.declarationList.declarations) add(name)
  else add((node as ts.DeclarationStatement).name)
}
