import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelSurvey } from './channel-survey.ts'
import { DigitalEncoder, type DigitalScale } from './digital-encoder.ts'
import {
  columnsOfFrames,
  framesOfColumns,
  framesOfRecord,
  joinBytes,
  packDigital,
  splitBytes,
} from './stored-values.ts'

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

  it('frames of columns are what they came from', () => {
    const wanted = fc.property(shape, size, ({ type, channels, frames, seed }, first) => {
      const columns = Array.from({ length: channels }, (_, c) =>
        filled(new type(first + frames), seed + c),
      )
      const out = new type(channels * frames)
      framesOfColumns<Native>(columns, first, frames, out)
      for (let f = 0; f < frames; f++) {
        for (let c = 0; c < channels; c++) {
          expect(out[f * channels + c]).toBe(columns[c]![first + f])
        }
      }
    })
    fc.assert(wanted)
  })
})

describe('records', () => {
  const width = fc.constantFrom(2 as const, 3 as const)

  it('packed and read again give every value of 16 and 24 bits, from any frame on', () => {
    const wanted = fc.property(
      width,
      size,
      size,
      size,
      fc.integer(),
      (sampleBytes, channels, first, frames, seed) => {
        const samplesPerChannel = first + frames
        const half = 2 ** (8 * sampleBytes - 1)
        const digital = new Int32Array(channels * samplesPerChannel)
        let x = seed
        for (let i = 0; i < digital.length; i++) {
          x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
          digital[i] = [-half, half - 1, -1, 0][x & 31] ?? x >> (32 - 8 * sampleBytes)
        }
        const bytes = new Uint8Array(digital.length * sampleBytes)
        packDigital(digital, sampleBytes, bytes)
        for (const [i, value] of digital.entries()) {
          const at = i * sampleBytes
          const plain = Buffer.from(bytes.buffer).readIntLE(at, sampleBytes)
          if (plain !== value) expect(plain, `value ${i}`).toBe(value)
        }
        const out = new (sampleBytes === 2 ? Int16Array : Int32Array)(channels * frames)
        const record = new Uint8Array(7 + bytes.length)
        record.set(bytes, 7)
        const layout = { sampleBytes, channels, samplesPerChannel }
        framesOfRecord(record, 7, layout, first, frames, out)
        for (let f = 0; f < frames; f++) {
          for (let c = 0; c < channels; c++) {
            expect(out[f * channels + c]).toBe(digital[c * samplesPerChannel + first + f])
          }
        }
      },
    )
    fc.assert(wanted)
  })

  it('bytes split stand in planes, and come back joined', () => {
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
      const again = new type(length)
      joinBytes(split, again)
      expect(new Uint8Array(again.buffer)).toEqual(bytes)
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
        expect(survey.fractions(c)).toBe(finite.filter((v) => v !== Math.floor(v)).length)
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
    const wanted = fc.property(shape, size, size, (given, from, pad) => {
      const { type, channels, frames, seed } = given
      const stride = channels + pad - 1
      const scales = Array.from({ length: channels }, (_, c) => scaleOf(seed + 17 * c))
      const encoder = new DigitalEncoder(scales)
      const data = filled(new type(stride * (from + frames)), seed)
      const out = new Int32Array((frames + 1) * channels)
      const cut = seed % 2 === 0 ? frames : frames >> 1
      encoder.encode(data, from, cut, stride, out, 0, frames + 1)
      encoder.encode(data, from + cut, frames - cut, stride, out, cut, frames + 1)
      for (let c = 0; c < channels; c++) {
        const { values, ...state } = encodedOneByOne(scales[c]!, (f) => {
          return f < frames ? data[(from + f) * stride + c] : undefined
        })
        const own = out.subarray(c * (frames + 1), c * (frames + 1) + frames)
        expect([...own]).toEqual(values)
        expect({
          held: encoder.held(c),
          worst: encoder.worstError(c),
          clipped: encoder.clipped(c),
          notFinite: encoder.notFinite(c),
        }).toEqual(state)
      }
    })
    fc.assert(wanted)
  })
})

function encodedOneByOne(of: DigitalScale, sample: (frame: number) => number | undefined) {
  const state = { held: of.held, worst: 0, clipped: 0, notFinite: 0 }
  const values: number[] = []
  for (let f = 0, raw = sample(0); raw !== undefined; f++, raw = sample(f)) {
    const value = raw * of.scale + of.offset
    if (Number.isFinite(value)) {
      const exact = Math.floor((value - of.zero) * (1 / of.step) + 0.5)
      if (exact < of.lowest - 1 || exact > of.highest + 1) state.clipped += 1
      state.held = Math.min(of.highest, Math.max(of.lowest, exact))
      state.worst = Math.max(state.worst, Math.abs(value - (of.zero + state.held * of.step)))
    } else state.notFinite += 1
    values.push(state.held + 0)
  }
  return { values, ...state }
}
