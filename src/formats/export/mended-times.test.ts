/** A stamp that is wrong costs the export nothing but that stamp, and is told. */
import { describe, expect, it } from 'vitest'
import { MemoryFolder } from '../../../test/format-folder.ts'
import { readAll } from '../../../test/read-all.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { XdfBuilder } from '../../../test/xdf-builder.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'
import { verifyRecording } from '../verify.ts'
import { exportRecording } from './export.ts'

const open = (bytes: Uint8Array) => openRecording(memorySource(bytes), 'in.xdf')

async function copied(recording: Recording) {
  const folder = new MemoryFolder()
  const result = await exportRecording(recording, { format: 'xdf', path: 'out.xdf' }, folder)
  return { result, copy: await open(folder.bytes('out.xdf')) }
}

async function expectSound(copy: Recording, samples: number): Promise<void> {
  const found = await verifyRecording(copy)
  expect(found.problems).toEqual([])
  expect(found.framesRead).toBe(samples)
}

/** Places of the first row's stamp in every samples chunk of the recording. */
async function stampPlaces(bytes: Uint8Array): Promise<number[]> {
  const places: number[] = []
  const recording = await open(bytes)
  for await (const item of recording.read()) {
    if (item.kind === 'chunk') places.push(item.place!.offset + 1)
  }
  return places
}

describe('a recording of ours with a bit that flipped in a stamp', () => {
  it('is copied whole, with that stamp between its neighbours', async () => {
    const sound = await soundRecording()
    const places = await stampPlaces(sound)
    const original = await readAll(await open(sound))
    const next = random(11)
    for (let run = 0; run < 60; run++) {
      const bytes = sound.slice()
      const row = Math.floor(next() * places.length)
      const bit = 20 + Math.floor(next() * 44)
      bytes[places[row]! + (bit >> 3)]! ^= 1 << (bit & 7)
      const recording = await open(bytes)
      const { copy } = await copied(recording)
      await expectSound(copy, recording.ledger.received)
      const again = await readAll(copy)
      for (const [id, { time }] of original) {
        const worst = again.get(id)!.time.reduce((most, t, i) => {
          return Math.max(most, Math.abs(t - time[i]!))
        }, 0)
        expect(worst).toBeLessThan(0.5)
      }
    }
  })

  it('says how many were mended', async () => {
    const bytes = await soundRecording()
    const places = await stampPlaces(bytes)
    // The highest bit of the exponent but one: far in the past.
    bytes[places[40]! + 7]! ^= 0x20
    const recording = await open(bytes)
    expect(recording.problems.map(({ code }) => code)).toEqual(['time-reversed'])
    const { result } = await copied(recording)
    expect(result.losses.find(({ kind }) => kind === 'times')).toMatchObject({ count: 1 })
  })
})

describe('streams of other programs', () => {
  const desc = '<synchronization><can_drop_samples>true</can_drop_samples></synchronization>'
  const stream = (rateHz: number, stamps: readonly number[]) =>
    new XdfBuilder()
      .fileHeader()
      .stream(1, { format: 'int16', rateHz, desc })
      .samples(
        1,
        'int16',
        stamps.map((stamp, i) => ({ stamp, values: [i] })),
      ).bytes

  it.each([
    ['one far ahead', [1, 1.01, 4, 1.03, 1.04]],
    ['one far behind', [1, 1.01, -3, 1.03, 1.04]],
    ['the first ahead', [4, 1.01, 1.02, 1.03, 1.04]],
    ['the last ahead', [1, 1.01, 1.02, 1.03, 1e187]],
    ['two behind', [1, 1.01, 0, 0.5, 1.04]],
  ])('a regular one, %s: all others keep their stamps', async (_, stamps) => {
    const { copy, result } = await copied(await open(stream(100, stamps)))
    await expectSound(copy, 5)
    const { time } = [...(await readAll(copy)).values()][0]!
    for (const [i, t] of time.entries()) expect(Math.abs(t - (1 + i / 100))).toBeLessThan(0.02)
    expect(result.losses.some(({ kind, subject }) => kind === 'times' && subject !== 'start')).toBe(
      true,
    )
  })

  it('an irregular one may have several samples of one moment', async () => {
    const recording = await open(stream(0, [1, 2, 2, 2, 7]))
    expect((await verifyRecording(recording)).sound).toBe(true)
    const { copy } = await copied(recording)
    await expectSound(copy, 5)
    expect([...(await readAll(copy)).values()][0]!.time).toEqual([1, 2, 2, 2, 7])
  })
})
