/** XML as text: elements with their texts escaped. */
import type { XmlElement } from './xml-tree.ts'

export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}

/** Characters that XML 1.0 cannot hold at all become U+FFFD; a carriage return must be escaped. */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/\r/g, '&#13;')
  )
}

/** An element as it was parsed; attributes, which LSL does not use, are not kept. */
export function elementXml({ name, text, children }: XmlElement): string {
  if (children.length === 0) return element(name, text)
  return `<${name}>${children.map(elementXml).join('')}</${name}>`
}
