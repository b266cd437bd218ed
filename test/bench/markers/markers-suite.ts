/**
 * From the moment when something is sent to the time that its marker has, and to its arrival in
 * the host: each source over the real port of this machine. What a real cable, box, radio or
 * network adds is not in it; `synapse latency` measures that.
 */

import { createSocket } from 'node:dgram'
import { ptyOpener } from '../../../src/devices/_pty/pty.ts'
import { emulatorCatalog } from '../../../src/devices/catalog.ts'
import { outletMaker } from '../../../src/lsl/index.ts'
import { hostClock, openHost } from '../../../src/main/index.ts'
import { summarise } from '../../../src/main/loop-back/pulses.ts'
import { type Marker, parseOptions, SynapseError } from '../../../src/signal/index.ts'
import { type BenchRow, row } from '../row.ts'

type Told = Pick<Marker, 'time' | 'label'>

const rounds = 200
const patienceSeconds = 2
/** Never in step with a timer of anybody's. */
const pauseMs = (round: number) => 15 + ((round * 7) % 11)

type Send = (round: number) => void

interface Source {
  readonly name: string
  readonly send: Send
  /** Markers that are none of the ones sent. */
  readonly isOurs?: (marker: Told) => boolean
  end(): Promise<void> | void
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export async function markersSuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const open of [udpSource, triggerSource, midiSource, lslSource, pinSource]) {
    const host = openHost()
    const arrived: { marker: Told; at: number }[] = []
    host.listen({
      changed: () => {},
      marker: (marker) => arrived.push({ marker, at: hostClock.now() }),
    })
    try {
      const source = await open(host)
      rows.push(...(await measured(source, arrived)))
      await source.end()
    } catch (error) {
      if (!(error instanceof SynapseError)) throw error
      process.stderr.write(`bench: ${open.name}: ${error.line}\n`)
    }
    await host.end()
  }
  return rows
}

async function measured(
  { name, send, isOurs = () => true }: Source,
  arrived: { marker: Told; at: number }[],
): Promise<BenchRow[]> {
  const stamps: number[] = []
  const arrivals: number[] = []
  await pause(1000)
  for (let round = 0; round < rounds; round++) {
    const before = arrived.length
    const sentAt = hostClock.now()
    send(round)
    const deadline = sentAt + patienceSeconds
    const found = () => arrived.slice(before).find(({ marker }) => isOurs(marker))
    while (!found() && hostClock.now() < deadline) await pause(0)
    const got = found()
    if (got) {
      stamps.push(got.marker.time - sentAt)
      arrivals.push(got.at - sentAt)
    }
    await pause(pauseMs(round))
  }
  const rows = [row('markers', name, 'missed', rounds - stamps.length, `of ${rounds}`)]
  for (const [what, seconds] of [['time', stamps] as const, ['arrival', arrivals] as const]) {
    const summary = summarise(seconds)
    if (!summary) continue
    const { medianMs, p95Ms, maxMs, sdMs } = summary
    for (const [metric, value] of Object.entries({
      median: medianMs,
      p95: p95Ms,
      max: maxMs,
      jitter: sdMs,
    })) {
      rows.push(row('markers', name, `${what} − sent, ${metric}`, value, 'ms'))
    }
  }
  return rows
}

type Host = ReturnType<typeof openHost>

async function udpSource(host: Host): Promise<Source> {
  const { port } = await host.udpMarkers.open({ host: '127.0.0.1', port: 0 })
  const socket = createSocket('udp4')
  return {
    name: 'UDP',
    send: (round) => socket.send(`{"label":"pulse","value":${round}}`, port, '127.0.0.1'),
    end: () => void socket.close(),
  }
}

async function triggerSource(host: Host): Promise<Source> {
  const pty = ptyOpener()()
  await host.open('trigger-serial', pty.path, {})
  return {
    name: 'serial trigger, pty',
    send: (round) => void pty.write(Uint8Array.of(1 + (round % 255))),
    end: () => pty.close(),
  }
}

async function midiSource(host: Host): Promise<Source> {
  const pty = ptyOpener()()
  await host.open('midi', pty.path, {})
  return {
    name: 'MIDI bytes, pty',
    send: () => void pty.write(Uint8Array.of(0x90, 60, 100)),
    end: () => pty.close(),
  }
}

/** In this process, through sockets all the same. */
async function lslSource(host: Host): Promise<Source> {
  const outlet = outletMaker(hostClock)({
    name: 'bench pulses',
    type: 'Markers',
    sourceId: 'synapse-bench-pulses',
    format: 'string',
    channels: 1,
    rateHz: 0,
    description: [],
  })
  await host.open('lsl', 'synapse-bench-pulses', {})
  await pause(2000)
  return {
    name: 'LSL',
    send: () => outlet.pushText('pulse', hostClock.now()),
    end: () => outlet.close(),
  }
}

/** The emulated board samples its pins 250 times a second and sends them every 4 ms. */
async function pinSource(host: Host): Promise<Source> {
  const emulator = emulatorCatalog.get('openbci-cyton')!
  const options = parseOptions('emulator', emulator.options, {})
  const board = await emulator.start(options, { clock: hostClock, event: () => {} })
  await host.open('openbci-cyton', board.address, { pins: 'digital' })
  return {
    name: 'pin of a Cyton, emulated',
    send: () => {
      board.command('D17 1')
      setTimeout(() => board.command('D17 0'), 12)
    },
    isOurs: ({ label }) => label === 'D17',
    end: () => board.close(),
  }
}
