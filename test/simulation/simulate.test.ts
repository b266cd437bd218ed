import { test } from 'vitest'
import { simulate } from './simulate.ts'
import { simulateTrouble } from './trouble.ts'

const seeds = 1000
const batch = 100
const first = Array.from({ length: seeds / batch }, (_, i) => i * batch)

test.each(first)(
  'R2, C1, S1: sessions %i and following give the same answer however they are cut, changed and restored',
  (first) => {
    for (let seed = first; seed < first + batch; seed++) simulate(seed)
  },
)

test.each(first)(
  'F5, F7, D5, S1: troubled sessions %i and following give the same again, with and without a crash',
  (first) => {
    for (let seed = first; seed < first + batch; seed++) simulateTrouble(seed)
  },
)
