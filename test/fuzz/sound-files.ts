/** Small sound files with everything that a format can have: what mutations begin with. */
import { XdfWriter } from '../../src/formats/index.ts'
import { newChunkBuffer, physicalChannel } from '../../src/signal/index.ts'
import { annotationBytes, edfHeader, int16Samples, int24Samples } from '../edf-builder.ts'
import { MemorySink } from '../memory-sink.ts'
import { XdfBuilder } from '../xdf-builder.ts'

/** Of another program: numbers and texts, with and without stamps, clock offsets, footers. */
export function foreignXdf(): Uint8Array {
  const numbers = (format: string, from: number) =>
    Array.from({ length: 4 }, (_, i) => ({
      ...(i % 2 === 0 ? { stamp: 10 + (from + i) / 100 } : {}),
      values: format === 'int64' ? [BigInt(i), 5n] : [i, -i],
    }))
  const channels = '<channels><channel><label>A</label><unit>uV</unit></channel></channels>'
  const file = new XdfBuilder().fileHeader()
  file.stream(1, { format: 'float32', rateHz: 100, channels: 2, desc: channels })
  file.stream(2, { format: 'int64', rateHz: 100, channels: 2 })
  file.stream(3, { format: 'string', type: 'Markers' })
  for (let k = 0; k < 3; k++) {
    file.samples(1, 'float32', numbers('float32', 4 * k))
    file.samples(2, 'int64', numbers('int64', 4 * k))
    file.samples(3, 'string', [{ stamp: 10 + k, values: [`m${k}`] }])
    for (const stream of [1, 2, 3]) file.clockOffset(stream, 10 + 5 * k, 0.5 + k * 1e-5)
    file.boundary()
  }
  return file.footer(1, '<info><sample_count>12</sample_count></info>').bytes
}

/** Of ours: companions, a gap, markers with their details. */
export async function ownXdf(): Promise<Uint8Array> {
  const sink = new MemorySink()
  const writer = new XdfWriter(sink, { startedAt: new Date('2026-05-04T03:02:01Z') })
  const info = {
    id: 'eeg',
    name: 'eeg',
    type: 'EEG',
    sampleFormat: 'int16' as const,
    nominalRateHz: 100,
    channels: [physicalChannel('Cz', 'EEG', 'uV'), physicalChannel('Pz', 'EEG', 'uV')],
    origin: { source: 'test' },
  }
  writer.addStream(info, { deviceTime: true, sequence: false })
  const chunk = newChunkBuffer({ format: 'int16', channels: 2, maxFrames: 5, deviceTime: true })
  chunk.frames = 5
  for (let k = 0; k < 4; k++) {
    chunk.firstSample = 5 * k + (k > 1 ? 7 : 0)
    for (let i = 0; i < 5; i++) {
      chunk.time[i] = chunk.hostTime[i] = 50 + (chunk.firstSample + i) / 100
      chunk.deviceTime![i] = i
    }
    if (k === 2) writer.gap('eeg', { atSample: 10, lostSamples: 7, exact: true, reason: 'lost' })
    writer.write('eeg', chunk)
    writer.marker({ time: 50 + k / 10, label: `m${k}`, durationSeconds: 0.1, source: 'test' })
  }
  await writer.close()
  return sink.bytes
}

/** Two rates, annotations, a gap where records are not contiguous. */
export function edfFile(kind: 'edf' | 'bdf'): Uint8Array {
  const bytesPerValue = kind === 'edf' ? 2 : 3
  const samples = kind === 'edf' ? int16Samples : int24Samples
  const notes = kind === 'edf' ? 'EDF Annotations' : 'BDF Annotations'
  const slots = 20
  const header = edfHeader({
    kind,
    reserved: kind === 'edf' ? 'EDF+D' : 'BDF+D',
    records: 3,
    seconds: 1,
    signals: [
      { label: 'EEG Fp1', samples: 8 },
      { label: 'EEG Fp1', samples: 8, physical: [100, -100] },
      { label: 'Resp', samples: 2 },
      { label: notes, samples: slots },
    ],
  })
  const record = (onset: number) =>
    Buffer.concat([
      samples([1, 2, 3, 4, 5, 6, 7, 8]),
      samples([-1, -2, -3, -4, -5, -6, -7, -8]),
      samples([9, -9]),
      annotationBytes([`+${onset}\x14\x14`, `+${onset}\x151\x14x\x14`], slots * bytesPerValue),
    ])
  return new Uint8Array(Buffer.concat([header, record(0), record(1), record(5)]))
}

export const brainVision = {
  'r.vhdr':
    'Brain Vision Data Exchange Header File Version 1.0\r\n[Common Infos]\r\nCodepage=UTF-8\r\n' +
    'DataFile=r.eeg\r\nMarkerFile=r.vmrk\r\nDataFormat=BINARY\r\nDataOrientation=MULTIPLEXED\r\n' +
    'NumberOfChannels=2\r\nSamplingInterval=4000\r\n[Binary Infos]\r\nBinaryFormat=INT_16\r\n' +
    '[Channel Infos]\r\nCh1=Fp1,,0.5,uV\r\nCh2=C\\1z,,0.1\r\n[Coordinates]\r\nCh1=1,-90,-72\r\n',
  'r.vmrk':
    'Brain Vision Data Exchange Marker File, Version 1.0\r\n[Common Infos]\r\nCodepage=UTF-8\r\n' +
    '[Marker Infos]\r\nMk1=New Segment,,1,1,0,20260102030405000000\r\nMk2=Stimulus,S  1,4,1,0\r\n' +
    'Mk3=New Segment,,9,1,0,20260102030407000000\r\n',
  'r.eeg': '\u0001\u0000'.repeat(32),
} as const

export const openBciText = [
  '%OpenBCI Raw EXG Data',
  '%Number of channels = 8',
  '%Sample Rate = 250 Hz',
  '%Board = OpenBCI_GUI$BoardCytonSerial',
  `Sample Index, ${Array.from({ length: 8 }, (_, i) => `EXG Channel ${i}`).join(', ')}, Accel Channel 0, Accel Channel 1, Accel Channel 2, Timestamp, Timestamp (Formatted)`,
  ...Array.from(
    { length: 8 },
    (_, i) =>
      `${(250 + (i > 4 ? i + 3 : i)) % 256}, ${Array.from({ length: 8 }, (_, c) => (c * 10.5).toFixed(2)).join(', ')}, 0.1, 0.2, 0.9, ${(1557936053.3 + i / 250).toFixed(6)}, 2019-05-15 12:00:53.${300 + 4 * i}`,
  ),
  '',
].join('\n')

/** 24 columns are a Cyton. */
export const brainflowCsv = Array.from({ length: 8 }, (_, i) =>
  [
    i,
    ...Array.from({ length: 8 }, (_, c) => (c * 10.5).toFixed(6)),
    ...Array.from({ length: 13 }, () => '0.000000'),
    (1557936053.3 + i / 250).toFixed(6),
    i === 3 ? '7.000000' : '0.000000',
  ].join('\t'),
)
  .join('\n')
  .concat('\n')
