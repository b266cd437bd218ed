/**
 * The states of a graph's nodes as bytes, laid out once: what a running graph copies into memory
 * that it shares with its host, many times a second, without making garbage.
 */
import { assert, type NodeState, SynapseError } from '../signal/index.ts'
import type { GraphSnapshot } from './graph.ts'

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array
type Kind = 'float32' | 'float64' | 'int32' | 'uint8' | 'number' | 'boolean' | 'string'

interface Field {
  /** Node id, then the names down to the value. */
  readonly path: readonly string[]
  readonly kind: Kind
  /** Bytes from the start of a slot. */
  readonly offset: number
  /** Of an array. */
  readonly length: number
}

/** Same layout, same graph: plain data, for whoever reads the bytes. */
export interface ImageLayout {
  /** Paths of what the values stand in, also where it is empty. */
  readonly owners: readonly (readonly string[])[]
  readonly fields: readonly Field[]
  readonly bytes: number
}

/** UTF-16 units of a text in a state: more than a node has reason to remember. */
const longestText = 1023
/** An array of so many values takes about a millisecond. */
const longArray = 100_000

/** @param states by node id, as they are in use */
export function layImage(states: GraphSnapshot): ImageLayout {
  const fields: Field[] = []
  const owners: (readonly string[])[] = []
  let at = 0
  const visit = (state: NodeState, path: readonly string[]): void => {
    owners.push(path)
    for (const name of Object.keys(state)) {
      const value = state[name]!
      if (typeof value === 'object' && !ArrayBuffer.isView(value)) {
        visit(value, [...path, name])
        continue
      }
      const kind = kindOf(value)
      const length = typeof value === 'object' ? value.length : 0
      fields.push({ path: [...path, name], kind, offset: at, length })
      at += 8 * Math.ceil(bytesOf(kind, length) / 8)
    }
  }
  for (const [node, state] of Object.entries(states)) visit(state, [node])
  return { owners, fields, bytes: at }
}

export function sameLayout(a: ImageLayout, b: ImageLayout): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** One copy of a graph's states, somewhere in shared memory. */
export class StateImage {
  readonly #layout: ImageLayout
  readonly #arrays: readonly { readonly field: Field; readonly view: Numbers }[]
  readonly #scalars: readonly { readonly field: Field; readonly view: Float64Array }[]
  readonly #texts: readonly { readonly field: Field; readonly view: Uint16Array }[]
  /** What the values stand in, as found in `#states`. */
  #owners = new Map<Field, NodeState>()
  #states: GraphSnapshot | null = null

  constructor(layout: ImageLayout, buffer: SharedArrayBuffer, offset: number) {
    this.#layout = layout
    const at = (field: Field) => offset + field.offset
    const of = (...kinds: Kind[]) => layout.fields.filter(({ kind }) => kinds.includes(kind))
    this.#arrays = of('float32', 'float64', 'int32', 'uint8').map((field) => ({
      field,
      view: numbersOver(field.kind, buffer, at(field), field.length),
    }))
    this.#scalars = of('number', 'boolean').map((field) => ({
      field,
      view: new Float64Array(buffer, at(field), 1),
    }))
    this.#texts = of('string').map((field) => ({
      field,
      view: new Uint16Array(buffer, at(field), longestText + 1),
    }))
  }

  /**
   * @param states the same object as long as it holds the same states
   * @param alive called in between, because much memory takes its time
   */
  save(states: GraphSnapshot, alive: () => void = () => {}): void {
    this.#findOwners(states)
    for (let i = 0; i < this.#arrays.length; i++) {
      const { field, view } = this.#arrays[i]!
      view.set(this.#valueOf(field) as Numbers)
      if (field.length > longArray) alive()
    }
    for (let i = 0; i < this.#scalars.length; i++) {
      const { field, view } = this.#scalars[i]!
      view[0] = Number(this.#valueOf(field))
    }
    for (const { field, view } of this.#texts) {
      const text = this.#valueOf(field) as string
      assert(text.length <= longestText, 'a text in a state is short')
      view[0] = text.length
      for (let i = 0; i < text.length; i++) view[i + 1] = text.charCodeAt(i)
    }
  }

  /** As a snapshot of its own, in ordinary memory. */
  read(): GraphSnapshot {
    const snapshot: Record<string, NodeState> = {}
    const putAt = (path: readonly string[], value: NodeState[string]) => {
      let owner: NodeState = snapshot
      for (const name of path.slice(0, -1)) owner = owner[name] as NodeState
      owner[path.at(-1)!] = value
    }
    for (const path of this.#layout.owners) putAt(path, {})
    const put = ({ path }: Field, value: NodeState[string]) => putAt(path, value)
    for (const { field, view } of this.#arrays) put(field, view.slice())
    for (const { field, view } of this.#scalars) {
      put(field, field.kind === 'boolean' ? view[0] === 1 : view[0]!)
    }
    for (const { field, view } of this.#texts) {
      put(field, String.fromCharCode(...view.subarray(1, 1 + view[0]!)))
    }
    return snapshot
  }

  /** Writes what was saved back into the states in use, in place. */
  load(states: GraphSnapshot, alive: () => void = () => {}): void {
    this.#findOwners(states)
    for (const { field, view } of this.#arrays) {
      ;(this.#valueOf(field) as Numbers).set(view)
      if (field.length > longArray) alive()
    }
    for (const { field, view } of this.#scalars) {
      this.#put(field, field.kind === 'boolean' ? view[0] === 1 : view[0]!)
    }
    for (const { field, view } of this.#texts) {
      this.#put(field, String.fromCharCode(...view.subarray(1, 1 + view[0]!)))
    }
  }

  #findOwners(states: GraphSnapshot): void {
    if (this.#states === states) return
    this.#owners = new Map()
    for (const field of this.#layout.fields) {
      let owner: NodeState = states as NodeState
      for (const name of field.path.slice(0, -1)) owner = owner[name] as NodeState
      if (owner?.[field.path.at(-1)!] === undefined) {
        throw new SynapseError(
          'graph-invalid',
          `restoring ${field.path.join('.')}: it is not in this graph`,
        )
      }
      this.#owners.set(field, owner)
    }
    this.#states = states
  }

  #valueOf(field: Field): NodeState[string] {
    return this.#owners.get(field)![field.path[field.path.length - 1]!]!
  }

  #put(field: Field, value: NodeState[string]): void {
    this.#owners.get(field)![field.path[field.path.length - 1]!] = value
  }
}

function kindOf(value: NodeState[string]): Kind {
  if (value instanceof Float32Array) return 'float32'
  if (value instanceof Float64Array) return 'float64'
  if (value instanceof Int32Array) return 'int32'
  if (value instanceof Uint8Array) return 'uint8'
  return typeof value as 'number' | 'boolean' | 'string'
}

function bytesOf(kind: Kind, length: number): number {
  if (kind === 'float32' || kind === 'int32') return length * 4
  if (kind === 'float64') return length * 8
  if (kind === 'uint8') return length
  return kind === 'string' ? (longestText + 1) * 2 : 8
}

function numbersOver(
  kind: Kind,
  buffer: SharedArrayBuffer,
  offset: number,
  length: number,
): Numbers {
  if (kind === 'float32') return new Float32Array(buffer, offset, length)
  if (kind === 'float64') return new Float64Array(buffer, offset, length)
  if (kind === 'uint8') return new Uint8Array(buffer, offset, length)
  return new Int32Array(buffer, offset, length)
}
