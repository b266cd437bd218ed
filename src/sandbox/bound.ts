/**
 * Writes a module anew so that it can be held to its limits: a memory without a maximum gets ours,
 * and every global that can change is exported, because it belongs to the state.
 */
import { type Inspection, type Section, sectionId } from './inspect.ts'
import { mostMemoryPages } from './limits.ts'
import { leb128, ModuleBytes, nameBytes } from './module-bytes.ts'

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const globalKind = 3

/** The name under which a global that can change is exported. */
export function globalName(index: number): string {
  return `synapse.global.${index}`
}

export function boundedModule({ sections, memory, mutableGlobals }: Inspection): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(header)]
  for (const section of sections) {
    const bytes = rewritten(section, memory.pages, memory.mostPages, mutableGlobals)
    parts.push(Uint8Array.from([section.id, ...leb128(bytes.length)]), bytes)
  }
  return joined(parts)
}

function rewritten(
  { id, bytes }: Section,
  pages: number,
  mostPages: number | null,
  globals: readonly number[],
): Uint8Array {
  const isOurs = id === sectionId.memory && new ModuleBytes(bytes).u32() === 1
  if (isOurs) {
    return Uint8Array.from([1, 1, ...leb128(pages), ...leb128(mostPages ?? mostMemoryPages)])
  }
  return id === sectionId.export ? withGlobals(bytes, globals) : bytes
}

function withGlobals(bytes: Uint8Array, globals: readonly number[]): Uint8Array {
  const reader = new ModuleBytes(bytes)
  const count = reader.u32()
  const added = globals.flatMap((index) => [
    ...nameBytes(globalName(index)),
    globalKind,
    ...leb128(index),
  ])
  const head = Uint8Array.from(leb128(count + globals.length))
  return joined([head, reader.rest(), Uint8Array.from(added)])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
