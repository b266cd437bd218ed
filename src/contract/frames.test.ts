import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Chunk, newChunkBuffer, SynapseError } from '../signal/index.ts'
import { decodeFrames, encodeFrames, frameBytes, maxFrameBytes } from './index.ts'

const frames = fc
  .record({
    number: fc.nat(0xffff_ffff),
    firstSample: fc.maxSafeNat(),
    frames: fc.integer({ min: 0, max: 40 }),
    channels: fc.integer({ min: 1, max: 20 }),
    padding: fc.nat(3),
  })
  .chain((shape) => {
    const count = shape.frames * (shape.channels + shape.padding)
    return fc.record({
      shape: fc.constant(shape),
      time: fc.array(fc.double(), { minLength: shape.frames, maxLength: shape.frames }),
      values: fc.array(fc.float(), { minLength: count, maxLength: count }),
    })
  })

function chunkOf({ shape, time, values }: typeof frames extends fc.Arbitrary<infer T> ? T : never) {
  const { channels, padding } = shape
  const stride = channels + padding
  const chunk = newChunkBuffer({ format: 'float32', channels, stride, maxFrames: 40 })
  chunk.firstSample = shape.firstSample
  chunk.frames = shape.frames
  chunk.time.set(time)
  chunk.data.set(values)
  return chunk
}

/** Frames of 3 channels, 5 of them. */
function message(): Uint8Array<ArrayBuffer> {
  const chunk = newChunkBuffer({ format: 'float32', channels: 3, maxFrames: 5 })
  chunk.frames = 5
  for (let i = 0; i < 15; i++) chunk.data[i] = i
  return encodeFrames(7, chunk, 3)
}

const badMessage = expect.objectContaining({ code: 'bad-message' })

test('frames come back as they went, without the padding, from any place in a buffer', () => {
  fc.assert(
    fc.property(frames, fc.nat(15), (model, offset) => {
      const chunk: Chunk = chunkOf(model)
      const { shape, time, values } = model
      const bytes = encodeFrames(shape.number, chunk, shape.channels)
      expect(bytes.byteLength).toBe(frameBytes(shape.frames, shape.channels))
      const buffer = new Uint8Array(offset + bytes.length + 3)
      buffer.set(bytes, offset)
      const decoded = decodeFrames(buffer.subarray(offset, offset + bytes.length))
      expect(decoded).toMatchObject({
        number: shape.number,
        firstSample: shape.firstSample,
        frames: shape.frames,
        channels: shape.channels,
      })
      const stride = shape.channels + shape.padding
      const sent = values.filter((_, i) => i % stride < shape.channels)
      expect([...decoded.time]).toEqual(time)
      expect([...decoded.values]).toEqual(sent)
    }),
    { numRuns: 200, seed: 20_261_121 },
  )
})

describe('what is no whole message of frames is refused', () => {
  test('one that is cut anywhere', () => {
    const whole = message()
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeFrames(whole.subarray(0, length))).toThrow(badMessage)
    }
  })

  test('one that goes on', () => {
    const longer = new Uint8Array(message().length + 4)
    longer.set(message())
    expect(() => decodeFrames(longer)).toThrow(badMessage)
  })

  test('one that is longer than any honest one', () => {
    const frames = maxFrameBytes / 8
    const bytes = new Uint8Array(frameBytes(frames, 0))
    new DataView(bytes.buffer).setUint32(4, frames, true)
    expect(() => decodeFrames(bytes)).toThrow(badMessage)
  })

  test.each([
    ['more frames', 4, 6],
    ['fewer frames', 4, 4],
    ['more channels', 8, 4],
    ['no channels', 8, 0],
    ['four billion frames', 4, 0xffff_ffff],
    ['four billion channels', 8, 0xffff_ffff],
  ])('one whose head promises %s', (_what, at, count) => {
    const bytes = message()
    new DataView(bytes.buffer).setUint32(at, count, true)
    expect(() => decodeFrames(bytes)).toThrow(badMessage)
  })

  test('any bytes at all: read, or refused with a code', () => {
    const head = fc.uint8Array({ minLength: 0, maxLength: 24 })
    const small = fc.tuple(fc.nat(4), fc.nat(4), fc.uint8Array({ maxLength: 120 }))
    const lying = small.map(([count, channels, rest]) => {
      const bytes = new Uint8Array(24 + rest.length)
      new DataView(bytes.buffer).setUint32(4, count, true)
      new DataView(bytes.buffer).setUint32(8, channels, true)
      bytes.set(rest, 24)
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(head, fc.uint8Array({ maxLength: 300 }), lying), (bytes) => {
        try {
          const { frames, channels, time, values } = decodeFrames(bytes)
          expect(time.length).toBe(frames)
          expect(values.length).toBe(frames * channels)
        } catch (error) {
          expect(error).toBeInstanceOf(SynapseError)
          expect(error).toEqual(badMessage)
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})
