/**
 * A graph over the markers of a session, set by hand and sent by UDP while a board runs: its epochs,
 * hits and misses are those of a run over the file that was recorded meanwhile.
 */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readGraphText } from '../../src/graph/index.ts'
import { type AcquisitionHost, openHost } from '../../src/main/index.ts'
import { RingReader } from '../../src/ring/index.ts'
import { newChunkBuffer } from '../../src/signal/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { overRecording, until } from './sandbox-run.ts'

const name = 'stimuli.jsonc'
const path = join(import.meta.dirname, '..', '..', 'examples', 'graphs', name)
const spec = readGraphText(readFileSync(path, 'utf8'), name)

/** By output and index, what leaves the graph. */
function taking(host: AcquisitionHost, id: string): Map<string, Map<number, number[]>> {
  const outputs = host.processing.outputs().filter(({ lane }) => lane === id)
  const lines = outputs.map(({ output: { name, ring, info } }) => ({
    reader: new RingReader(ring, 'oldest'),
    into: newChunkBuffer({ ...ring.shape, maxFrames: 64 }),
    width: info.channels.length,
    frames: new Map<number, number[]>(),
    name,
  }))
  host.clock.every(0.02, () => {
    for (const { reader, into, width, frames } of lines) {
      for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
        for (let f = 0; result === 'chunk' && f < into.frames; f++) {
          const at = f * into.stride
          frames.set(into.firstSample + f, [...into.data.subarray(at, at + width)])
        }
      }
    }
  })
  return new Map(lines.map(({ name, frames }) => [name, frames]))
}

test('M1–M3 epochs, hits and misses of markers, live and over the recording', async () => {
  const folder = scratchFolder()
  const file = folder.path('markers.xdf')
  const host = openHost({ folder: folder.path('.') })
  const socket = createSocket('udp4')
  try {
    const board = await host.prepare('synthetic', '', { channels: 2, rateHz: 250 })
    const { port } = await host.udpMarkers.open({ host: '127.0.0.1', port: 0 })
    await host.startRecording(file)
    const id = host.graphs.open(spec)
    await until('the graph', () => host.processing.outputs().some(({ lane }) => lane === id), 60)
    const live = taking(host, id)
    await host.start(board)
    await until('samples', () => host.streams()[0]!.writer.expected > 250, 60)
    // Before all others the recording marks that the graph runs.
    const marked = (count: number) =>
      until(`marker ${count}`, () => host.recording.current?.status.markers === 1 + count, 60)
    await marked(0)
    const send = (marker: object) => socket.send(JSON.stringify(marker), port, '127.0.0.1')
    // The first one is answered, the second is not; their times are their sender's.
    const now = host.clock.now()
    send({ label: 'target left', time: now - 0.08 })
    send({ label: 'answer', time: now - 0.04 })
    await marked(2)
    host.addMarker('other', 'keyboard')
    await marked(3)
    send({ label: '2' })
    await marked(4)
    await until('epochs', () => live.get('epochs')!.size === 3, 60)
    await until('a miss', () => live.get('misses')!.size === 1, 60)
    await host.stop(board)
    await pause(300)
    await host.stopRecording()
    const offline = await overRecording(file, spec, folder.path('.'))
    expect(live.get('hits')!.size).toBe(1)
    for (const [output, frames] of live) {
      for (const [index, values] of frames) {
        expect(values, `${output} ${index}`).toEqual(offline.get(output)!.get(index))
      }
      expect(offline.get(output)!.size, output).toBe(frames.size)
    }
  } finally {
    socket.close()
    await host.end()
  }
})
