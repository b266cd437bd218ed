import { expect, test } from 'vitest'
import { lanesOf } from './flag.ts'

const span = (left: number, width = 10) => ({ left, width })

test('labels that would stand on each other stand beneath each other', () => {
  expect(lanesOf([span(0), span(5), span(11), span(12), span(13), span(40)])).toEqual([
    0, 1, 0, 2, 3, 0,
  ])
})

test('where there is no room a label is left out, and none is drawn over another', () => {
  const spans = Array.from({ length: 50 }, (_, i) => span(i * 2, 5 + (i % 7) * 3))
  const lanes = lanesOf(spans)
  expect(lanes).toContain(-1)
  for (let i = 0; i < spans.length; i++) {
    for (let j = 0; j < i; j++) {
      if (lanes[i]! < 0 || lanes[i] !== lanes[j]) continue
      expect(spans[i]!.left).toBeGreaterThan(spans[j]!.left + spans[j]!.width)
    }
  }
})
