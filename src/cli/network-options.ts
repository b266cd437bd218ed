/** What the commands that run a host take for its ports on the network; all off unless asked for. */
import { networkKinds } from '../contract/index.ts'
import type { AcquisitionHost } from '../main/index.ts'
import { endpointText, readEndpoint } from '../network/index.ts'

export const networkArguments = {
  'udp-markers': { type: 'string' },
  'osc-out': { type: 'string', multiple: true },
  'udp-out': { type: 'string', multiple: true },
  'websocket-out': { type: 'string', multiple: true },
} as const

export const networkLines: readonly (readonly [string, string])[] = [
  [
    '--udp-markers [ADDRESS:]PORT',
    'take markers: a datagram is a text, or JSON with label, value, durationSeconds, time',
  ],
  ['--osc-out [ADDRESS:]PORT', 'send streams and markers by OSC there, too'],
  ['--udp-out [ADDRESS:]PORT', 'send them as JSON by UDP there, too'],
  ['--websocket-out [ADDRESS:]PORT', 'serve them as JSON by WebSocket at this port, too'],
]

interface NetworkValues {
  readonly 'udp-markers'?: string | undefined
  readonly 'osc-out'?: string[] | undefined
  readonly 'udp-out'?: string[] | undefined
  readonly 'websocket-out'?: string[] | undefined
}

/** @throws SynapseError bad-option, address-in-use */
export async function openNetwork(host: AcquisitionHost, values: NetworkValues): Promise<void> {
  const markers = values['udp-markers']
  if (markers !== undefined) {
    const at = await host.udpMarkers.open(readEndpoint(markers, 'opening a port for markers'))
    process.stderr.write(`synapse: markers are taken at udp ${endpointText(at)}\n`)
  }
  for (const kind of networkKinds) {
    for (const text of values[`${kind}-out`] ?? []) {
      const at = await host.networkOutput.open(kind, readEndpoint(text, `sending by ${kind}`))
      process.stderr.write(`synapse: ${kind} ${endpointText(at)}\n`)
    }
  }
}

export function sendsAnywhere(values: NetworkValues): boolean {
  return networkKinds.some((kind) => (values[`${kind}-out`] ?? []).length > 0)
}
