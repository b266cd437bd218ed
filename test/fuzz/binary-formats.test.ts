/** Binary formats against files with something wrong. */
import { it } from 'vitest'
import { edfAnatomy, xdfAnatomy } from './anatomies.ts'
import { edfFile, foreignXdf, ownXdf } from './sound-files.ts'
import { survives } from './survives.ts'

const timeout = 1_200_000

it('XDF, of other programs and of ours', { timeout }, async () => {
  await survives('XDF', [
    { 'a.xdf': xdfAnatomy(foreignXdf()) },
    { 'a.xdf': xdfAnatomy(await ownXdf()) },
  ])
})

it.each(['edf', 'bdf'] as const)('%s', { timeout }, async (kind) => {
  await survives(kind, [{ [`a.${kind}`]: edfAnatomy(edfFile(kind)) }])
})
