/** What stands where: plug-ins in their catalogue, a comment at the head of a file, the versions. */
import type { Finding, Project, Rule, SourceFile } from './project.ts'
import { isTest } from './project.ts'

interface PlugInRoom {
  readonly folder: string
  readonly catalog: string
  /** Whether a plug-in has an id, and where it stands. */
  readonly idIn?: 'folder' | 'catalog'
}

const rooms: readonly PlugInRoom[] = [
  { folder: 'src/devices', catalog: 'src/devices/catalog.ts', idIn: 'folder' },
  { folder: 'src/nodes', catalog: 'src/nodes/catalog.ts', idIn: 'folder' },
  { folder: 'src/sinks', catalog: 'src/sinks/index.ts' },
  { folder: 'src/renderer/panels', catalog: 'src/renderer/panels/catalog.ts', idIn: 'catalog' },
]

export const plugInsAreListed: Rule = (project) =>
  rooms.flatMap((room) => {
    const catalog = project.files.find(({ path }) => path === room.catalog)
    if (!catalog) return [{ path: room.catalog, line: 1, advice: 'the catalogue is missing' }]
    return plugInsOf(project, room).flatMap((id) => checkPlugIn(project, room, catalog, id))
  })

function plugInsOf({ files }: Project, { folder }: PlugInRoom): string[] {
  const names = files.flatMap(({ path }) => {
    const [name, ...rest] = path.startsWith(`${folder}/`)
      ? path.slice(folder.length + 1).split('/')
      : []
    return name && rest.length && !name.startsWith('_') ? [name] : []
  })
  return [...new Set(names)]
}

function checkPlugIn(
  project: Project,
  room: PlugInRoom,
  catalog: SourceFile,
  id: string,
): Finding[] {
  const found: Finding[] = []
  if (!catalog.text.includes(`'./${id}/`)) {
    found.push({ path: room.catalog, line: 1, advice: `add the line of ${room.folder}/${id}` })
  }
  const own = project.files.filter(({ path }) => path.startsWith(`${room.folder}/${id}/`))
  const places = room.idIn === 'catalog' ? [catalog] : room.idIn === 'folder' ? own : []
  const written = new RegExp(`\\bid(: string)? ?[:=] '${id}'`)
  if (places.length && !places.some(({ text }) => written.test(text))) {
    const path = places[0]!.path
    found.push({ path, line: 1, advice: `a plug-in's id is its folder's name: id: '${id}'` })
  }
  return found
}

const smallLines = 25

/** A file opens with what it is; a small one, a test and an options schema say it by themselves. */
export const openingComments: Rule = ({ files }) =>
  files
    .filter(
      ({ path, syntax }) => syntax && /^(src|scripts|bin|examples)\//.test(path) && !isTest(path),
    )
    .filter(({ path, lines }) => lines.length >= smallLines && !path.endsWith('/options.ts'))
    .filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text))
    .map(({ path }) => ({ path, line: 1, advice: 'open with a sentence or two: what it is' }))

/** One heading in the change log for the version that package.json has, and none twice. */
export const changesAreTold: Rule = ({ files }) => {
  const path = 'CHANGELOG.md'
  const manifest = files.find((file) => file.path === 'package.json')
  const log = files.find((file) => file.path === path)
  const version = (JSON.parse(manifest?.text ?? '{}') as { version?: string }).version
  if (!log) return [{ path, line: 1, advice: `write it, with a heading for ${version}` }]
  const told = log.lines.flatMap((text, i) => {
    const [, each] = /^## \[?v?(\d+\.\d+\.\d+)/.exec(text) ?? []
    return each ? [{ version: each, line: i + 1 }] : []
  })
  const twice = told
    .filter((each, i) => told.findIndex((other) => other.version === each.version) !== i)
    .map((each) => ({ path, line: each.line, advice: `${each.version} has a heading already` }))
  if (told.some((each) => each.version === version)) return twice
  return [...twice, { path, line: 1, advice: `add the heading "## ${version}" and what changed` }]
}
