/** An address and a port as people type them. */

export interface Endpoint {
  readonly host: string
  readonly port: number
}

const thisMachine = '127.0.0.1'

/** `9000`, `10.0.0.5:9000`, `[::1]:9000`; null where it is none. Without an address: this machine. */
export function parseEndpoint(text: string): Endpoint | null {
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/i.exec(text.trim()) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) return null
  return { host: bracketed ?? plain ?? thisMachine, port }
}

export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
