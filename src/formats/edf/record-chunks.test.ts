import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationBytes, edfHeader } from '../../../test/edf-builder.ts'
import { type ByteSource, memorySource } from '../io.ts'
import { openRecording } from '../open.ts'

/** Fills what it is lent, as a file does, and has every nth time nothing at once. */
function fillingSource(bytes: Uint8Array, everyNth: number): ByteSource {
  let calls = 0
  const fill = (offset: number, length: number, into: Uint8Array = new Uint8Array(length)) => {
    const part = bytes.subarray(offset, offset + length)
    into.set(part)
    return into.subarray(0, part.length)
  }
  const readNow = (offset: number, length: number, into: Uint8Array) => {
    calls += 1
    return calls % everyNth === 0 ? undefined : fill(offset, length, into)
  }
  return {
    size: bytes.length,
    read: async (offset, length, into) => fill(offset, length, into),
    ...(everyNth > 0 ? { readNow } : {}),
    close: async () => {},
  }
}

interface Shape {
  readonly kind: 'edf' | 'bdf'
  readonly records: number
  /** Samples per record of every signal; annotations stand behind the signal of that number. */
  readonly samples: readonly number[]
  readonly annotationsBehind: number
  readonly seed: number
}

/** Reproducible samples, and the value of each by signal, record and place. */
function built({ kind, records, samples, annotationsBehind, seed }: Shape) {
  const size = kind === 'edf' ? 2 : 3
  const signals: { label: string; samples: number }[] = samples.map((count, i) => {
    return { label: `E${i + 1}`, samples: count }
  })
  const annotations = { label: `${kind.toUpperCase()} Annotations`, samples: 12 }
  signals.splice(annotationsBehind, 0, annotations)
  let x = seed | 1
  const values = new Map<string, number[]>(samples.map((_, i) => [`E${i + 1}`, []]))
  const parts: Uint8Array[] = [edfHeader({ kind, reserved: 'EDF+C', records, seconds: 1, signals })]
  for (let record = 0; record < records; record++) {
    for (const { label, samples: count } of signals) {
      if (label === annotations.label) {
        const text = `note ${record}`
        const lists = [`+${record}\x14\x14`, `+${record}\x14${text}\x14`]
        parts.push(annotationBytes(lists, size * count))
        continue
      }
      const bytes = Buffer.alloc(size * count)
      const own = values.get(label)!
      for (let i = 0; i < count; i++) {
        x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
        own.push(x >> (32 - 8 * size))
        bytes.writeIntLE(own.at(-1)!, size * i, size)
      }
      parts.push(bytes)
    }
  }
  return { bytes: new Uint8Array(Buffer.concat(parts)), values }
}

async function valuesOf(source: ByteSource) {
  const recording = await openRecording(source, 'built.edf')
  const values = new Map<string, number[]>()
  const times = new Map<string, number[]>()
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk') continue
    const { info } = recording.streams.find((stream) => stream.info.id === item.stream)!
    const { data, stride, frames, time } = item.chunk
    const own = times.get(info.id) ?? []
    times.set(info.id, own)
    for (let f = 0; f < frames; f++) {
      own.push(time[f]!)
      for (const [c, { label }] of info.channels.entries()) {
        const list = values.get(label) ?? []
        values.set(label, list)
        list.push(data[f * stride + c]!)
      }
    }
  }
  await recording.close()
  return { values, times, markers: recording.markers.map(({ label }) => label) }
}

describe('records, however their bytes come', () => {
  const count = fc.constantFrom(1, 2, 3, 7, 50)

  it('give the samples of every signal, at any rates and in any order of them', async () => {
    const shape = fc.record({
      kind: fc.constantFrom('edf' as const, 'bdf' as const),
      records: fc.integer({ min: 1, max: 12 }),
      samples: fc.array(count, { minLength: 1, maxLength: 9 }),
      annotationsBehind: fc.nat(9),
      seed: fc.integer(),
    })
    const wanted = fc.asyncProperty(shape, fc.nat(5), async (given, everyNth) => {
      const { bytes, values } = built(given)
      const read = await valuesOf(fillingSource(bytes, everyNth))
      expect(read.values).toEqual(values)
      expect(read).toEqual(await valuesOf(memorySource(bytes)))
      expect(read.markers).toEqual(Array.from({ length: given.records }, (_, i) => `note ${i}`))
    })
    await fc.assert(wanted)
  })

  it.each([
    ['of which annotations are read alone', [40_000, 40_000, 3], 3],
    ['that are longer than what is held as a whole', [1_050_000, 1_050_000, 5000], 1],
  ])('%s, give the samples as well', async (_, samples, records) => {
    for (const kind of ['edf', 'bdf'] as const) {
      const { bytes, values } = built({ kind, records, samples, annotationsBehind: 1, seed: 5 })
      for (const everyNth of [0, 2]) {
        const read = await valuesOf(fillingSource(bytes, everyNth))
        expect(read.markers).toHaveLength(records)
        for (const [label, own] of values) {
          const found = Int32Array.from(read.values.get(label)!)
          expect(
            Buffer.compare(Buffer.from(Int32Array.from(own).buffer), Buffer.from(found.buffer)),
          ).toBe(0)
        }
      }
    }
  })

  it('end where the file has become shorter', async () => {
    const { bytes } = built({
      kind: 'edf',
      records: 5,
      samples: [50, 50],
      annotationsBehind: 2,
      seed: 1,
    })
    const source = fillingSource(bytes, 2)
    const recording = await openRecording(source, 'built.edf')
    const cut = 256 * 4 + 3 * 224 + 100
    const shorter = fillingSource(bytes.subarray(0, cut), 2)
    Object.assign(source, { read: shorter.read, readNow: shorter.readNow })
    let frames = 0
    for await (const item of recording.read()) {
      if (item.kind === 'chunk') frames += item.chunk.frames
    }
    expect(frames).toBe(150)
  })
})

describe('files that went through a program for text', () => {
  const signals = [{ label: 'E1', samples: 90_000 }]
  const header = edfHeader({ records: 1, seconds: 1, signals })
  const file = (fill: (samples: Uint8Array) => void) => {
    const samples = new Uint8Array(180_000)
    fill(samples)
    return memorySource(new Uint8Array(Buffer.concat([header, samples])))
  }

  it('are refused where line feeds begin late, and pairs stand across what is read at once', async () => {
    const mangled = file((samples) => {
      for (let at = 69_631; at < 180_000 - 1; at += 4097) samples.set([0x0d, 0x0a], at)
    })
    await expect(openRecording(mangled, 'x.edf')).rejects.toThrow(/line feed/)
  })

  it('are refused where their letters stand across what is read at once', async () => {
    const text = new TextEncoder().encode('äöüßéèçñ'.repeat(1000))
    const mangled = file((samples) => samples.set(text, 4095))
    await expect(openRecording(mangled, 'x.edf')).rejects.toThrow(/UTF-8/)
  })

  it('are told from sound ones by a single line feed without its partner, and a byte that is no text', async () => {
    const sound = file((samples) => {
      for (let at = 69_631; at < 180_000 - 1; at += 4097) samples.set([0x0d, 0x0a], at)
      samples[170_000] = 0x0a
      samples[3] = 0xff
    })
    await expect(openRecording(sound, 'x.edf')).resolves.toMatchObject({ format: 'edf' })
  })
})
