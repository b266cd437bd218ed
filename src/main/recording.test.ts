import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { openFileSource, openRecording, summarise } from '../formats/index.ts'
import { newRing, RingWriter } from '../ring/index.ts'
import {
  type ErrorNote,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import { RecordingControl } from './recording.ts'

const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}

/** The control with its real thread, under a clock of the test's, and one stream to record. */
function controlled() {
  const clock = new ManualClock()
  const scratch = scratchFolder()
  const troubles: ErrorNote[] = []
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const look of waiting) look()
  }
  const control = new RecordingControl(clock, {
    changed: tell,
    trouble: (_about, _level, note) => {
      troubles.push(note)
      tell()
    },
  })
  onTestFinished(() => control.end())
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const shape = {
    format: 'int32',
    channels: 1,
    capacityFrames: 8192,
    deviceTime: false,
    sequence: false,
  } as const
  const writer = new RingWriter(newRing(shape))
  const write = (frames: number) => {
    const chunk = newChunkBuffer({ format: 'int32', channels: 1, maxFrames: frames })
    chunk.firstSample = writer.expected
    chunk.frames = frames
    for (let f = 0; f < frames; f++) chunk.time[f] = 100 + (chunk.firstSample + f) / 250
    writer.write(chunk)
  }
  const mark = (label: string) =>
    control.marker({ time: clock.now(), label, durationSeconds: 0, source: 'test' })
  const received = () => control.current?.status.ledger.received ?? 0
  const markers = () => control.current?.status.markers ?? 0
  const kill = async () => {
    const before = troubles.length
    await control.thread!.terminate()
    await until(() => troubles.length > before)
  }
  const sources = [{ info: eeg, ring: writer.shared }]
  return {
    ...{ clock, control, kill, mark, markers, received, scratch, sources, troubles, until, write },
  }
}

async function summaryOf(path: string) {
  const recording = await openRecording(await openFileSource(path), path)
  const summary = summarise(recording)
  await recording.close()
  return summary
}

describe('one recording at a time', () => {
  test('begins at its first sample, and says in the end what is in the file', async () => {
    const { clock, control, received, mark, scratch, sources, until, write } = controlled()
    write(50) // before it began
    const path = scratch.path('rest.xdf')
    expect(await control.start(path, sources)).toBe(path)
    expect(control.current).toMatchObject({ path })
    write(100)
    mark('here')
    await until(() => received() === 100)
    clock.advance(3)
    const result = await control.stop()
    expect(result).toMatchObject({ path, seconds: 3 })
    expect(result.ledger).toEqual({ expected: 100, received: 100, lost: 0 })
    expect(control.current).toBeNull()
    const { streams, markers } = await summaryOf(path)
    expect(streams).toMatchObject([{ id: 'eeg', samples: 100 }])
    expect(markers.map(({ label }) => label)).toEqual(['here'])
  })

  test('a second one is refused while it runs; after it, another may follow', async () => {
    const { control, scratch, sources } = controlled()
    await control.start(scratch.path('one.xdf'), sources)
    expect(() => control.start(scratch.path('two.xdf'), sources)).toThrow(
      expect.objectContaining({ code: 'not-ready' }),
    )
    const stopping = control.stop()
    expect(() => control.stop()).toThrow(expect.objectContaining({ code: 'not-ready' }))
    await stopping
    await control.start(scratch.path('two.xdf'), sources)
    expect(await control.stop()).toMatchObject({ path: scratch.path('two.xdf') })
  })

  test('a file that cannot be made is refused, and leaves nothing running', async () => {
    const { control, scratch, sources, troubles } = controlled()
    const taken = scratch.write('taken.xdf', new Uint8Array(3))
    await expect(control.start(taken, sources)).rejects.toMatchObject({ code: 'file-exists' })
    const nowhere = scratch.path('no/folder.xdf')
    await expect(control.start(nowhere, sources)).rejects.toMatchObject({ code: 'file-missing' })
    expect(control.current).toBeNull()
    expect(troubles).toEqual([])
    expect(() => control.stop()).toThrow(expect.objectContaining({ code: 'not-ready' }))
    await control.start(scratch.path('free.xdf'), sources)
  })

  test('a device that is opened meanwhile is recorded from there on', async () => {
    const { control, received, scratch, sources, until, write } = controlled()
    const path = scratch.path('late.xdf')
    await control.start(path, [])
    control.add(sources[0]!)
    // It reads from where it stands when it has heard of the stream.
    await until(() => (control.current?.status.bytes ?? 0) > 0)
    while (received() === 0) {
      write(10)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { ledger } = await control.stop()
    expect(ledger.received).toBeGreaterThan(0)
    expect((await summaryOf(path)).streams).toMatchObject([{ id: 'eeg' }])
  })
})

describe('the thread dies', () => {
  test('and the next part has what the ring holds, and every marker of the last while', async () => {
    const { clock, control, kill, mark, markers, received, scratch, sources, until, write } =
      controlled()
    await control.start(scratch.path('parts.xdf'), sources)
    mark('long ago')
    clock.advance(30)
    write(100)
    mark('before')
    await until(() => received() === 100 && markers() === 2)
    await kill()
    mark('meanwhile')
    write(50)
    clock.advance(0)
    mark('after')
    await until(() => control.current?.path === scratch.path('parts_part-2.xdf'))
    await until(() => received() === 150 && markers() === 3)
    const paths = [scratch.path('parts.xdf'), scratch.path('parts_part-2.xdf')]
    expect(await control.stop()).toMatchObject({ path: paths[0], paths })
    const second = await summaryOf(paths[1]!)
    expect(second.ledger).toEqual({ expected: 150, received: 150, lost: 0 })
    expect(second.markers.map(({ label }) => label)).toEqual(['before', 'meanwhile', 'after'])
    const first = await summaryOf(scratch.path('parts.xdf'))
    expect(first.streams).toMatchObject([{ samples: 100 }])
    expect(first.markers.map(({ label }) => label)).toEqual(['long ago', 'before'])
  })

  test('again and again: each part has a name of its own', async () => {
    const { clock, control, kill, received, scratch, sources, until, write } = controlled()
    await control.start(scratch.path('parts.xdf'), sources)
    write(10)
    for (const part of [2, 3]) {
      await kill()
      clock.advance(20)
      await until(
        () => control.current?.path.includes(`part-${part}`) === true && received() === 10,
      )
    }
    const paths = ['parts.xdf', 'parts_part-2.xdf', 'parts_part-3.xdf'].map(scratch.path)
    expect(await control.stop()).toMatchObject({ path: paths[0], paths })
  })

  test('one that was named as a later part says nothing of files that were there before', async () => {
    const { control, scratch, sources } = controlled()
    const before = scratch.path('parts.xdf')
    const path = scratch.path('parts_part-5.xdf')
    writeFileSync(before, '')
    await control.start(path, sources)
    expect(await control.stop()).toMatchObject({ path, paths: [path] })
  })

  test('while it closes the file: that is said, and another recording may begin', async () => {
    const { clock, control, scratch, sources } = controlled()
    await control.start(scratch.path('one.xdf'), sources)
    const thread = control.thread!
    const ended = thread.terminate()
    const stopping = control.stop()
    const refused = expect(stopping).rejects.toMatchObject({ code: 'io-failed' })
    await ended
    clock.advance(1)
    await refused
    expect(control.current).toBeNull()
    await control.start(scratch.path('two.xdf'), sources)
  })
})

test('a file that is taken away is told of, and nothing that the rings hold is missing in the next', async () => {
  const { control, mark, markers, received, scratch, sources, troubles, until, write } =
    controlled()
  mkdirSync(scratch.path('r'))
  const path = scratch.path('r/rest.xdf')
  await control.start(path, sources)
  write(300)
  mark('before')
  await until(() => received() === 300 && markers() === 1)
  rmSync(scratch.path('r'), { recursive: true })
  await until(() => troubles.length > 0)
  write(200)
  await until(() => received() === 500)
  const next = scratch.path('r/rest_part-2.xdf')
  expect(troubles).toMatchObject([{ code: 'file-missing' }])
  expect(troubles[0]!.message).toContain(`it goes on in ${next}`)
  expect(await control.stop()).toMatchObject({ path: next, paths: [next] })
  const { ledger, markers: kept } = await summaryOf(next)
  expect(ledger).toEqual({ expected: 500, received: 500, lost: 0 })
  expect(kept.map(({ label }) => label)).toEqual(['before'])
})

test('a name that no disk takes is refused, and the thread is none the worse for it', async () => {
  const { control, scratch, sources } = controlled()
  const long = scratch.path(`${'x'.repeat(300)}.xdf`)
  await expect(control.start(long, sources)).rejects.toThrow('creating')
  await control.start(scratch.path('short.xdf'), sources)
})
