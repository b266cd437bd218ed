/** Formats whose parts stand in each other against files with something wrong. */
import { it } from 'vitest'
import { fifAnatomy, matAnatomy, parquetAnatomy } from './anatomies.ts'
import type { Anatomy } from './mutations.ts'
import { fifFile, parquetFiles, setFiles } from './sound-binaries.ts'
import { survives } from './survives.ts'

const timeout = 1_200_000

it('FIF', { timeout }, () => survives('FIF', [{ 'a.fif': fifAnatomy(fifFile()) }]))

it('EEGLAB, with .fdt, without, packed', { timeout }, async () => {
  const anatomy = (name: string, bytes: Uint8Array): Anatomy =>
    name.endsWith('.set') ? matAnatomy(bytes) : { bytes, fields: [], parts: [] }
  const seeds = setFiles().map((files) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, anatomy(name, bytes)])),
  )
  await survives('EEGLAB', seeds)
})

it('Parquet, with its events', { timeout }, async () => {
  const files = Object.entries(await parquetFiles())
  const anatomies = files.map(([name, bytes]) => [name, parquetAnatomy(bytes)])
  await survives('Parquet', [Object.fromEntries(anatomies)])
})
