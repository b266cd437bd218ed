/**
 * XML of a header as a small tree, read by a streaming parser with limits: no depth, number of
 * elements or entity makes it grow beyond the text it came from.
 */
import { SaxesParser } from 'saxes'
import { limits } from './xdf-format.ts'

export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface OpenElement {
  name: string
  text: string
  children: OpenElement[]
}

export interface ParsedXml {
  readonly root: XmlElement | undefined
  /** The first thing wrong with it; what comes before and after is in the tree all the same. */
  readonly fault: string | undefined
}

export function parseXml(text: string): ParsedXml {
  let root: OpenElement | undefined
  let fault: string | undefined
  let faults = 0
  let elements = 0
  const open: OpenElement[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    fault ??= error.message.split('\n')[0]!
    faults += 1
    if (faults > maxFaults) throw new TooMuch('too many faults')
  })
  parser.on('opentag', ({ name }) => {
    elements += 1
    if (open.length >= limits.xmlDepth) throw new TooMuch('nested too deeply')
    if (elements > limits.xmlElements) throw new TooMuch('too many elements')
    const element: OpenElement = { name, text: '', children: [] }
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  })
  const addText = (part: string) => {
    const element = open.at(-1)
    if (element && element.children.length === 0) element.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
  })
  try {
    parser.write(text).close()
  } catch (cause) {
    if (!(cause instanceof TooMuch)) throw cause
    return { root: faults > maxFaults ? root : undefined, fault: fault ?? cause.message }
  }
  return { root, fault }
}

class TooMuch extends Error {}

/** What is so broken is not worth the time that each fault takes. */
const maxFaults = 100

/** The element at a path of names below `element`; the first where there are several. */
export function find(
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element,
  )
}

export function textAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): string | undefined {
  return find(element, ...path)?.text
}

/** A number, or undefined where there is none or it is not one. */
export function numberAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): number | undefined {
  const text = textAt(element, ...path)?.trim()
  const value = text ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}
