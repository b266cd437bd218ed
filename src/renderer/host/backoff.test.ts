import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

it('waits longer each time, but never longer than four seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 500].map(backoffMs)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000])
})
