/** `kill -9` at any moment: what was recorded until shortly before opens everywhere. */
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Verification } from '../../src/formats/index.ts'
import { hostClock } from '../../src/workers/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapse, synapse } from './synapse.ts'

/** At most so much may be missing: rings are emptied and handed to the system every 50 ms. */
const mayMissSeconds = 0.25
/** Moments after its file has grown, in seconds: odd ones, anywhere between two flushes. */
const moments = [0.53, 1.017, 1.583]
const grownBytes = 200_000
/** A machine that does something else for so long at the wrong moment may be asked again. */
const mostTries = 4

test.each(moments)(
  'killed %s s after it got going, a recording opens and misses at most 250 ms',
  async (moment) => {
    const missed: number[] = []
    while (!(missed.at(-1)! < mayMissSeconds) && missed.length < mostTries) {
      missed.push(await missedAfter(moment, `killed-${missed.length}.xdf`))
    }
    expect(missed.at(-1), `missed ${missed.join(', ')} s`).toBeLessThan(mayMissSeconds)
  },
)

/** Kills a recording, reads it with ours and with pyxdf. @returns seconds that it misses */
async function missedAfter(moment: number, name: string): Promise<number> {
  const folder = scratchFolder()
  const path = folder.path(name)
  const device = 'synthetic?channels=64&rateHz=1000'
  const { child, finished } = startSynapse('record', '--device', device, '--out', path)
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const grown = expect.poll(size, { timeout: 60_000, interval: 10 }).toBeGreaterThan(grownBytes)
  const ended = finished.then(({ stderr }) => {
    if (size() <= grownBytes) throw new Error(`it ended by itself: ${stderr}`)
  })
  await Promise.race([grown, ended])
  await new Promise((resolve) => setTimeout(resolve, moment * 1000))
  const killedAt = hostClock.now()
  child.kill('SIGKILL')
  await finished
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: false })
  expect(file!.error).toBeNull()
  const eeg = file!.streams.find(({ name }) => name === 'Synthetic EEG')!
  expect(eeg.samples).toBeGreaterThan(100)
  const info = await infoOf(path)
  const stream = info.streams.find(({ type }) => type === 'EEG')!
  expect(stream.samples).toBe(eeg.samples)
  expect(stream.gaps).toEqual([])
  const verified = await synapse('verify', path, '--json')
  const { problems, checksums } = JSON.parse(verified.stdout) as Verification
  expect(problems.every(({ code }) => code === 'not-closed' || code === 'truncated')).toBe(true)
  expect(checksums!.damaged).toEqual([])
  return killedAt - eeg.stamps.at(-1)!
}
