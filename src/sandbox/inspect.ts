/**
 * What a module asks for and offers, read from its bytes before any of it runs. JavaScript cannot
 * say how much memory a module may take or what type its functions have; the bytes do.
 */
import { mostMemoryPages, mostTableElements } from './limits.ts'
import { ModuleBytes, refusal } from './module-bytes.ts'

/** Sections by their number in the binary format. */
export const sectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
} as const
/** start, elements, code, data, data count: of no interest here. */
const otherSections = new Set([8, 9, 10, 11, 12])

const valueTypes: Readonly<Record<number, string>> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  112: 'funcref',
  111: 'externref',
}
const functionForm = 0x60
const kinds = ['function', 'table', 'memory', 'global', 'tag']

export interface Section {
  readonly id: number
  readonly bytes: Uint8Array
}

export interface MemoryLimits {
  readonly pages: number
  /** Null where the module does not say. */
  readonly mostPages: number | null
}

export interface Inspection {
  /** All but the custom ones, in their order. */
  readonly sections: readonly Section[]
  readonly memory: MemoryLimits
  readonly isMemoryImported: boolean
  /** Indices of the globals that can change. */
  readonly mutableGlobals: readonly number[]
  /** By name: `(i32, f64) → (i32)`. */
  readonly functions: ReadonlyMap<string, string>
  readonly exportsMemory: boolean
}

/** @throws SynapseError graph-invalid for what is no module, asks for too much or imports */
export function inspectModule(bytes: Uint8Array): Inspection {
  const sections = readSections(bytes)
  const part = (id: number) => {
    const found = sections.find((section) => section.id === id)?.bytes ?? Uint8Array.of(0)
    return new ModuleBytes(found)
  }
  const types = readTypes(part(sectionId.type))
  const imported = readImports(part(sectionId.import))
  const own = readMemories(part(sectionId.memory))
  const memories = [...imported, ...own]
  if (memories.length !== 1) throw refusal(`it has ${memories.length} memories, and needs one`)
  checkTables(part(sectionId.table))
  const functions = readIndices(part(sectionId.function)).map((type) => types[type] ?? '?')
  return {
    sections,
    memory: memories[0]!,
    isMemoryImported: imported.length === 1,
    mutableGlobals: readGlobals(part(sectionId.global)),
    ...readExports(part(sectionId.export), functions),
  }
}

function readSections(bytes: Uint8Array): Section[] {
  const reader = new ModuleBytes(bytes)
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  if (!head.every((byte) => reader.byte() === byte)) throw refusal('it is no WebAssembly module')
  const known = new Set<number>([...Object.values(sectionId), ...otherSections])
  const sections: Section[] = []
  while (!reader.isAtEnd) {
    const id = reader.byte()
    const section = { id, bytes: reader.part(reader.u32()).rest() }
    if (!known.has(id)) throw refusal(`it has a section ${id}, which is unknown here`)
    if (id !== sectionId.custom) sections.push(section)
  }
  return sections
}

function valueType(reader: ModuleBytes): string {
  const type = valueTypes[reader.byte()]
  if (!type) throw refusal('it uses a type that is not of WebAssembly 2.0')
  return type
}

/** Only functions: what the garbage-collection proposal makes lives outside of linear memory. */
function readTypes(reader: ModuleBytes): string[] {
  const list = () => reader.vector(() => valueType(reader)).join(', ')
  const read = () => {
    if (reader.byte() !== functionForm) {
      throw refusal('it uses a type that is not of WebAssembly 2.0')
    }
    const parameters = list()
    return `(${parameters}) → (${list()})`
  }
  return reader.vector(read)
}

/** The one thing that may be imported is `env.memory`. */
function readImports(reader: ModuleBytes): MemoryLimits[] {
  const read = () => {
    const name = `${reader.name()}.${reader.name()}`
    const kind = kinds[reader.byte()] ?? 'thing'
    if (name === 'env.memory' && kind === 'memory') return readMemory(reader)
    throw refusal(
      `it imports the ${kind} ${name}`,
      'A module gets nothing from outside but env.memory; build it without this import.',
    )
  }
  return reader.vector(read)
}

function readMemories(reader: ModuleBytes): MemoryLimits[] {
  return reader.vector(() => readMemory(reader))
}

function readMemory(reader: ModuleBytes): MemoryLimits {
  const flags = reader.byte()
  if (flags > 1) throw refusal('its memory is shared, or of 64 bits, or of another page size')
  const pages = reader.u32()
  const mostPages = flags === 1 ? reader.u32() : null
  for (const asked of [pages, mostPages ?? 0]) {
    if (asked <= mostMemoryPages) continue
    throw refusal(
      `it asks for ${asked} pages of memory, ${mostMemoryPages} are allowed`,
      `Declare a memory of at most ${mostMemoryPages} pages of 64 KiB.`,
    )
  }
  return { pages, mostPages }
}

function checkTables(reader: ModuleBytes): void {
  const read = () => {
    valueType(reader)
    const flags = reader.byte()
    const least = reader.u32()
    if (flags !== 1) throw refusal('it has a table without a maximum')
    return Math.max(least, reader.u32())
  }
  const elements = reader.vector(read).reduce((sum, most) => sum + most, 0)
  if (elements <= mostTableElements) return
  throw refusal(`its tables may grow to ${elements} elements, ${mostTableElements} are allowed`)
}

function readIndices(reader: ModuleBytes): number[] {
  return reader.vector(() => reader.u32())
}

/** A global that can change is state: it has to be one that can be copied. */
function readGlobals(reader: ModuleBytes): number[] {
  const mutable: number[] = []
  let index = 0
  const read = () => {
    const type = valueType(reader)
    const isMutable = reader.byte() === 1
    skipExpression(reader)
    if (isMutable && !/^[if](32|64)$/.test(type)) {
      throw refusal(`it has a mutable global of type ${type}, which cannot be copied`)
    }
    if (isMutable) mutable.push(index)
    index++
  }
  reader.vector(read)
  return mutable
}

/** Passes over the constant expression that a global starts with. */
function skipExpression(reader: ModuleBytes): void {
  for (;;) {
    const operation = reader.byte()
    if (operation === 0x0b) return
    if ([0x41, 0x42, 0x23, 0xd2].includes(operation)) reader.skipNumber()
    else if (operation === 0x43) reader.skip(4)
    else if (operation === 0x44) reader.skip(8)
    else if (operation === 0xd0) reader.skip(1)
    else if (operation === 0xfd && reader.u32() === 12) reader.skip(16)
    else if (![0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e].includes(operation)) {
      throw refusal('it has a global that does not start as a constant')
    }
  }
}

function readExports(reader: ModuleBytes, functions: readonly string[]) {
  const exported = new Map<string, string>()
  let exportsMemory = false
  const read = () => {
    const name = reader.name()
    const kind = kinds[reader.byte()]
    const index = reader.u32()
    if (kind === 'function') exported.set(name, functions[index] ?? '?')
    if (kind === 'memory' && name === 'memory') exportsMemory = true
  }
  reader.vector(read)
  return { functions: exported, exportsMemory }
}
