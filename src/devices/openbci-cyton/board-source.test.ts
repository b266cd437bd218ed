import { expect, test } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { soundRecording } from '../../../test/sound-recording.ts'
import type { BoardSource } from '../_cyton/amplifier.ts'
import { generatedSource, recordedSource } from '../_cyton/board-source.ts'
import { channelCount, microvoltsPerCount } from '../_cyton/packet.ts'
import { openRecordingFile } from '../_recording/open-file.ts'

function samplesOf(source: BoardSource, most: number) {
  const samples: number[][] = []
  const axes: number[][] = []
  const counts = new Int32Array(channelCount)
  const accel = new Int16Array(3)
  while (samples.length < most && source.next(counts, accel)) {
    samples.push([...counts])
    if (accel.some((value) => value !== 0)) axes.push([...accel])
  }
  return { samples, axes }
}

test('the made-up board gives the same samples for the same seed', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => samplesOf(generatedSource(seed), 500))
  expect(one).toEqual(same)
  expect(one!.samples).not.toEqual(other!.samples)
  expect(one!.axes).toEqual(Array.from({ length: 50 }, () => [0, 0, 8000]))
})

test('a Cyton recording is played as the very counts that the board had sent', async () => {
  const path = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
  if (!path) return
  const { samples, axes } = samplesOf(await recordedSource(path, false), 30_000)
  expect(samples.length).toBe(22_490)
  const recording = await openRecordingFile(path)
  const eeg = recording.streams.find(({ info }) => info.type === 'EEG')!
  let at = 0
  let worst = 0
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk' || item.stream !== eeg.info.id) continue
    for (let f = 0; f < item.chunk.frames; f++, at++) {
      for (let c = 0; c < channelCount; c++) {
        const { scale, offset } = eeg.info.channels[c]!
        const microvolts = item.chunk.data[f * item.chunk.stride + c]! * scale + offset
        // The file rounds microvolts, so the counts are those that are nearest.
        const off = Math.abs(samples[at]![c]! * microvoltsPerCount(24) - microvolts)
        worst = Math.max(worst, off)
      }
    }
  }
  await recording.close()
  expect(worst).toBeLessThan(microvoltsPerCount(24))
  expect(axes.length).toBeGreaterThan(2000)
  expect(axes.every((values) => Math.hypot(...values) * (0.002 / 16) < 4)).toBe(true)
})

test('told to loop, it begins again at its end', async () => {
  const path = dataFile('OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt')
  if (!path) return
  const { samples } = samplesOf(await recordedSource(path, true), 22_490 + 100)
  expect(samples.slice(22_490)).toEqual(samples.slice(0, 100))
})

test('a recording that no Cyton could have made is refused, and so is what is none', async () => {
  const folder = scratchFolder()
  const slow = folder.write('at-100-hz.xdf', await soundRecording())
  await expect(recordedSource(slow, false)).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringMatching(/no EEG at 250 Hz/),
  })
  const noise = folder.write('noise', new Uint8Array(100))
  await expect(recordedSource(noise, false)).rejects.toMatchObject({ code: 'file-unreadable' })
  await expect(recordedSource(folder.path('none'), false)).rejects.toMatchObject({
    code: 'file-missing',
  })
})
