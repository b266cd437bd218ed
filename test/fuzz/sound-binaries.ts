/** Small sound files of formats whose parts have lengths: FIF, MATLAB 5, Parquet. */
import { deflateSync } from 'node:zlib'
import { exportRecording } from '../../src/formats/index.ts'
import { memorySource } from '../../src/formats/io.ts'
import { openRecording } from '../../src/formats/open.ts'
import { MemoryFolder } from '../format-folder.ts'
import { ownXdf } from './sound-files.ts'

const frames = 8

/** Raw, of two channels: long names, a skip, annotations. */
export function fifFile(): Uint8Array {
  const ints = (...values: number[]) =>
    packed(values, 4, (view, at, value) => view.setInt32(at, value))
  const floats = (...values: number[]) =>
    packed(values, 4, (view, at, value) => view.setFloat32(at, value))
  const text = (words: string) => Buffer.from(words)
  const channel = (number: number, label: string) =>
    Buffer.concat([
      ints(number, number, 2),
      floats(1, 1e-6),
      ints(1),
      floats(0.01, 0.02, 0.03, ...Array.from({ length: 9 }, () => 0)),
      ints(107, 0),
      text(label.padEnd(16, '\0')),
    ])
  const samples = ints(...Array.from({ length: 2 * frames }, (_, i) => i))
  return new Uint8Array(
    Buffer.concat([
      tag(100, 31, ints(1, 2, 3, 4, 5)),
      ...block(100, [
        ...block(101, [
          tag(204, 3, ints(1_777_863_721, 0)),
          tag(200, 3, ints(2)),
          tag(201, 4, floats(100)),
          tag(203, 30, channel(1, 'Fp1')),
          tag(203, 30, channel(2, 'Fp2')),
          ...block(113, [tag(258, 10, text('a long name'))]),
          ...block(113, [tag(258, 10, text('another one'))]),
        ]),
        ...block(3810, [
          tag(3568, 4, floats(0.01, 0.05)),
          tag(3569, 4, floats(0.02, 0.05)),
          tag(206, 10, text('go:stop')),
        ]),
        ...block(102, [
          tag(208, 3, ints(50)),
          tag(300, 3, samples),
          tag(301, 3, ints(1)),
          tag(300, 3, samples),
          tag(300, 3, samples),
        ]),
      ]),
      tag(108, 0, Buffer.alloc(0), -1),
    ]),
  )
}

function tag(kind: number, type: number, data: Uint8Array, next = 0): Buffer {
  const head = Buffer.alloc(16)
  for (const [i, value] of [kind, type, data.length, next].entries())
    head.writeInt32BE(value, 4 * i)
  return Buffer.concat([head, data])
}

function block(kind: number, inner: readonly Buffer[]): Buffer[] {
  const number = Buffer.alloc(4)
  number.writeInt32BE(kind)
  return [tag(104, 3, number), ...inner, tag(105, 3, number)]
}

function packed(
  values: readonly number[],
  bytes: number,
  put: (view: DataView, at: number, value: number) => void,
): Buffer {
  const buffer = Buffer.alloc(values.length * bytes)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  for (const [i, value] of values.entries()) put(view, i * bytes, value)
  return buffer
}

/** Samples beside it, within it, and within a part that is packed. */
export function setFiles(): readonly Readonly<Record<string, Uint8Array>>[] {
  const samples = Array.from({ length: 2 * frames }, (_, i) => i / 2)
  const beside = packed(samples, 4, (view, at, value) => view.setFloat32(at, value, true))
  const within = matlabFile([eegStruct(matrix('', [2, frames], samples))])
  return [
    { 'a.set': matlabFile([eegStruct(words('', 'a.fdt'))]), 'a.fdt': new Uint8Array(beside) },
    { 'a.set': within },
    { 'a.set': matlabFile([squeezed(eegStruct(matrix('', [2, frames], samples)))]) },
  ]
}

export function matlabFile(variables: readonly Buffer[]): Uint8Array {
  const head = Buffer.alloc(128, ' ')
  head.write('MATLAB 5.0 MAT-file')
  head.writeUInt16LE(0x0100, 124)
  head.write('IM', 126)
  return new Uint8Array(Buffer.concat([head, ...variables]))
}

function eegStruct(data: Buffer): Buffer {
  const one = (value: number) => matrix('', [1, 1], [value])
  const place = (label: string) => ({ labels: words('', label), type: words('', 'EEG') })
  const event = (type: string, latency: number) => ({
    type: words('', type),
    latency: one(latency),
    duration: one(2),
  })
  return structs('EEG', [
    {
      nbchan: one(2),
      trials: one(1),
      pnts: one(frames),
      srate: one(100),
      ref: words('', 'common'),
      data,
      chanlocs: structs('', [place('Fp1'), place('Cz')]),
      event: structs('', [event('go', 2), event('stop', 5)]),
    },
  ])
}

function element(type: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(-content.length & 7)])
}

function whole(...values: number[]): Buffer {
  const bytes = packed(values, 4, (view, at, value) => view.setInt32(at, value, true))
  return element(5, bytes)
}

function array(kind: number, name: string, dimensions: number[], ...inner: Buffer[]): Buffer {
  const flags = element(6, Uint8Array.of(kind, 0, 0, 0, 0, 0, 0, 0))
  const label = element(1, Buffer.from(name))
  return element(14, Buffer.concat([flags, whole(...dimensions), label, ...inner]))
}

function matrix(name: string, dimensions: number[], values: readonly number[]): Buffer {
  const bytes = packed(values, 8, (view, at, value) => view.setFloat64(at, value, true))
  return array(6, name, dimensions, element(9, bytes))
}

function words(name: string, text: string): Buffer {
  return array(4, name, [1, text.length], element(16, Buffer.from(text)))
}

const fieldWidth = 16

function structs(name: string, elements: readonly Readonly<Record<string, Buffer>>[]): Buffer {
  const fields = Object.keys(elements[0]!)
  const names = Buffer.from(fields.map((field) => field.padEnd(fieldWidth, '\0')).join(''))
  const values = elements.flatMap((each) => Object.values(each))
  const size = [1, elements.length]
  return array(2, name, size, whole(fieldWidth), element(1, names), ...values)
}

function squeezed(variable: Buffer): Buffer {
  const content = deflateSync(variable)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(15, 0)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}

/** A stream and its events, as they are written here. */
export async function parquetFiles(): Promise<Readonly<Record<string, Uint8Array>>> {
  const recording = await openRecording(memorySource(await ownXdf()), 'a.xdf')
  const folder = new MemoryFolder()
  await exportRecording(recording, { format: 'parquet', path: 'a.parquet' }, folder)
  return Object.fromEntries([...folder.files].map(([name, { bytes }]) => [name, bytes]))
}
