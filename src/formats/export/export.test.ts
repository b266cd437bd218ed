import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { exportModel, recordingOf, sentSignal } from '../../../test/format-model.ts'
import { readAll } from '../../../test/read-all.ts'
import { type RecordingModel, recordingModel } from '../../../test/recording-model.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { type Gap, SynapseError } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'
import { verifyRecording } from '../verify.ts'
import { type ExportFormat, exportFormats, exportRecording } from './export.ts'

async function exported(recording: Recording, format: ExportFormat, path = 'out') {
  const folder = new MemoryFolder()
  const result = await exportRecording(recording, { format, path }, folder)
  return { folder, result }
}

const reopened = (folder: MemoryFolder, path = 'out') =>
  openRecording(memorySource(folder.bytes(path)), path)

describe('EDF+D and BDF+D, read again by our own reader', () => {
  it.each(['edf', 'bdf'] as const)(
    '%s: every sample at its time, gaps kept apart',
    async (format) => {
      const wanted = fc.asyncProperty(exportModel(1), async (model) => {
        const { folder } = await exported(await recordingOf(model), format)
        const again = await reopened(folder)
        const found = await verifyRecording(again)
        // A label that is written twice gets a number, and that is all that may be noted.
        expect(found.problems).toEqual([])
        const { info } = model.streams[0]!
        const content = [...(await readAll(again)).values()][0]!
        const read = again.streams[0]!.info
        const sent = sentSignal(model.streams[0]!)
        const start = content.time[0]!
        const rowAt = new Map(
          content.time.map((time, row) => [Math.round((time - start) * info.nominalRateHz), row]),
        )
        for (const [i, { scale, offset, unit }] of read.channels.entries()) {
          const power = Number(/^10\^(-?\d+)/.exec(unit)?.[1] ?? 0)
          const factor = info.channels[i]!.unit === 'V' && unit === 'uV' ? 1e6 : 10 ** -power
          for (const [k, position] of sent.positions.entries()) {
            const row = content.rows[rowAt.get(position) ?? -1]
            if (!row) expect.fail(`sample ${position} is not in the file`)
            const off = row[i]! * scale + offset - sent.columns[i]![k]! * factor
            if (Math.abs(off) > scale * 1.001) expect.fail(`sample ${position} is ${off} off`)
          }
        }
        // No record stands where there was nothing at all.
        const filled = content.rows.length - sent.positions.length
        const gaps = model.streams[0]!.steps.filter(({ kind }) => kind === 'gap').length
        const record = Math.max(1, 10 * info.nominalRateHz)
        expect(filled).toBeLessThanOrEqual((gaps + 1) * record)
      })
      await fc.assert(wanted, { numRuns: 40 })
    },
  )
})

/** A gap before the first sample has no time of its own, only one at which it was told. */
function timed(contents: Awaited<ReturnType<typeof readAll>>) {
  return [...contents].map(([id, { gaps, indices, ...content }]) => {
    const hasTime = ({ atSample }: Gap) => indices.length > 0 && atSample > indices[0]!
    const plain = gaps.map((gap) => (hasTime(gap) ? gap : { ...gap, startTime: 0 }))
    return { id, ...content, indices, gaps: plain }
  })
}

describe('any recording at all', () => {
  it('is exported in every format, or refused with a code; nothing half-done stays', async () => {
    const wanted = fc.asyncProperty(
      recordingModel,
      fc.constantFrom(...exportFormats),
      async (model, format) => {
        const folder = new MemoryFolder()
        const recording = await recordingOf(model)
        try {
          const result = await exportRecording(recording, { format, path: 'x.y' }, folder)
          expect(result.files.map(({ path }) => path)).toEqual([...folder.files.keys()])
          for (const { path, bytes } of result.files) {
            expect(folder.bytes(path).length).toBe(bytes)
            expect(folder.files.get(path)).toMatchObject({
              closed: true,
              synced: expect.any(Number),
            })
          }
          if (/^(xdf|edf|bdf)/.test(format)) {
            // The checksums stand beside.
            await verifyRecording(await reopened(folder, 'x.y'))
          }
        } catch (cause) {
          if (!(cause instanceof SynapseError)) throw cause
          expect(cause.code).toMatch(/^(bad-option|file-damaged)$/)
          expect(folder.files.size).toBe(0)
        }
      },
    )
    await fc.assert(wanted, { numRuns: 150 })
  })

  it('as XDF is what it was: samples, indices, gaps, markers and raw times', async () => {
    const wanted = fc.asyncProperty(recordingModel, async (model: RecordingModel) => {
      const recording = await recordingOf(model)
      if (recording.markers.length === 0 && recording.streams.every((s) => s.samples === 0)) return
      const { folder, result } = await exported(recording, 'xdf')
      expect(result.losses).toEqual([])
      expect(result.advice).toBe('')
      const again = await reopened(folder)
      expect(again.problems).toEqual([])
      expect(again.startedAt).toEqual(recording.startedAt)
      expect(again.markers).toEqual(recording.markers)
      expect(again.ledger).toEqual(recording.ledger)
      expect(again.streams.map(({ info }) => info)).toEqual(
        recording.streams.map(({ info }) => info),
      )
      expect(timed(await readAll(again))).toEqual(timed(await readAll(recording)))
    })
    await fc.assert(wanted, { numRuns: 60 })
  })
})

describe('what kill -9 leaves behind', () => {
  it('cut anywhere: what can be read is written into a sound file, to the last sample', async () => {
    const sound = await soundRecording()
    const next = random(11)
    let refused = 0
    for (let run = 0; run < 60; run++) {
      const bytes = sound.subarray(0, Math.floor(next() * sound.length))
      const torn = await openRecording(memorySource(bytes), 'torn.xdf').catch((cause) => {
        expect(cause).toMatchObject({ code: expect.stringMatching(/^file-/) })
        return undefined
      })
      const isEmpty =
        torn?.markers.length === 0 && torn.streams.every(({ samples }) => samples === 0)
      if (!torn || isEmpty) {
        refused += 1
        continue
      }
      const { folder } = await exported(torn, 'xdf')
      const again = await reopened(folder)
      expect((await verifyRecording(again)).sound).toBe(true)
      expect(await readAll(again)).toEqual(await readAll(torn))
    }
    expect(refused).toBeLessThan(10)
  })
})

describe('a disk that is full', () => {
  it.each(exportFormats)(
    '%s: at any operation: the code is told, and no file stays',
    async (format) => {
      const sound = await soundRecording()
      const recording = await openRecording(memorySource(sound), 'sound.xdf')
      const whole = new MemoryFolder()
      await exportRecording(recording, { format, path: 'out.x' }, whole)
      expect(whole.count).toBeGreaterThan(3)
      for (let failAt = 1; failAt <= whole.count; failAt++) {
        const folder = new MemoryFolder()
        folder.failAt = failAt
        const attempt = exportRecording(recording, { format, path: 'out.x' }, folder)
        await expect(attempt).rejects.toMatchObject({ code: 'disk-full' })
        expect([...folder.files.keys()]).toEqual([])
      }
    },
  )

  it('a file that cannot be removed is named', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const folder = new MemoryFolder()
    folder.failAt = 3
    folder.isStuck = true
    const attempt = exportRecording(recording, { format: 'csv', path: 'out.csv' }, folder)
    await expect(attempt).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('not whole, and not removed: out.csv'),
    })
  })

  it('a file that exists is left as it is', async () => {
    const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
    const folder = new MemoryFolder()
    const other = folder.create('out_acc.csv')
    other.write(new Uint8Array([1, 2, 3]))
    const attempt = exportRecording(recording, { format: 'csv', path: 'out.csv' }, folder)
    await expect(attempt).rejects.toMatchObject({ code: 'file-exists' })
    expect([...folder.files.keys()]).toEqual(['out_acc.csv'])
    expect(folder.bytes('out_acc.csv')).toEqual(new Uint8Array([1, 2, 3]))
  })
})

it('a stream that there is not is refused, naming those that there are', async () => {
  const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
  const options = { format: 'csv', path: 'out.csv', streams: ['emg'] } as const
  await expect(exportRecording(recording, options, new MemoryFolder())).rejects.toMatchObject({
    code: 'bad-option',
    remedy: expect.stringContaining('eeg, acc'),
  })
})

it('only the stream that is asked for', async () => {
  const recording = await openRecording(memorySource(await soundRecording()), 'sound.xdf')
  const folder = new MemoryFolder()
  const options = { format: 'csv', path: 'out.csv', streams: ['acc'] } as const
  const { samples } = await exportRecording(recording, options, folder)
  expect(samples).toBe(recording.streams[1]!.samples)
  expect(folder.text('out.csv')).toMatch(/^sample_index,time \[s\],.*c2 \[uV\]\r\n0,100,/)
})
