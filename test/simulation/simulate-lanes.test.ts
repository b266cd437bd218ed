import { test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { simulateLanes } from './simulate-lanes.ts'

const seeds = 400
const batch = 100

test.each(Array.from({ length: seeds / batch }, (_, i) => i * batch))(
  'T1, T4, T6, S3: sessions %i and following give the same answer cut over threads that lag and die',
  (first) => {
    const folder = scratchFolder().path('.')
    for (let seed = first; seed < first + batch; seed++) simulateLanes(seed, folder)
  },
)
