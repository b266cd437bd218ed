/**
 * Which shields there are: those that answer to a search by SSDP, or the one whose own network this
 * machine is in. There some answer to no search, but always have the same address.
 */
import type { NetworkTransport, SsdpAnswer } from '../../signal/index.ts'
import { searchTarget } from './search-target.ts'
import { Shield } from './shield-link.ts'

/** The shield's own, where it is an access point. */
export const accessPoint = '192.168.4.1'
const ownNetwork = /^192\.168\.4\./

/** @returns their addresses */
export async function foundShields(network: NetworkTransport): Promise<string[]> {
  const answers = await network.search(searchTarget)
  const found = new Set(answers.filter(isShield).map(addressOf))
  if (found.size === 0 && (await isAccessPoint(network))) found.add(accessPoint)
  return [...found]
}

/** Only where this machine has an address of that network: elsewhere the question would take seconds. */
async function isAccessPoint(network: NetworkTransport): Promise<boolean> {
  try {
    if (!ownNetwork.test(await network.addressTowards(accessPoint))) return false
    await new Shield(accessPoint, network).board()
    return true
  } catch {
    return false
  }
}

/** Other things answer to that search, too. */
function isShield({ headers }: SsdpAnswer): boolean {
  return /openbci|wifi shield|espressif|arduino|esp8266/i.test(Object.values(headers).join(' '))
}

function addressOf({ host, headers }: SsdpAnswer): string {
  const [, at] = /^https?:\/\/([^/]+)/.exec(headers.location ?? '') ?? []
  return (at ?? host).replace(/:80$/, '')
}
