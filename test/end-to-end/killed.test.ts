/** `kill -9` at any moment: what was recorded until shortly before opens everywhere. */
import { expect, test } from 'vitest'
import { hostClock } from '../../src/workers/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapse } from './synapse.ts'

/** From the issue: at most so much may be missing. */
const mayMissSeconds = 0.5
/** Moments after the start, in seconds: odd ones, so that they fall anywhere between two flushes. */
const moments = [2.03, 2.517, 3.083]

test.each(moments)(
  'killed %s s after its start, a recording opens and misses at most 500 ms',
  async (moment) => {
    const folder = scratchFolder()
    const path = folder.path('killed.xdf')
    const device = 'synthetic?channels=64&rateHz=1000'
    const { child, finished } = startSynapse('record', '--device', device, '--out', path)
    await new Promise((resolve) => setTimeout(resolve, moment * 1000))
    const killedAt = hostClock.now()
    child.kill('SIGKILL')
    await finished
    const [file] = await askPyxdf({ files: [path], dejitter: false, values: false })
    expect(file!.error).toBeNull()
    const eeg = file!.streams.find(({ name }) => name === 'Synthetic EEG')!
    expect(eeg.samples).toBeGreaterThan(100)
    expect(killedAt - eeg.stamps.at(-1)!).toBeLessThan(mayMissSeconds)
    const info = await infoOf(path)
    const stream = info.streams.find(({ type }) => type === 'EEG')!
    expect(stream.samples).toBe(eeg.samples)
    expect(stream.gaps).toEqual([])
  },
)
