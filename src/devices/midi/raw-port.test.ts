import { execFileSync } from 'node:child_process'
import { openSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { realClock, until } from '../../../test/device-real-clock.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { isRawPort, openRawPort } from './raw-port.ts'

// A named pipe is read as a MIDI port is: it waits until something comes.
test.runIf(process.platform !== 'win32')(
  'bytes come as they are written; its end is told; closing ends the reader',
  async () => {
    const path = scratchFolder().path('midi')
    execFileSync('mkfifo', [path])
    const heard: number[] = []
    let lost = 0
    const listener = {
      bytes: (bytes: Uint8Array) => void heard.push(...bytes),
      lost: () => void lost++,
    }
    const first = await openRawPort(path, realClock, listener)
    const pipe = openSync(path, 'w')
    writeSync(pipe, Uint8Array.of(0x90, 60, 100))
    await until(() => heard.length === 3, 'the note')
    expect(heard).toEqual([0x90, 60, 100])
    await first.close()
    expect(lost).toBe(0)
  },
)

test('a port that is not there says so, and only those of ALSA are read so', async () => {
  await expect(
    openRawPort('/dev/snd/midiC99D9', realClock, { bytes: () => {}, lost: () => {} }),
  ).rejects.toMatchObject({ code: 'port-missing' })
  expect([isRawPort('/dev/snd/midiC1D0'), isRawPort('/dev/ttyUSB0')]).toEqual([true, false])
})
