import { describe, expect, it } from 'vitest'
import { boundaryUuid, XdfBuilder } from '../../../test/xdf-builder.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'

const open = (bytes: Uint8Array) => openRecording(memorySource(bytes), 'damaged.xdf')
const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

describe('a header that lies about its size costs nothing', () => {
  const header = (channels: string, format = 'int16') =>
    new XdfBuilder()
      .fileHeader()
      .streamHeader(
        1,
        `<info><name>a</name><channel_count>${channels}</channel_count>` +
          `<nominal_srate>1</nominal_srate><channel_format>${format}</channel_format></info>`,
      )

  it.each(['1000000000', '-1', '1e300', 'NaN', '', '1.5'])(
    'a channel count of "%s" is refused before anything is allocated',
    async (count) => {
      await expect(open(header(count).bytes)).rejects.toMatchObject({ code: 'file-damaged' })
    },
  )

  it('an unknown format is refused, with its name', async () => {
    await expect(open(header('1', 'float16').bytes)).rejects.toThrow(/float16/)
  })

  it.each([
    ['2^63', [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ['2^64 - 1', Array<number>(8).fill(0xff)],
  ])('a chunk length of %s', async (_, length) => {
    const file = new XdfBuilder().fileHeader().stream(1, { format: 'int16', rateHz: 10 })
    file.raw([8, ...length, 3, 0, 1, 0, 0, 0, 8, ...length])
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['truncated'])
  })

  it('XML a million elements deep', async () => {
    const deep = '<a>'.repeat(1_000_000)
    const file = new XdfBuilder().fileHeader(`<info>${deep}</info>`).stream(1, { format: 'int16' })
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['bad-header'])
    expect(recording.streams).toHaveLength(1)
  })

  it('entities that would multiply are not followed', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "ha">]>'
    const file = new XdfBuilder().fileHeader(`${bomb}<info><version>&b;</version></info>`)
    expect(codes(await open(file.stream(1, { format: 'int16' }).bytes))).toEqual(['bad-header'])
  })

  it('nothing but the magic, or an empty file', async () => {
    await expect(open(new TextEncoder().encode('XDF:'))).rejects.toMatchObject({
      code: 'file-damaged',
    })
    await expect(open(new Uint8Array(0))).rejects.toMatchObject({ code: 'file-unreadable' })
    const uuidOnly = new Uint8Array([0x58, 0x44, 0x46, 0x3a, ...boundaryUuid])
    await expect(open(uuidOnly)).rejects.toMatchObject({ code: 'file-damaged' })
  })
})
