/** What the commands that run a host take for its ports on the network; all off unless asked for. */
import type { AcquisitionHost } from '../main/index.ts'
import { readEndpoint } from '../network/index.ts'

export const networkArguments = {
  'udp-markers': { type: 'string' },
} as const

export const networkLines: readonly (readonly [string, string])[] = [
  [
    '--udp-markers [ADDRESS:]PORT',
    'take markers: a datagram is a text, or JSON with label, value, durationSeconds, time',
  ],
]

/** @throws SynapseError bad-option, address-in-use */
export async function openNetwork(
  host: AcquisitionHost,
  values: { readonly 'udp-markers'?: string | undefined },
): Promise<void> {
  const markers = values['udp-markers']
  if (markers !== undefined) {
    await host.udpMarkers.open(readEndpoint(markers, 'opening a port for markers'))
  }
}
