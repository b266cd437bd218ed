import { expect, onTestFinished, test } from 'vitest'
import { edfHeader, int16Samples } from '../../../test/edf-builder.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import type { ReviewPage, ReviewPageQuery, ReviewView } from '../../contract/index.ts'
import { RecordingReview } from './recording-review.ts'
import { ReviewDesk } from './review-desk.ts'

const rateHz = 250
const seconds = 60
const allOff: ReviewView = {
  montage: 'recorded',
  lowCutHz: null,
  highCutHz: null,
  notchHz: null,
  removeBlinks: false,
}

/** Two channels that share 20 µV at 10 Hz; the first has 40 µV of mains and 200 µV of offset. */
function hummingEdf(): Uint8Array {
  const header = edfHeader({
    records: seconds,
    seconds: 1,
    signals: ['Fp1', 'Fp2'].map((label) => ({ label, samples: rateHz })),
  })
  const records = Array.from({ length: seconds }, (_, s) =>
    [0, 1].map((channel) =>
      int16Samples(
        Array.from({ length: rateHz }, (_, i) => {
          const time = s + i / rateHz
          const shared = 20 * Math.sin(2 * Math.PI * 10 * time)
          const own = channel === 0 ? 200 + 40 * Math.sin(2 * Math.PI * 50 * time) : 0
          return Math.round(shared + own)
        }),
      ),
    ),
  )
  return new Uint8Array(Buffer.concat([header, ...records.flat()]))
}

/** Highest and lowest of a channel over the page. */
function extent({ values, points }: ReviewPage, channel: number, channels: number) {
  const numbers = new Float32Array(new Uint8Array(Buffer.from(values, 'base64')).buffer)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let p = 0; p < points; p++) {
    low = Math.min(low, numbers[2 * (p * channels + channel)]!)
    high = Math.max(high, numbers[2 * (p * channels + channel) + 1]!)
  }
  return [low, high] as const
}

function opened() {
  const folder = scratchFolder()
  const path = folder.write('hum.edf', hummingEdf())
  const review = new RecordingReview({ path, folder: folder.path('overviews') })
  onTestFinished(() => review.close())
  const page = (view: ReviewView | null, more: Partial<ReviewPageQuery> = {}) =>
    review.page({
      ...{ review: 'r', stream: 'edf', channels: [0, 1], from: 30, to: 34, columns: 400 },
      view,
      ...more,
    })
  return { review, page, path, folder }
}

test('a page is what is in the file, or that through the filters and montage of the view', async () => {
  const { page } = opened()
  const plain = await page(allOff)
  expect(plain.filtered).toBe(false)
  expect(extent(plain, 0, 2)[0]).toBeCloseTo(140, -1)
  expect(extent(plain, 0, 2)[1]).toBeCloseTo(260, -1)
  const filtered = await page({ ...allOff, lowCutHz: 0.5, notchHz: 50 })
  expect(filtered.filtered).toBe(true)
  for (const channel of [0, 1]) {
    const [low, high] = extent(filtered, channel, 2)
    expect(low).toBeGreaterThan(-24)
    expect(low).toBeLessThan(-17)
    expect(high).toBeLessThan(24)
    expect(high).toBeGreaterThan(17)
  }
  // Against their average both have half of what one has alone, and nothing of what they share.
  const average = await page({ ...allOff, montage: 'average', lowCutHz: 0.5 })
  expect(extent(average, 1, 2)[1]).toBeCloseTo(20, -1)
})

test('one channel of a filtered page is the same as among all', async () => {
  const { page } = opened()
  const view = { ...allOff, lowCutHz: 1, highCutHz: 40 }
  const both = await page(view)
  const second = await page(view, { channels: [1] })
  expect(extent(second, 0, 1)).toEqual(extent(both, 1, 2))
})

test('a montage that the channels cannot have is refused with its reason', async () => {
  const { page } = opened()
  await expect(page({ ...allOff, montage: 'linked-ears' })).rejects.toMatchObject({
    code: 'graph-invalid',
  })
  await expect(page(null, { stream: 'none' })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(page(null, { channels: [7] })).rejects.toMatchObject({ code: 'bad-option' })
})

test('the thread describes, builds and ends; what is closed is told to be', async () => {
  const folder = scratchFolder()
  folder.write('hum.edf', hummingEdf())
  const desk = new ReviewDesk(folder.path('.'))
  onTestFinished(() => desk.end())
  const review = desk.open('hum.edf')
  const { streams, from, to } = await desk.ask(review, 'describe', {})
  expect([streams[0]!.samples, from]).toEqual([seconds * rateHz, 0])
  expect(to).toBeCloseTo(seconds - 1 / rateHz)
  await expect
    .poll(async () => (await desk.ask(review, 'progress', {})).state, { timeout: 20_000 })
    .toBe('ready')
  const missing = desk.open('nothing.edf')
  await expect(desk.ask(missing, 'describe', {})).rejects.toMatchObject({ code: 'file-missing' })
  desk.close(review)
  await expect(desk.ask(review, 'progress', {})).rejects.toMatchObject({ code: 'not-ready' })
})
