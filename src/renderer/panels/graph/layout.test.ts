import { expect, test } from 'vitest'
import { graphShapeOfTwo } from '../../../../test/contract-graphs.ts'
import type { GraphShape } from '../../../contract/index.ts'
import { type Box, layoutGraph, parted } from './layout.ts'
import { neighbour } from './neighbour.ts'

const [node] = graphShapeOfTwo.nodes

/** `names[0]` feeds all the others, each of which leaves by an output of its own. */
function fan(...names: readonly string[]): GraphShape {
  const [first, ...others] = names
  return {
    ...graphShapeOfTwo,
    nodes: names.map((id) => ({ ...node!, id })),
    edges: [
      { from: 'eeg', to: `${first}.in`, queue: null },
      ...others.map((id) => ({ from: `${first}.out`, to: `${id}.in`, queue: null })),
      ...others.map((id) => ({ from: `${id}.out`, to: `${id}Out`, queue: null })),
    ],
    outputs: others.map((id) => ({ name: `${id}Out`, flow: null })),
  }
}

function boxOf(boxes: readonly Box[], key: string): Box {
  return boxes.find((box) => box.key === key)!
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

test('samples go down: whoever is fed stands below whoever feeds it', () => {
  const { boxes, lines } = layoutGraph(fan('a', 'b/1', 'b/2', 'c'))
  const at = (key: string) => boxOf(boxes, key).y
  expect(at('source eeg')).toBeLessThan(at('node a'))
  for (const id of ['b/1', 'b/2', 'c']) {
    expect(at('node a')).toBeLessThan(at(`node ${id}`))
    expect(at(`node ${id}`)).toBeLessThan(at(`output ${id}Out`))
  }
  expect(lines.map(({ to }) => to)).toEqual(
    expect.arrayContaining(['a.in', 'b/1.in', 'b/2.in', 'c.in', 'b/1Out', 'cOut']),
  )
})

test('no two boxes lie on each other, and all lie on the paper', () => {
  const { boxes, width, height } = layoutGraph(fan('a', ...'bcdefghijk'))
  for (const [i, box] of boxes.entries()) {
    expect(boxes.slice(i + 1).filter((other) => overlap(box, other))).toEqual([])
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(box.y + box.height).toBeLessThanOrEqual(height)
  }
})

test('the same graph lies the same, whatever it has counted', () => {
  expect(layoutGraph(fan('a', 'b', 'c'))).toEqual(layoutGraph(fan('a', 'b', 'c')))
})

test('an edge that passes a layer goes around what stands there', () => {
  const chain = fan('a', 'b', 'c')
  const shape = {
    ...chain,
    edges: [
      { from: 'eeg', to: 'a.in', queue: null },
      { from: 'a.out', to: 'b.in', queue: null },
      { from: 'b.out', to: 'c.in', queue: null },
      { from: 'a.out', to: 'cOut', queue: null },
      { from: 'c.out', to: 'bOut', queue: null },
    ],
  }
  const { boxes, lines } = layoutGraph(shape)
  const numbers = lines
    .find(({ to }) => to === 'cOut')!
    .path.match(/-?\d+/g)!
    .map(Number)
  const points = numbers.flatMap((x, i) => (i % 2 === 0 ? [{ x, y: numbers[i + 1]! }] : []))
  const ends = points.filter((_, i) => i % 3 === 0)
  const inside = (box: Box) =>
    ends.some(
      ({ x, y }) =>
        x > box.x && x < box.x + box.width && y > box.y + 1 && y < box.y + box.height - 1,
    )
  expect(boxes.filter(inside)).toEqual([])
})

test('nodes of a thread lie in its frame, those of others do not', () => {
  const shape = fan('a', 'b', 'c')
  const { boxes, groups } = layoutGraph({
    ...shape,
    nodes: shape.nodes.map((each) => ({ ...each, segment: each.id === 'c' ? 'dsp' : 'main' })),
    segments: [
      { key: 'main', thread: 'main' },
      { key: 'dsp', thread: 'dsp' },
    ],
  })
  expect(groups.map(({ thread }) => thread)).toEqual(['main', 'dsp'])
  const holds = (thread: string) => {
    const frame = groups.find((group) => group.thread === thread)! as unknown as Box
    return boxes.filter((box) => overlap(box, frame)).map(({ key }) => key)
  }
  expect(holds('dsp')).toEqual(['node c'])
  expect(holds('main')).toEqual(['node a', 'node b'])
})

test('arrows lead along the samples and beside them', () => {
  const { boxes } = layoutGraph(fan('a', 'b', 'c'))
  const from = (key: string, arrow: string) => neighbour(boxes, boxOf(boxes, key), arrow)?.key
  expect(from('source eeg', 'ArrowDown')).toBe('node a')
  expect(from('node a', 'ArrowUp')).toBe('source eeg')
  expect(from('source eeg', 'ArrowUp')).toBeUndefined()
  const [left, right] = ['node b', 'node c'].toSorted(
    (a, b) => boxOf(boxes, a).x - boxOf(boxes, b).x,
  ) as [string, string]
  expect(from(left, 'ArrowRight')).toBe(right)
  expect(from(right, 'ArrowLeft')).toBe(left)
  expect(from('node a', 'End')).toBe(boxes.at(-1)!.key)
  expect(from('node a', 'Home')).toBe('source eeg')
  expect(from('node a', 'x')).toBeUndefined()
  expect(neighbour(boxes, undefined, 'ArrowDown')?.key).toBe('source eeg')
})

test('a port is what stands behind the last point', () => {
  expect(parted('a/b.out')).toEqual(['a/b', 'out'])
  expect(parted('eeg')).toEqual(['eeg', undefined])
})
