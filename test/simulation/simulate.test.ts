import { test } from 'vitest'
import { simulate } from './simulate.ts'

const seeds = 1000
const batch = 100

test.each(Array.from({ length: seeds / batch }, (_, i) => i * batch))(
  'R2, C1, S1: sessions %i and following give the same answer however they are cut, changed and restored',
  (first) => {
    for (let seed = first; seed < first + batch; seed++) simulate(seed)
  },
)
