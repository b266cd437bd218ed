/** Two descriptions of one stream as one: ours, and what another program said beyond it. */
import { elementXml } from './xml-text.ts'
import { find, parseXml, type XmlElement } from './xml-tree.ts'

/**
 * @param own the element `desc` as we write it
 * @param received that of the program that sent the stream; what is not well-formed is left out
 * @returns `desc` with everything of ours, and all elements of the other that ours has not: of the
 * stream, of its acquisition and of each channel
 */
export function mergeDescription(own: string, received: string | undefined): string {
  if (!received) return own
  const theirs = parseXml(received)
  const ours = parseXml(own).root
  if (!ours || !theirs.root || theirs.fault) return own
  return elementXml(merged(ours, theirs.root))
}

function merged(ours: XmlElement, theirs: XmlElement): XmlElement {
  const children = ours.children.map((child) => {
    const other = find(theirs, child.name)
    if (!other) return child
    if (child.name === 'channels') return mergedChannels(child, other)
    return child.name === 'acquisition' ? withMissing(child, other) : child
  })
  return withMissing({ ...ours, children }, theirs)
}

function mergedChannels(ours: XmlElement, theirs: XmlElement): XmlElement {
  const described = theirs.children.filter(({ name }) => name === 'channel')
  const children = ours.children.map((channel, i) => {
    const other = described[i]
    return other ? withMissing(channel, other) : channel
  })
  return { ...ours, children }
}

function withMissing(ours: XmlElement, theirs: XmlElement): XmlElement {
  const has = new Set(ours.children.map(({ name }) => name))
  return {
    ...ours,
    children: [...ours.children, ...theirs.children.filter(({ name }) => !has.has(name))],
  }
}
