/**
 * Something that only sends markers: a trigger box, a keyboard of notes. It may be silent for
 * hours, so silence is no alarm; a port that goes away is, and is opened again.
 */
import type { ByteLink, DeviceContext, DeviceSession, LinkListener } from '../../signal/index.ts'
import type { BoardProtocol, LinkPort } from './board-link.ts'
import { BoardSession } from './board-session.ts'
import { serialPort, tellLatency } from './serial-session.ts'

export type OpenLink = (listener: LinkListener) => Promise<ByteLink>

export interface MarkerReader {
  /** `bytes` are lent. */
  bytes(bytes: Uint8Array, hostTime: number): void
  /** What is half-read will never be completed. */
  cut(): void
}

export const MarkerSession = {
  /** @throws SynapseError port-…, file-… */
  open(
    address: string,
    context: DeviceContext,
    openLink: OpenLink,
    reader: MarkerReader,
  ): Promise<DeviceSession> {
    const port: LinkPort<ByteLink> = {
      ...serialPort(address),
      async connect(events) {
        const link = await openLink({
          bytes: (bytes, hostTime) => {
            if (events.isStreaming) reader.bytes(bytes, hostTime)
          },
          lost: () => events.lost(),
        })
        tellLatency(link, context.out)
        return link
      },
      close: (link) => link.close(),
    }
    return BoardSession.open(port, context, async () => markersOnly(reader))
  },
}

/** It is told nothing, and speaks when it will. */
function markersOnly(reader: MarkerReader): BoardProtocol<ByteLink> {
  return {
    streams: [],
    isSeldomHeard: true,
    start: async () => {},
    stop: async () => {},
    settle: () => {},
    restarted: () => {},
    cut: () => reader.cut(),
    paused: () => reader.cut(),
  }
}
