/** Boards on a serial port: what the port gives is an answer, or samples while they stream. */
import {
  type ByteLink,
  type DeviceContext,
  type DeviceOutput,
  SynapseError,
} from '../../signal/index.ts'
import type { BoardHost, BoardProtocol, LinkPort } from './board-link.ts'
import { BoardSession } from './board-session.ts'
import { SerialLine } from './serial-line.ts'

export type { SerialLine } from './serial-line.ts'

export interface SerialProtocol extends BoardProtocol<SerialLine> {
  /** While it streams. `bytes` are lent. */
  bytes(bytes: Uint8Array, hostTime: number): void
}

/** Asks a board what it is. @throws SynapseError silent-device, wrong-device, … */
export type GreetBoard = (line: SerialLine, host: BoardHost) => Promise<SerialProtocol>

export const SerialSession = {
  /** @throws SynapseError port-…, silent-device, wrong-device */
  open(
    address: string,
    baudRate: number,
    context: DeviceContext,
    greet: GreetBoard,
  ): Promise<BoardSession<SerialLine>> {
    const line = new SerialLine(context.clock)
    let protocol: SerialProtocol | undefined
    const port: LinkPort<SerialLine> = {
      ...serialPort(address),
      close: () => line.close(),
      async connect(events) {
        const link = await context.transports.serial.open(address, baudRate, {
          bytes(bytes, hostTime) {
            if (!events.isStreaming || !protocol) {
              line.replies.push(bytes)
              return
            }
            protocol.bytes(bytes, hostTime)
            events.heard(hostTime)
          },
          lost() {
            line.unlinked()
            events.lost()
          },
        })
        line.linked(link)
        tellLatency(link, context.out)
        return line
      },
    }
    return BoardSession.open(port, context, async (_line, host) => {
      protocol = await greet(line, host)
      return protocol
    })
  },
}

/** What holds for whatever is plugged in. */
export function serialPort(address: string) {
  return {
    address,
    attempts: 3,
    retrySeconds: 0.25,
    passing: ['port-failed', 'link-lost'],
    expected: ['port-missing', 'port-busy'],
    tailSeconds: 0.05,
    longestTailSeconds: 0.5,
    hopelessSeconds: Number.POSITIVE_INFINITY,
    isBridge: true,
    unlinked: () => new SynapseError('link-lost', `reading ${address}: the device was unplugged`),
    silent: () => silentBoard(address),
  }
}

/** What the bridge holds back adds to every latency: shown where it could not be set to 1 ms. */
export function tellLatency({ latencyMs }: ByteLink, out: DeviceOutput): void {
  if (latencyMs !== undefined) out.fact({ name: 'bridge latency', value: latencyMs, unit: 'ms' })
}

export function silentBoard(address: string): SynapseError {
  return new SynapseError('silent-device', `waiting for the board on ${address}: it is silent`, {
    remedy: 'Switch the board on, check its battery and its cable, then try again.',
  })
}
