import { describe, expect, it } from 'vitest'
import { dataFile } from '../../test/data-folder.ts'
import { edfHeader, int16Samples } from '../../test/edf-builder.ts'
import { XdfBuilder } from '../../test/xdf-builder.ts'
import { openFileSource } from './file-io.ts'
import { memorySource } from './io.ts'
import { openRecording } from './open.ts'

const open = (bytes: Uint8Array, name: string) => openRecording(memorySource(bytes), name)

describe('a recording is known by its content', () => {
  it('whatever its name says', async () => {
    const xdf = new XdfBuilder().fileHeader().stream(1, { format: 'int16' }).bytes
    expect((await open(xdf, 'renamed.edf')).format).toBe('xdf')
    const signals = [{ label: 'EEG Cz', samples: 2 }]
    const edf = Buffer.concat([
      edfHeader({ records: 1, seconds: 1, signals }),
      int16Samples([1, 2]),
    ])
    expect((await open(edf, 'renamed.xdf')).format).toBe('edf')
  })

  it.each([
    ['packed.xdfz', [0x1f, 0x8b, 8, 0], /gzip/],
    ['data.nwb', [0x89, 0x48, 0x44, 0x46, 0x0d], /HDF5/],
    ['archive.zip', [0x50, 0x4b, 3, 4], /zip/],
    ['notes.txt', [...Buffer.from('no recording, only words\n')], /text/],
    ['empty.xdf', [], /empty/],
    ['noise.bin', [0, 1, 2, 3, 255, 254], /no recording/],
  ])('%s is refused, with what it looks like', async (name, bytes, reason) => {
    await expect(open(Uint8Array.from(bytes), name)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(reason),
    })
    await expect(open(Uint8Array.from(bytes), name)).rejects.toThrow(name)
  })

  const others: [string, RegExp][] = [
    ['NeuroTechX__eeg-101/blinks.csv', /text/],
    ['PIA-Group__BioSPPy/ecg.txt', /text/],
  ]
  it.for(others)('%s is named for what it is', async ([name, reason], { skip }) => {
    const path = dataFile(name) ?? skip(`${name} is not here`)
    const source = await openFileSource(path)
    await expect(openRecording(source, path)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(reason),
    })
    await source.close()
  })
})
