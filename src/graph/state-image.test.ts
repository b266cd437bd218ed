import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeState } from '../signal/index.ts'
import { layImage, StateImage, sameLayout } from './state-image.ts'

const numbers = fc.oneof(
  fc.array(fc.float(), { maxLength: 9 }).map((each) => Float32Array.from(each)),
  fc.array(fc.double(), { maxLength: 9 }).map((each) => Float64Array.from(each)),
  fc.array(fc.integer(), { maxLength: 9 }).map((each) => Int32Array.from(each)),
)
const { state } = fc.letrec<{ state: NodeState }>((tie) => ({
  state: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'),
    fc.oneof({ depthSize: 'small' }, numbers, fc.double(), fc.boolean(), fc.string(), tie('state')),
    { maxKeys: 5, noNullPrototype: true },
  ) as fc.Arbitrary<NodeState>,
}))

test('S1 what is saved comes back, bit for bit, into the arrays in use', () => {
  fc.assert(
    fc.property(state, state, (a, b) => {
      const states = { a, b }
      const layout = layImage(states)
      const image = new StateImage(layout, new SharedArrayBuffer(64 + layout.bytes), 64)
      const before = structuredClone(states)
      image.save(states)
      expect(image.read()).toEqual(before)
      spoil(a)
      spoil(b)
      image.load(states)
      expect(states).toEqual(before)
      expect(sameLayout(layImage(states), layout)).toBe(true)
    }),
  )
})

function spoil(state: NodeState): void {
  for (const [name, value] of Object.entries(state)) {
    if (ArrayBuffer.isView(value)) value.fill(77)
    else if (typeof value === 'object') spoil(value)
    else if (typeof value === 'number') state[name] = value + 1
    else if (typeof value === 'boolean') state[name] = !value
    else state[name] = `${value}!`
  }
}

test('an image of another graph is refused, naming what it lacks', () => {
  const layout = layImage({ a: { x: 1 } })
  const image = new StateImage(layout, new SharedArrayBuffer(layout.bytes), 0)
  expect(() => image.load({ a: { y: 1 } })).toThrow(/a\.x/)
})
