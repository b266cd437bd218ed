/**
 * What LSL says of a stream, in our words and back. The header of a stream in an XDF file is the
 * very XML that an LSL outlet describes itself with.
 */
import type { StreamInfo } from '../../signal/index.ts'
import { outletDescriptionXml } from './header-xml.ts'
import { readStreamHeader } from './stream-header.ts'
import { elementXml } from './xml-text.ts'
import { find, parseXml, textAt, type XmlElement } from './xml-tree.ts'

/** Facts of the description that are worth showing; files have all of it. */
const mostSettings = 60
const longestSetting = 200
/** What has a place of its own in a `StreamInfo`. */
const placed = new Set(['channels', 'acquisition', 'synapsestream', 'synchronization'])

/**
 * The stream that an LSL outlet describes. Its id is the number 0: the caller knows a better one.
 * @returns undefined where the description cannot be that of a stream
 */
export function readLslDescription(xml: string): StreamInfo | undefined {
  const { root } = parseXml(xml)
  const header = readStreamHeader(0, root)
  if ('fault' in header) return undefined
  const { info } = header
  const description = find(root, 'desc')
  const settings = {
    ...info.origin.settings,
    ...named(root, 'source_id', 'hostname', 'session_id', 'uid'),
    ...settingsOf(description),
  }
  return {
    ...info,
    origin: {
      ...info.origin,
      source: 'lsl',
      settings,
      ...(description?.children.length ? { description: elementXml(description) } : {}),
    },
  }
}

function named(root: XmlElement | undefined, ...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = textAt(root, name)
      return text ? [[name, text]] : []
    }),
  )
}

/** Cap, reference, amplifier settings …: `cap.name`, `reference.label`. */
function settingsOf(description: XmlElement | undefined): Record<string, string> {
  const settings: Record<string, string> = {}
  const walk = (element: XmlElement, path: string) => {
    if (Object.keys(settings).length >= mostSettings) return
    if (element.children.length) {
      for (const child of element.children) walk(child, `${path}.${child.name}`)
    } else if (element.text) settings[path] ??= element.text.slice(0, longestSetting)
  }
  for (const child of description?.children ?? []) {
    if (!placed.has(child.name)) walk(child, child.name)
  }
  return settings
}

/** What an outlet of ours says below `desc`, for a stream whose values are sent as physical ones. */
export function lslDescription(info: StreamInfo): readonly XmlElement[] {
  return parseXml(outletDescriptionXml(info)).root?.children ?? []
}
