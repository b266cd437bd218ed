import { describe, expect, it } from 'vitest'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { XdfBuilder } from '../../../test/xdf-builder.ts'
import { SynapseError } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'

const open = (bytes: Uint8Array) => openRecording(memorySource(bytes), 'damaged.xdf')

async function openOrRefusal(bytes: Uint8Array): Promise<Recording | SynapseError> {
  try {
    return await open(bytes)
  } catch (cause) {
    if (!(cause instanceof SynapseError)) throw cause
    return cause
  }
}

const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

describe('a file cut off anywhere', () => {
  it('gives at least the samples that pyxdf finds, and says that it was cut', async () => {
    const bytes = await soundRecording()
    const next = random(1)
    const cuts = Array.from({ length: 300 }, () => Math.floor(next() * bytes.length))
    const path = scratchFolder().write('sound.xdf', bytes)
    const answers = await askPyxdf({ files: [path], dejitter: false, values: false, cuts })
    let compared = 0
    let invented = 0
    for (const [i, cut] of cuts.entries()) {
      const recording = await openOrRefusal(bytes.slice(0, cut))
      const theirs = answers[i]!.streams.filter(({ name }) => name === 'eeg' || name === 'acc')
      if (recording instanceof SynapseError) {
        expect(recording.code).toMatch(/^file-(damaged|unreadable)$/)
        expect(theirs).toEqual([])
        continue
      }
      const contents = await readAll(recording)
      for (const { info, samples, firstTime } of recording.streams) {
        const rows = contents.get(info.id)?.rows.length ?? 0
        expect(rows).toBe(samples)
        if (samples > 0) expect(firstTime).toBe(100)
        const pyxdf = theirs.find(({ name }) => name === info.name)
        if (!pyxdf) continue
        // Of a row that is cut in its values, pyxdf makes a sample with the values of the row
        // before; that one does not exist.
        if (samples === pyxdf.samples - 1) invented += 1
        else expect(samples).toBeGreaterThanOrEqual(pyxdf.samples)
        compared += pyxdf.samples
      }
    }
    expect(compared).toBeGreaterThan(100_000)
    expect(invented).toBeLessThan(30)
  }, 120_000)

  it('gives every whole row of the chunk that was cut', async () => {
    const file = new XdfBuilder().fileHeader().stream(1, { format: 'int16', rateHz: 10 })
    const headers = file.length
    const rows = Array.from({ length: 100 }, (_, i) => ({ stamp: i / 10, values: [i] }))
    const { bytes } = file.samples(1, 'int16', rows)
    // 7 bytes of chunk head, 4 of stream id and 5 of count; then 11 per row.
    const recording = await open(bytes.slice(0, headers + 16 + 40 * 11 + 5))
    expect(recording.streams[0]!.samples).toBe(40)
    expect(codes(recording)).toEqual(['truncated'])
    expect((await readAll(recording)).get('1')!.rows.at(-1)).toEqual([39])
  })
})
