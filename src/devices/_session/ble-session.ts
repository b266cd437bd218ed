/** Boards on Bluetooth: a link that breaks stops what it carried, and a silent one is made anew. */
import { type BleLink, type DeviceContext, SynapseError } from '../../signal/index.ts'
import type { BoardHost, BoardProtocol, LinkPort, MakeProtocol } from './board-link.ts'
import { BoardSession } from './board-session.ts'

export type BleProtocol = BoardProtocol<BleLink>
export type BleHost = BoardHost

export const BleSession = {
  /** @throws SynapseError bluetooth-…, device-missing, wrong-device, silent-device */
  open(
    address: string,
    context: DeviceContext,
    make: MakeProtocol<BleLink>,
  ): Promise<BoardSession<BleLink>> {
    const port: LinkPort<BleLink> = {
      address,
      attempts: 3,
      retrySeconds: 0.5,
      passing: ['bluetooth-failed', 'link-lost'],
      expected: ['device-missing'],
      tailSeconds: 0.1,
      longestTailSeconds: 1,
      hopelessSeconds: 8,
      isBridge: false,
      connect: ({ lost }) => context.transports.ble.connect(address, { lost }),
      close: (link) => link.close(),
      rssiDbm: (link) => link.rssiDbm(),
      unlinked: () =>
        new SynapseError('link-lost', `reading ${address}: the link is down`, {
          remedy: 'Bring the device near and check its battery; the session resumes by itself.',
        }),
      silent: () =>
        new SynapseError('silent-device', `waiting for ${address}: it is silent`, {
          remedy: 'Bring it near, check its battery, switch it off and on.',
        }),
    }
    return BoardSession.open(port, context, make)
  },
}
