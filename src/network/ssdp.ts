/** Searching by SSDP, as UPnP Device Architecture 1.1 has it (section 1.3). */
import {
  type Clock,
  type Endpoint,
  type NetworkTransport,
  type SsdpAnswer,
  sleep,
} from '../signal/index.ts'

const everybody: Endpoint = { host: '239.255.255.250', port: 1900 }
const longestDelaySeconds = 1
/** Datagrams get lost: it is asked twice. */
const askedTwiceAfterSeconds = 0.3
const mostAnswers = 256

export async function searchBySsdp(
  udp: NetworkTransport['udp'],
  clock: Clock,
  target: string,
  asked: readonly Endpoint[] = [everybody],
): Promise<readonly SsdpAnswer[]> {
  const found = new Map<string, SsdpAnswer>()
  const port = await udp({ host: '0.0.0.0', port: 0 }, (bytes, { host }) => {
    const headers = readAnswer(Buffer.from(bytes).toString('latin1'))
    if (headers?.st !== target || found.size === mostAnswers) return
    // Two may share a host.
    found.set(`${host} ${headers.location ?? ''}`, { host, headers })
  })
  try {
    const question = Buffer.from(searchText(target))
    for (const ask of asked) port.send(question, ask)
    await sleep(clock, askedTwiceAfterSeconds)
    for (const ask of asked) port.send(question, ask)
    await sleep(clock, longestDelaySeconds)
  } finally {
    await port.close()
  }
  return [...found.values()]
}

function searchText(target: string): string {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${everybody.host}:${everybody.port}`,
    'MAN: "ssdp:discover"',
    `MX: ${longestDelaySeconds}`,
    `ST: ${target}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Null where it is no answer. */
function readAnswer(text: string): Record<string, string> | null {
  const [first, ...lines] = text.split(/\r?\n/)
  if (!/^HTTP\/1\.[01] 200\b/.test(first ?? '')) return null
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const at = line.indexOf(':')
    if (at > 0) headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim()
  }
  return headers
}
