/** How pulses leave: as datagrams, as bytes on a serial port, or as LSL markers. */
import { hostname } from 'node:os'
import { outletMaker } from '../../lsl/index.ts'
import { readEndpoint } from '../../network/index.ts'
import { type Clock, SynapseError, type Transports } from '../../signal/index.ts'

export interface PulseOutput {
  /** 1 begins a pulse, 0 ends it. Hands it on at once; what goes wrong later is a missed pulse. */
  set(level: 0 | 1): void
  close(): Promise<void>
}

const baudRate = 115_200
const label = 'pulse'

/**
 * @param text `udp:PORT`, `udp:ADDRESS:PORT`, `serial:PORT`, `lsl` or `lsl:NAME`
 * @throws SynapseError bad-option, port-…, lsl-…
 */
export async function openPulseOutput(
  text: string,
  transports: Transports,
  clock: Clock,
): Promise<PulseOutput> {
  const at = text.indexOf(':')
  const [kind, address] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  if (kind === 'udp') return datagrams(address, transports)
  if (kind === 'serial') return serialBytes(address, transports)
  if (kind === 'lsl') return lslMarkers(address || 'SynapseStream pulses', clock)
  throw new SynapseError('bad-option', `sending pulses to "${text}": not a way out`, {
    remedy: 'Give udp:PORT, udp:ADDRESS:PORT, serial:PORT or lsl.',
  })
}

/** As the host's own port for markers takes them. */
async function datagrams(address: string, { network }: Transports): Promise<PulseOutput> {
  const to = readEndpoint(address, 'sending pulses by UDP')
  const host = to.host.includes(':') ? '::' : '0.0.0.0'
  const port = await network.udp({ host, port: 0 }, () => {})
  const texts = [0, 1].map((value) => Buffer.from(JSON.stringify({ label, value })))
  return {
    set: (level) => port.send(texts[level]!, to),
    close: () => port.close(),
  }
}

async function serialBytes(path: string, { serial }: Transports): Promise<PulseOutput> {
  const link = await serial.open(path, baudRate, { bytes: () => {}, lost: () => {} })
  return {
    set: (level) => void link.write(Uint8Array.of(level)).catch(() => {}),
    close: () => link.close(),
  }
}

async function lslMarkers(name: string, clock: Clock): Promise<PulseOutput> {
  const outlet = outletMaker(clock)({
    name,
    type: 'Markers',
    sourceId: `synapsestream/${hostname()}/pulses`,
    format: 'string',
    channels: 1,
    rateHz: 0,
    description: [],
  })
  return {
    set: (level) => outlet.pushText(level ? label : `${label} end`, clock.now()),
    close: async () => outlet.close(),
  }
}
