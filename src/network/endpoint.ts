/** Where on the network: `9000`, `0.0.0.0:9000`, `[::1]:9000`. Without a host, this machine alone. */
import { type Endpoint, SynapseError } from '../signal/index.ts'

const ownHost = '127.0.0.1'
const highestPort = 65535

/**
 * @param doing for the message: `opening the port for markers`
 * @throws SynapseError bad-option
 */
export function readEndpoint(text: string, doing: string): Endpoint {
  const [, bracketed, host, port] = /^(?:(?:\[([0-9a-f:.]+)\]|([\w.-]+)):)?(\d+)$/i.exec(text) ?? []
  const number = Number(port)
  if (port === undefined || number > highestPort) {
    throw new SynapseError('bad-option', `${doing}: "${text}" is no port`, {
      remedy: `Give a port such as 9000, or address and port such as 192.168.1.20:9000.`,
    })
  }
  return { host: bracketed ?? host ?? ownHost, port: number }
}

export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
