import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelSurvey } from './channel-survey.ts'
import { type DigitalScale, RecordEncoder } from './record-encoder.ts'
import { RecordFrames } from './record-frames.ts'
import { columnsOfFrames, splitBytes } from './stored-values.ts'

type Native = Int16Array | Int32Array | Float32Array | Float64Array

const natives = [Int16Array, Int32Array, Float32Array, Float64Array] as const
const native = fc.constantFrom(...natives)
const size = fc.integer({ min: 1, max: 40 })

/** Reproducible values: of either sign, whole and not, and some that are no numbers. */
function filled<S extends Native>(values: S, seed: number): S {
  let x = seed | 1
  for (let i = 0; i < values.length; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0][x & 15]
    values[i] = odd ?? (x & 16 ? x >> 18 : x / 65_536)
  }
  return values
}

const shape = fc.record({ type: native, channels: size, frames: size, seed: fc.integer() })

describe('the order of samples', () => {
  it('columns of frames are what a loop over both gives, whatever the stride', () => {
    const wanted = fc.property(
      shape,
      size,
      size,
      ({ type, channels, frames, seed }, pad, first) => {
        const stride = channels + pad - 1
        const data = filled(new type(stride * (first + frames)), seed)
        const columns = Array.from({ length: channels }, () => new type(frames + pad))
        columnsOfFrames<Native>(data, stride, first, frames, columns, pad)
        for (let f = 0; f < frames; f++) {
          for (let c = 0; c < channels; c++) {
            expect(columns[c]![pad + f]).toBe(data[(first + f) * stride + c])
          }
        }
      },
    )
    fc.assert(wanted)
  })
})

describe('records', () => {
  const width = fc.constantFrom(2 as const, 3 as const)

  it('turned give every value of 16 and 24 bits, from any frame on', () => {
    const wanted = fc.property(
      width,
      size,
      size,
      size,
      fc.integer(),
      (sampleBytes, channels, first, count, seed) => {
        const step = (first + count) * sampleBytes
        const records = new RecordFrames(sampleBytes, 7 + channels * step, [
          { channels: 1, maxFrames: 1 },
          { channels, maxFrames: count },
        ])
        const half = 2 ** (8 * sampleBytes - 1)
        let x = seed
        const values = Array.from({ length: channels * (first + count) }, (_, i) => {
          x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
          const value = [-half, half - 1, -1, 0][x & 31] ?? x >> (32 - 8 * sampleBytes)
          Buffer.from(records.bytes.buffer, records.bytes.byteOffset).writeIntLE(
            value,
            7 + i * sampleBytes,
            sampleBytes,
          )
          return value
        })
        records.turn(1, 7 + first * sampleBytes, step, count)
        const turned = records.frames(1)
        for (let f = 0; f < count; f++) {
          for (let c = 0; c < channels; c++) {
            expect(turned[f * channels + c]).toBe(values[c * (first + count) + first + f])
          }
        }
        records.release()
      },
    )
    fc.assert(wanted)
  })

  it('bytes split stand in planes', () => {
    const kind = fc.constantFrom(Int32Array, Float32Array, Float64Array)
    const wanted = fc.property(kind, fc.nat(70), fc.integer(), (type, length, seed) => {
      const values = filled(new type(length), seed)
      const bytes = new Uint8Array(values.buffer)
      const split = new Uint8Array(values.byteLength)
      splitBytes(values, split)
      const width = values.BYTES_PER_ELEMENT
      for (let i = 0; i < length; i++) {
        for (let k = 0; k < width; k++) {
          expect(split[k * length + i]).toBe(bytes[i * width + k])
        }
      }
    })
    fc.assert(wanted)
  })
})

describe('the survey', () => {
  it('finds what a loop over the values finds, over several chunks', () => {
    const wanted = fc.property(shape, size, ({ type, channels, frames, seed }, pad) => {
      const stride = channels + pad - 1
      const survey = new ChannelSurvey(channels)
      const chunks = [seed, seed + 1].map((each) => filled(new type(stride * frames), each))
      for (const data of chunks) survey.add(data, frames, stride)
      for (let c = 0; c < channels; c++) {
        const all = chunks.flatMap((data) =>
          Array.from({ length: frames }, (_, f) => data[f * stride + c]!),
        )
        const finite = all.filter(Number.isFinite)
        expect(survey.lowest(c)).toBeCloseTo(Math.min(...finite), 12)
        expect(survey.highest(c)).toBeCloseTo(Math.max(...finite), 12)
        expect(survey.notFinite(c)).toBe(all.length - finite.length)
        expect(survey.isWhole(c)).toBe(finite.every((v) => v === Math.floor(v)))
      }
    })
    fc.assert(wanted)
  })
})

describe('the encoder', () => {
  const scaleOf = (seed: number): DigitalScale => ({
    scale: 0.1 + (seed & 7),
    offset: (seed & 63) - 31,
    zero: ((seed >> 3) & 31) - 15,
    step: 0.3 + ((seed >> 5) & 3),
    lowest: -(1 << (4 + (seed & 7))),
    highest: (1 << (4 + ((seed >> 2) & 7))) - 1,
    held: seed & 15,
  })

  it('gives what one value after the other gives, bit by bit, whatever the chunks', () => {
    const given = [shape, size, size, fc.constantFrom(2 as const, 3 as const)] as const
    const wanted = fc.property(...given, ({ type, channels, frames, seed }, from, pad, bytes) => {
      const stride = channels + pad - 1
      const scales = Array.from({ length: channels }, (_, c) => scaleOf(seed + 17 * c))
      const encoder = new RecordEncoder(scales, bytes, frames + 1)
      const data = filled(new type(stride * (from + frames)), seed)
      const cut = seed % 2 === 0 ? frames : frames >> 1
      encoder.encode(data, from, cut, stride, 0)
      encoder.encode(data, from + cut, frames - cut, stride, cut)
      encoder.hold(frames, frames + 1)
      const record = Buffer.from(encoder.record)
      for (let c = 0; c < channels; c++) {
        const { values, ...state } = encodedOneByOne(scales[c]!, (f) => {
          return f < frames ? data[(from + f) * stride + c] : undefined
        })
        const { held, worst, clipped, notFinite } = state
        const own = Array.from({ length: frames + 1 }, (_, f) =>
          record.readIntLE((c * (frames + 1) + f) * bytes, bytes),
        )
        expect(own).toEqual([...values, held])
        expect([encoder.clipped(c), encoder.notFinite(c)]).toEqual([clipped, notFinite])
        // Half a step is not told from a little less.
        const half = 0.5 * scales[c]!.step
        const isAlmostHalf = worst >= 0.998 * half && worst < half
        const told = encoder.worstError(c)
        if (!isAlmostHalf || told !== half) expect(told).toBe(worst)
      }
      encoder.release()
    })
    fc.assert(wanted)
  })

  it('finds the few values that are clipped or no numbers among many that are usual', () => {
    const channels = 6
    const frames = 300
    const scale = { scale: 1, offset: 0, zero: 0, step: 1, lowest: -9, highest: 9, held: 3 }
    const scales = Array.from({ length: channels }, () => scale)
    for (const type of natives) {
      const data = new type(channels * frames).map((_, i) => (i % 19) - 9)
      data[130 * channels + 1] = 12
      data[131 * channels + 5] = -11
      const isFloat = type === Float32Array || type === Float64Array
      if (isFloat) data[200 * channels + 2] = Number.NaN
      const encoder = new RecordEncoder(scales, 2, frames)
      encoder.encode(data, 0, frames, channels, 0)
      const counts = scales.map((_, c) => [encoder.clipped(c), encoder.notFinite(c)])
      const odd = isFloat ? 1 : 0
      expect(counts).toEqual([
        [0, 0],
        [1, 0],
        [0, odd],
        [0, 0],
        [0, 0],
        [1, 0],
      ])
      const values = new Int16Array(encoder.record.buffer, encoder.record.byteOffset)
      expect(values[1 * frames + 130]).toBe(9)
      expect(values[5 * frames + 131]).toBe(-9)
      if (isFloat) expect(values[2 * frames + 200]).toBe(values[2 * frames + 199])
    }
  })
})

/** To the nearest whole number, a half to the even one. */
function nearest(value: number): number {
  const shift = 1.5 * 2 ** 52
  return value + shift - shift
}

function encodedOneByOne(of: DigitalScale, sample: (frame: number) => number | undefined) {
  const state = { held: of.held, worst: 0, clipped: 0, notFinite: 0 }
  const gain = of.scale / of.step
  const bias = (of.offset - of.zero) / of.step
  const values: number[] = []
  for (let f = 0, raw = sample(0); raw !== undefined; f++, raw = sample(f)) {
    const exact = raw * gain + bias
    if (Number.isFinite(exact)) {
      const whole = nearest(exact)
      if (whole < of.lowest - 1 || whole > of.highest + 1) state.clipped += 1
      state.held = Math.min(of.highest, Math.max(of.lowest, whole)) + 0
      state.worst = Math.max(state.worst, Math.abs(exact - state.held))
    } else state.notFinite += 1
    values.push(state.held)
  }
  return { values, ...state, worst: state.worst * of.step }
}
