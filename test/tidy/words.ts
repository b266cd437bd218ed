/** Words that may not stand in a tracked file. */
import { isOurs, type Rule, type SourceFile } from './project.ts'

/** The rules themselves have to spell what they forbid. */
function isJudge(path: string): boolean {
  return path.startsWith('test/tidy')
}

function linesWith(
  files: readonly SourceFile[],
  pattern: RegExp,
  advice: (match: string) => string,
) {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => {
      const [match] = pattern.exec(line) ?? []
      return match ? [{ path, line: i + 1, advice: advice(match) }] : []
    }),
  )
}

export const noLeftovers: Rule = ({ files }) =>
  linesWith(
    files.filter(({ path }) => isOurs(path) && !isJudge(path)),
    /\b(TODO|FIXME|XXX)\b/,
    (word) => `"${word}": do it now, or open an issue`,
  )

const machinePath = /(?<![\w./-])(\/home\/\w|\/root\/|\/work\/|\/Users\/\w|[A-Z]:\\Users\\\w)/

/** A path of somebody's machine tells about the author and works for nobody else. */
export const noMachinePaths: Rule = ({ files }) =>
  linesWith(
    files.filter(({ path }) => !isJudge(path)),
    machinePath,
    (match) => `"${match}…" is a path of one machine; make it relative or an option`,
  )

const registry = /\bregistry\.[a-z0-9-]+\.[a-z]+|"resolved": *"https?:[^"]{0,60}/

export const noRegistries: Rule = ({ files }) =>
  linesWith(
    files.filter(({ path }) => !isJudge(path)),
    registry,
    (match) => `"${match}" names a registry; leave it to the user's npm or pip settings`,
  )
